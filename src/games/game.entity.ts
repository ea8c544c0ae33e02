import { Column, Entity } from 'typeorm';
import { KeyColumn, TextColumn } from '../database/columns.js';
import type { Game } from './game.types.js';

/** A game of the operator's catalogue. Games that are not in it may be played or not: GAME_POLICY. */
@Entity('games')
export class GameEntity implements Game {
  @KeyColumn({ name: 'id', length: 128, primary: true })
  id!: string;

  @TextColumn({ name: 'name', length: 255 })
  name!: string;

  @KeyColumn({ name: 'provider_code', length: 64 })
  providerCode!: string;

  @Column({ name: 'enabled', type: 'boolean' })
  enabled!: boolean;
}
