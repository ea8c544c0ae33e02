import { Check, Column, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn } from '../database/columns.js';
import type { Wallet, WalletCode, WalletStatus } from './wallet.types.js';

/** A player's account with the operator in one currency. */
@Entity('wallets')
@Index('ix_wallets_player', ['playerId', 'id'])
@Index('ix_wallets_status', ['status', 'id'])
@Check('ck_wallets_code', `code IN ('BINGO', 'CASINO', 'SPORT')`)
@Check('ck_wallets_status', `status IN ('ACTIVE', 'BLOCKED')`)
@Check('ck_wallets_balance', 'real_minor >= 0 AND bonus_minor >= 0')
export class WalletEntity implements Wallet {
  @KeyColumn({ name: 'id', length: 128, primary: true })
  id!: string;

  @KeyColumn({ name: 'player_id', length: 128 })
  playerId!: string;

  @KeyColumn({ name: 'code', length: 8 })
  code!: WalletCode;

  /** ISO 4217. */
  @KeyColumn({ name: 'currency', length: 3 })
  currency!: string;

  /** The currency's decimals, kept so that a change of the table never changes stored money. */
  @Column({ name: 'decimals', type: 'tinyint' })
  decimals!: number;

  @KeyColumn({ name: 'status', length: 8 })
  status!: WalletStatus;

  /** The player's own money. */
  @MinorUnitsColumn({ name: 'real_minor', default: 0 })
  realMinor!: bigint;

  /** Money given with conditions. */
  @MinorUnitsColumn({ name: 'bonus_minor', default: 0 })
  bonusMinor!: bigint;

  /** How many movements it has had; the number of the last one. */
  @Column({ name: 'seq', type: 'int', default: 0 })
  seq!: number;

  /** When its last movement was booked; null before the first. */
  @InstantColumn({ name: 'moved_at', nullable: true })
  movedAt!: Date | null;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  /** Of its last movement, before the first its own; null where it is not sealed. */
  @KeyColumn({ name: 'seal', length: 64, nullable: true })
  seal!: string | null;
}
