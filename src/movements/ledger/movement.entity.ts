import { Check, Column, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn, TextColumn } from '../../database/columns.js';
import type { MovementKind } from './ledger.types.js';
import type { SealedMovement } from './movement-seal.js';

/**
 * Money that moved, in the wallet's exact order. Rows are added and never changed. The unique indexes are the last
 * word: one booking for a reference, no gap-less number twice in a wallet, one rollback for a movement.
 */
@Entity('movements')
@Check('ck_movements_kind', `kind IN ('DEBIT', 'CREDIT', 'ROLLBACK', 'DEPOSIT', 'WITHDRAWAL')`)
@Check('ck_movements_amounts', 'amount_minor >= 0 AND real_after_minor >= 0 AND bonus_after_minor >= 0')
@Index('uq_movements_reference', ['parentSystemId', 'externalReference'], { unique: true })
@Index('uq_movements_wallet_seq', ['walletId', 'seq'], { unique: true })
@Index('uq_movements_target', ['targetMovementId'], { unique: true })
@Index('ix_movements_session', ['sessionId', 'id'])
@Index('ix_movements_game', ['gameId', 'id'])
@Index('ix_movements_day', [
  'createdAt',
  'kind',
  'gameId',
  'walletId',
  'amountMinor',
  'realDeltaMinor',
  'bonusDeltaMinor',
])
export class MovementEntity implements SealedMovement {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @KeyColumn({ name: 'parent_system_id', length: 128 })
  parentSystemId!: string;

  @KeyColumn({ name: 'external_reference', length: 128 })
  externalReference!: string;

  @KeyColumn({ name: 'kind', length: 10 })
  kind!: MovementKind;

  @KeyColumn({ name: 'wallet_id', length: 128 })
  walletId!: string;

  @KeyColumn({ name: 'session_id', length: 36, nullable: true })
  sessionId!: string | null;

  @Column({ name: 'seq', type: 'int' })
  seq!: number;

  @MinorUnitsColumn({ name: 'amount_minor' })
  amountMinor!: bigint;

  @MinorUnitsColumn({ name: 'real_delta_minor' })
  realDeltaMinor!: bigint;

  @MinorUnitsColumn({ name: 'bonus_delta_minor' })
  bonusDeltaMinor!: bigint;

  @MinorUnitsColumn({ name: 'real_after_minor' })
  realAfterMinor!: bigint;

  @MinorUnitsColumn({ name: 'bonus_after_minor' })
  bonusAfterMinor!: bigint;

  @KeyColumn({ name: 'target_movement_id', length: 36, nullable: true })
  targetMovementId!: string | null;

  @KeyColumn({ name: 'game_id', length: 128, nullable: true })
  gameId!: string | null;

  /** As GPAS sent it. */
  @TextColumn({ name: 'description', length: 1000, nullable: true })
  description!: string | null;

  /** As GPAS sent them, as JSON. */
  @TextColumn({ name: 'tags', length: 8192, nullable: true })
  tags!: string | null;

  /** When the command arrived, or just after the wallet's last movement (protocol §5, "Time"). */
  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  /** See `movement-seal.ts`; null for what was booked before its wallet was sealed. */
  @KeyColumn({ name: 'seal', length: 64, nullable: true })
  seal!: string | null;
}
