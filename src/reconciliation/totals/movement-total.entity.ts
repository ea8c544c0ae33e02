import { Column, Entity } from 'typeorm';
import { InstantColumn, KeyColumn, MinorUnitsColumn } from '../../database/columns.js';
import type { Part } from '../report.rules.js';

/** What the movements of one hour, parent system, game, currency and kind come to. */
@Entity('movement_totals')
export class MovementTotalEntity {
  @InstantColumn({ name: 'hour', primary: true })
  hour!: Date;

  /** Among those of its hour. A game may be missing, so that what they are of is no key. */
  @Column({ name: 'ordinal', type: 'int', primary: true })
  ordinal!: number;

  @KeyColumn({ name: 'parent_system_id', length: 128 })
  parentSystemId!: string;

  @KeyColumn({ name: 'game_id', length: 128, nullable: true })
  gameId!: string | null;

  @KeyColumn({ name: 'currency', length: 3 })
  currency!: string;

  @Column({ name: 'decimals', type: 'tinyint' })
  decimals!: number;

  @KeyColumn({ name: 'kind', length: 14 })
  kind!: Part['kind'];

  /** The sum of the amounts is `amount_high * 2^20 + amount_low`: it need not fit into 64 bits. */
  @MinorUnitsColumn({ name: 'amount_high' })
  amountHigh!: bigint;

  @MinorUnitsColumn({ name: 'amount_low' })
  amountLow!: bigint;

  @Column({ name: 'movements', type: 'int' })
  movements!: number;
}
