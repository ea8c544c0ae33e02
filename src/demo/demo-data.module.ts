import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SERVER } from '../audit/audit.types.js';
import { DEMO } from './values.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { ErrorName } from '../errors/catalogue.js';
import { GpasError } from '../errors/gpas-error.js';
import { MovementsModule } from '../movements/movements.module.js';
import { MovementsService } from '../movements/movements.service.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { WalletsService } from '../wallets/wallets.service.js';

/** The demo's wallet and its money, there from the first start; only imported where nothing is configured. */
@Module({ imports: [WalletsModule, MovementsModule] })
export class DemoDataModule implements OnApplicationBootstrap {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly wallets: WalletsService,
    private readonly movements: MovementsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { walletId, playerId, currency, deposits } = DEMO;
    await unless('ALREADY_EXISTS', () =>
      this.unitOfWork.write((transaction) =>
        this.wallets.create(transaction, { walletId, playerId, currency, code: 'CASINO' }),
      ),
    );
    for (const { externalReference, subWallet, value } of deposits) {
      await unless('DUPLICATE_TX_ID', () =>
        this.movements.pay(
          SERVER,
          { kind: 'DEPOSIT', walletId, externalReference, subWallet, value },
          { description: 'Demo money', tags: null },
        ),
      );
    }
  }
}

/** Does it, unless an earlier start or another instance has. */
async function unless(done: ErrorName, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GpasError) || error.errorName !== done) throw error;
  }
}
