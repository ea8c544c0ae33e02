import { Check, Column, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn, TextColumn } from '../database/columns.js';
import type { Incident, IncidentKind, IncidentStatus } from './incident.types.js';

/**
 * What the operator should look at: a refusal, written in the transaction that refuses, however often GPAS sends the same
 * again one incident that counts the times; or an hour with bursts of failed signatures.
 */
@Entity('incidents')
@Check('ck_incidents_status', `status IN ('OPEN', 'RESOLVED')`)
@Index('uq_incidents_reference', ['parentSystemId', 'externalReference', 'kind'], { unique: true })
@Index('ix_incidents_status', ['status', 'id'])
export class IncidentEntity implements Incident {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @KeyColumn({ name: 'kind', length: 24 })
  kind!: IncidentKind;

  @KeyColumn({ name: 'parent_system_id', length: 128 })
  parentSystemId!: string;

  /** Of failed signatures the hour: `2026-02-05T16`. */
  @KeyColumn({ name: 'external_reference', length: 128 })
  externalReference!: string;

  /** Null where it is not of a movement. */
  @KeyColumn({ name: 'movement_kind', length: 10, nullable: true })
  movementKind!: string | null;

  /** Of failed signatures the last caller's. */
  @KeyColumn({ name: 'caller_address', length: 45, nullable: true })
  callerAddress!: string | null;

  /** Null where the session is not known. */
  @KeyColumn({ name: 'wallet_id', length: 128, nullable: true })
  walletId!: string | null;

  @KeyColumn({ name: 'session_id', length: 128, nullable: true })
  sessionId!: string | null;

  /** What was asked for first; null for a rollback. */
  @MinorUnitsColumn({ name: 'amount_minor', nullable: true })
  amountMinor!: bigint | null;

  @KeyColumn({ name: 'currency', length: 3, nullable: true })
  currency!: string | null;

  @Column({ name: 'decimals', type: 'tinyint', nullable: true })
  decimals!: number | null;

  @KeyColumn({ name: 'game_id', length: 128, nullable: true })
  gameId!: string | null;

  /** The movement that a rollback names. */
  @KeyColumn({ name: 'target_reference', length: 128, nullable: true })
  targetReference!: string | null;

  /** What GPAS was answered. */
  @KeyColumn({ name: 'answer', length: 32 })
  answer!: string;

  @InstantColumn({ name: 'first_at' })
  firstAt!: Date;

  @InstantColumn({ name: 'last_at' })
  lastAt!: Date;

  @Column({ name: 'times', type: 'int' })
  times!: number;

  @KeyColumn({ name: 'status', length: 8 })
  status!: IncidentStatus;

  @InstantColumn({ name: 'resolved_at', nullable: true })
  resolvedAt!: Date | null;

  /** The operator key that did. */
  @KeyColumn({ name: 'resolved_by', length: 36, nullable: true })
  resolvedBy!: string | null;

  @TextColumn({ name: 'note', length: 1000, nullable: true })
  note!: string | null;

  /** The movement that was booked to resolve it. */
  @KeyColumn({ name: 'movement_id', length: 36, nullable: true })
  movementId!: string | null;

  @InstantColumn({ name: 'called_back_at', nullable: true })
  calledBackAt!: Date | null;
}
