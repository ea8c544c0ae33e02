import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createApp } from '../src/app.setup.js';
import { loadConfig } from '../src/config/config.js';
import { GpasError } from '../src/errors/gpas-error.js';
import { createLogger } from '../src/logging/logger.js';
import { MovementEntity } from '../src/movements/ledger/movement.entity.js';
import { MovementsService, type Receipt } from '../src/movements/movements.service.js';
import { SessionEntity } from '../src/sessions/session.entity.js';
import { parseAmount } from '../src/wallets/money.js';
import { WalletEntity } from '../src/wallets/wallet.entity.js';

/**
 * The same server with the bet's commit path as one would write it by hand: a transaction for each call, a pessimistic
 * lock, repositories. Only bets are replaced; everything before and after them is the product's.
 */
const config = loadConfig();
const logger = createLogger(config.logLevel);
const app = await createApp(config, logger);
const dataSource = app.get(DataSource);

MovementsService.prototype.play = function (
  parentSystemId,
  { externalReference, sessionId, value, gameId },
  remarks,
) {
  return dataSource.transaction('READ COMMITTED', async (manager): Promise<Receipt> => {
    const session = await manager.findOneBy(SessionEntity, { id: sessionId });
    if (session?.parentSystemId !== parentSystemId || session.status !== 'OPEN') {
      throw new GpasError('INVALID_WALLET_SESSION');
    }
    const wallet = await manager.findOneOrFail(WalletEntity, {
      where: { id: session.walletId },
      lock: { mode: 'pessimistic_write' },
    });
    if (await manager.existsBy(MovementEntity, { parentSystemId, externalReference }))
      throw new GpasError('DUPLICATE_TX_ID');
    const amountMinor = parseAmount(value, wallet.decimals);
    if (typeof amountMinor !== 'bigint') throw new GpasError('INVALID_REQUEST');
    if (wallet.realMinor < amountMinor) throw new GpasError('INSUFFICIENT_FUNDS');
    wallet.realMinor -= amountMinor;
    wallet.seq += 1;
    const movement = await manager.save(MovementEntity, {
      id: randomUUID(),
      parentSystemId,
      externalReference,
      kind: 'DEBIT' as const,
      walletId: wallet.id,
      sessionId,
      seq: wallet.seq,
      amountMinor,
      realDeltaMinor: -amountMinor,
      bonusDeltaMinor: 0n,
      realAfterMinor: wallet.realMinor,
      bonusAfterMinor: wallet.bonusMinor,
      targetMovementId: null,
      gameId,
      description: remarks.description,
      tags: remarks.tags,
      createdAt: new Date(),
    });
    await manager.save(wallet);
    return { movement, wallet };
  });
};

await app.listen(config.http.port, config.http.host);
logger.warn({ url: await app.getUrl() }, 'listening');
