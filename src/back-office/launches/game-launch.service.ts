import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { LaunchesService } from '../../launches/launches.service.js';
import { Config } from '../../config/config.js';
import { GpasError } from '../../errors/gpas-error.js';
import { isPlayable } from '../../games/game.rules.js';
import { GamesService } from '../../games/games.service.js';
import { WalletsService } from '../../wallets/wallets.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import type { LaunchAnswer, LaunchBody, RevokedLaunchAnswer } from './dto/launch.dto.js';
import { launcherUrl } from './launcher-url.js';

/** Sends players into games: a launch is made only where its bets would be taken. */
@Injectable()
export class GameLaunches {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly launches: LaunchesService,
    private readonly wallets: WalletsService,
    private readonly games: GamesService,
    private readonly config: Config,
  ) {}

  /**
   * @throws GpasError NOT_FOUND for an unknown wallet, USER_BLOCKED, INVALID_GAME_ID, INVALID_REQUEST where the server
   * lacks what a launch needs
   */
  create(actor: Actor, body: LaunchBody): Promise<LaunchAnswer> {
    const base = this.config.launcherUrl;
    if (base === undefined) {
      throw new GpasError(
        'INVALID_REQUEST',
        'Launches need GPAS_LAUNCHER_URL, which this server does not have',
      );
    }
    return this.auditedChanges.make(actor, async (transaction) => {
      const { walletId, gameId, ttlSeconds } = body;
      const wallet = (await this.wallets.findAll(transaction.manager, [walletId])).get(walletId);
      if (!wallet) throw new GpasError('NOT_FOUND', 'There is no wallet with this walletId');
      if (wallet.status === 'BLOCKED') throw new GpasError('USER_BLOCKED');
      const [game] = await this.games.findAll(transaction.manager, [gameId]);
      if (!isPlayable(game, this.config.policies.gamePolicy)) throw new GpasError('INVALID_GAME_ID');
      const { launch, authToken } = await this.launches.create(transaction, { walletId, gameId, ttlSeconds });
      const expiresAt = launch.expiresAt.toISOString();
      return {
        result: {
          launchId: launch.id,
          authToken,
          url: launcherUrl(base, authToken, wallet, body),
          expiresAt,
        },
        change: {
          action: 'launch.create',
          subjectType: 'launch',
          subjectId: launch.id,
          before: null,
          after: { walletId, gameId, expiresAt },
        },
      };
    });
  }

  /** @throws GpasError NOT_FOUND, also for one that is revoked already */
  revoke(actor: Actor, launchId: string): Promise<RevokedLaunchAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const { walletId, gameId, revokedAt } = await this.launches.revoke(transaction, launchId);
      const result = { launchId, revokedAt: (revokedAt ?? new Date()).toISOString() };
      return {
        result,
        change: {
          action: 'launch.revoke',
          subjectType: 'launch',
          subjectId: launchId,
          before: { walletId, gameId, revokedAt: null },
          after: { walletId, gameId, revokedAt: result.revokedAt },
        },
      };
    });
  }
}
