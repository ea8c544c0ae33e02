import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { DEMO } from './config/demo.js';
import { GpasError } from './errors/gpas-error.js';
import { WalletsModule } from './wallets/wallets.module.js';
import { WalletsService } from './wallets/wallets.service.js';

/** The demo's wallet, there from the first start; only imported where nothing is configured. */
@Module({ imports: [WalletsModule] })
export class DemoDataModule implements OnApplicationBootstrap {
  constructor(private readonly wallets: WalletsService) {}

  async onApplicationBootstrap(): Promise<void> {
    const { walletId, playerId, currency } = DEMO;
    try {
      await this.wallets.create({ walletId, playerId, currency, code: 'CASINO' });
    } catch (error) {
      if (!(error instanceof GpasError) || error.errorName !== 'ALREADY_EXISTS') throw error;
    }
  }
}
