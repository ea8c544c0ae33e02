import { Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, TextColumn } from '../database/columns.js';
import type { OperatorKey, OperatorRole } from './operator-key.types.js';

/** A bearer key of the back office. */
@Entity('operator_keys')
export class OperatorKeyEntity implements OperatorKey {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  /** Whose it is, for people. */
  @TextColumn({ name: 'name', length: 100 })
  name!: string;

  @KeyColumn({
    name: 'roles',
    length: 32,
    transformer: {
      to: (roles: readonly OperatorRole[]) => roles.join(','),
      from: (text: string) => text.split(',') as OperatorRole[],
    },
  })
  roles!: readonly OperatorRole[];

  @KeyColumn({ name: 'parent_system_id', length: 128, nullable: true })
  parentSystemId!: string | null;

  /** SHA-256 of the key, in hex: the key is 256 random bits, so nothing slower is needed. */
  @Index('uq_operator_keys_hash', { unique: true })
  @KeyColumn({ name: 'key_hash', length: 64 })
  keyHash!: string;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  @InstantColumn({ name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
