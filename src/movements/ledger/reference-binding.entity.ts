import { Column, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn } from '../../database/columns.js';
import type { ErrorName } from '../../errors/catalogue.js';
import type { MovementKind, RecordedBinding, SubWallet } from './ledger.types.js';

/** What an external reference stands for, from its first sight on; see docs/adr/0006-reference-bindings.md. */
@Entity('reference_bindings')
@Index('ix_reference_bindings_refusal', ['walletId', 'refusal', 'commandId'])
export class ReferenceBindingEntity implements RecordedBinding {
  @KeyColumn({ name: 'parent_system_id', length: 128, primary: true })
  parentSystemId!: string;

  @KeyColumn({ name: 'external_reference', length: 128, primary: true })
  externalReference!: string;

  @Column({ name: 'ordinal', type: 'tinyint', primary: true })
  ordinal!: 0 | 1;

  @KeyColumn({ name: 'kind', length: 10 })
  kind!: MovementKind | 'TOMBSTONE';

  @KeyColumn({ name: 'wallet_id', length: 128, nullable: true })
  walletId!: string | null;

  /** The session named, as sent. */
  @KeyColumn({ name: 'session_id', length: 128, nullable: true })
  sessionId!: string | null;

  @MinorUnitsColumn({ name: 'amount_minor', nullable: true })
  amountMinor!: bigint | null;

  @KeyColumn({ name: 'sub_wallet', length: 5, nullable: true })
  subWallet!: SubWallet | null;

  @KeyColumn({ name: 'target_reference', length: 128, nullable: true })
  targetReference!: string | null;

  @KeyColumn({ name: 'refusal', length: 32, nullable: true })
  refusal!: ErrorName | null;

  @KeyColumn({ name: 'command_id', length: 36 })
  commandId!: string;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;
}
