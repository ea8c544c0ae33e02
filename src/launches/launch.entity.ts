import { Entity } from 'typeorm';
import { InstantColumn, KeyColumn } from '../database/columns.js';
import type { Launch } from './launch.types.js';

/** A game that a player was sent to: what a reference token (protocol §4.2) stands for. */
@Entity('launches')
export class LaunchEntity implements Launch {
  /** The token's `jti`. */
  @KeyColumn({ name: 'id', length: 16, primary: true })
  id!: string;

  @KeyColumn({ name: 'wallet_id', length: 128 })
  walletId!: string;

  @KeyColumn({ name: 'game_id', length: 128 })
  gameId!: string;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  @InstantColumn({ name: 'expires_at' })
  expiresAt!: Date;

  @InstantColumn({ name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
