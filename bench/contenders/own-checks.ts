import 'reflect-metadata';
import { createApp } from '../../src/app.setup.js';
import { loadConfig } from '../../src/config/config.js';
import { newId } from '../../src/database/id.js';
import { createLogger } from '../../src/logging/logger.js';
import { type Receipt, MovementsService } from '../../src/movements/movements.service.js';
import { SessionsService } from '../../src/sessions/sessions.service.js';
import { CURRENCY, DEPOSIT } from '../load/world.js';

/**
 * The product itself, with its guards, validation, log and metrics, but for what it asks of the database in a call: what
 * is left of its cost then is its own. A session is opened and a bet is booked in words only.
 */
const config = loadConfig();
const logger = createLogger(config.logLevel);
const app = await createApp(config, logger);
const realMinor = BigInt(DEPOSIT) * 100n;

SessionsService.prototype.open = function (parentSystemId, walletId) {
  const createdAt = new Date();
  const session = { id: newId(createdAt), parentSystemId, walletId, createdAt };
  return Promise.resolve({ ...session, status: 'OPEN' as const, closedAt: null, closedBy: null });
};

MovementsService.prototype.play = function (parentSystemId, request): Promise<Receipt> {
  const createdAt = new Date();
  const walletId = 'bench-0';
  const movement = {
    id: newId(createdAt),
    parentSystemId,
    externalReference: request.externalReference,
    kind: request.kind,
    walletId,
    sessionId: request.sessionId,
    seq: 1,
    amountMinor: 1n,
    realDeltaMinor: -1n,
    bonusDeltaMinor: 0n,
    realAfterMinor: realMinor - 1n,
    bonusAfterMinor: 0n,
    targetMovementId: null,
    gameId: request.gameId,
  };
  const balances = { realMinor, bonusMinor: 0n, seq: 1, movedAt: createdAt, createdAt, seal: null };
  const owner = { id: walletId, playerId: 'p', code: 'CASINO', currency: CURRENCY, decimals: 2 } as const;
  return Promise.resolve({ movement, wallet: { ...owner, ...balances, status: 'ACTIVE' } });
};

await app.listen(config.http.port, config.http.host);
logger.info({ url: await app.getUrl() }, 'listening');
process.once('SIGTERM', () => process.exit(0));
