import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { createApp } from '../src/app.setup.js';
import { SERVER } from '../src/audit/audit.types.js';
import { loadConfig } from '../src/config/config.js';
import { UnitOfWork } from '../src/database/unit-of-work.js';
import { createLogger } from '../src/logging/logger.js';
import { MovementsService } from '../src/movements/movements.service.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { WalletsService } from '../src/wallets/wallets.service.js';
import { CURRENCY, DEPOSIT, PARENT_SYSTEM_ID, type Player, WALLETS } from './load/world.js';

/**
 * Fills the database of `DATABASE_URL` with players and prints them as JSON. The product's own services do it, within
 * one process, so that what is played on afterwards is a ledger that `verify-ledger` agrees with.
 */
const AT_ONCE = 500;

const app = await createApp(loadConfig(), createLogger('error'));
await app.init();
const [unitOfWork, wallets, movements, sessions] = [
  app.get(UnitOfWork),
  app.get(WalletsService),
  app.get(MovementsService),
  app.get(SessionsService),
];

async function open(walletId: string): Promise<Player> {
  const deposit = {
    kind: 'DEPOSIT',
    externalReference: `deposit-${walletId}`,
    walletId,
    subWallet: 'REAL',
    value: DEPOSIT,
  } as const;
  await movements.pay(SERVER, deposit, { description: null, tags: null });
  const { id } = await sessions.open(PARENT_SYSTEM_ID, walletId, walletId);
  return { walletId, sessionId: id };
}

// Others may be there from before.
const prefix = randomBytes(4).toString('hex');
const names = Array.from({ length: WALLETS + 1 }, (_, number) => `bench-${prefix}-${number}`);
await unitOfWork.write(async (transaction) => {
  for (const walletId of names) {
    await wallets.create(transaction, {
      walletId,
      playerId: `of-${walletId}`,
      currency: CURRENCY,
      code: 'CASINO',
    });
  }
});
const players: Player[] = [];
for (let at = 0; at < names.length; at += AT_ONCE) {
  players.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map(open))));
}
process.stdout.write(`${JSON.stringify(players)}\n`);
await app.close();
