import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { auditedGameChange } from '../../games/game-change.rules.js';
import type { Game } from '../../games/game.types.js';
import { GamesService } from '../../games/games.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { GameAnswer } from './dto/game.dto.js';

/** Changes of the catalogue, each with its line of the trail. */
@Injectable()
export class GameChanges {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly games: GamesService,
  ) {}

  /** Adds the game, or replaces the one with its id. */
  put(actor: Actor, game: Game): Promise<GameAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const change = await this.games.put(transaction, game);
      return { result: GameAnswer.of(change.after), change: auditedGameChange(change) };
    });
  }
}
