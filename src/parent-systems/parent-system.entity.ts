import { Check, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, TextColumn } from '../database/columns.js';
import type { ParentSystem, ParentSystemStatus } from './parent-system.types.js';

/** One GPAS integration of the operator's, named in `x-parent-system-id` (protocol §4.1). */
@Entity('parent_systems')
@Check('ck_parent_systems_status', `status IN ('ACTIVE', 'DISABLED')`)
export class ParentSystemEntity implements ParentSystem {
  @KeyColumn({ name: 'id', length: 128, primary: true })
  id!: string;

  @TextColumn({ name: 'name', length: 255, default: '' })
  name!: string;

  @KeyColumn({ name: 'status', length: 8, default: 'ACTIVE' })
  status!: ParentSystemStatus;

  /** Addresses and networks that may call; null lets every address call. */
  @TextColumn({
    name: 'allowed_addresses',
    length: 8192,
    nullable: true,
    transformer: {
      to: (list: readonly string[] | null) => list && JSON.stringify(list),
      from: (text: string | null) => text && (JSON.parse(text) as string[]),
    },
  })
  allowedAddresses!: readonly string[] | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;
}

/** A secret that a parent system signs with. After a rotation there are two until the older one ends. */
@Entity('parent_system_secrets')
@Index('ix_parent_system_secrets_parent', ['parentSystemId', 'id'])
export class ParentSystemSecretEntity {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @KeyColumn({ name: 'parent_system_id', length: 128 })
  parentSystemId!: string;

  /** As {@link SecretBox} sealed it. */
  @TextColumn({ name: 'secret', length: 2048 })
  secret!: string;

  @KeyColumn({ name: 'key_id', length: 16, nullable: true })
  keyId!: string | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  /** From then on it signs nothing; null for the one in use. */
  @InstantColumn({ name: 'valid_until', nullable: true })
  validUntil!: Date | null;
}
