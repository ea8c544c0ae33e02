import { Column, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn, TextColumn } from '../database/columns.js';
import type { SightingRecord } from './incident.types.js';

/** One content that an incident came with, as it was sent first. */
@Entity('incident_sightings')
@Index('uq_incident_sightings_content', ['incidentId', 'contentHash'], { unique: true })
export class IncidentSightingEntity implements SightingRecord {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @KeyColumn({ name: 'incident_id', length: 36 })
  incidentId!: string;

  /** SHA-256, in hex, of what makes a content another. */
  @KeyColumn({ name: 'content_hash', length: 64 })
  contentHash!: string;

  @KeyColumn({ name: 'wallet_id', length: 128, nullable: true })
  walletId!: string | null;

  @KeyColumn({ name: 'session_id', length: 128, nullable: true })
  sessionId!: string | null;

  @MinorUnitsColumn({ name: 'amount_minor', nullable: true })
  amountMinor!: bigint | null;

  @KeyColumn({ name: 'caller_address', length: 45, nullable: true })
  callerAddress!: string | null;

  @KeyColumn({ name: 'answer', length: 32 })
  answer!: string;

  @TextColumn({ name: 'sent_query', length: 2048, nullable: true })
  sentQuery!: string | null;

  @TextColumn({ name: 'sent_body', length: 12288, nullable: true })
  sentBody!: string | null;

  @InstantColumn({ name: 'first_at' })
  firstAt!: Date;

  @InstantColumn({ name: 'last_at' })
  lastAt!: Date;

  @Column({ name: 'times', type: 'int' })
  times!: number;
}
