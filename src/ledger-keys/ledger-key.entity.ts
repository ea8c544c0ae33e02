import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, KeyColumn, TextColumn } from '../database/columns.js';

/** A key that movements are sealed with; it is made once and never leaves the database in the clear. */
@Entity('ledger_keys')
export class LedgerKeyEntity {
  @PrimaryColumn({ name: 'id', type: 'int' })
  id!: number;

  /** As {@link SecretBox} sealed it. */
  @TextColumn({ name: 'secret', length: 512 })
  secret!: string;

  /** Of SECRETS_KEY. */
  @KeyColumn({ name: 'key_id', length: 16, nullable: true })
  keyId!: string | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;
}
