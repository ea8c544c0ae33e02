import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerKeysModule } from '../ledger-keys/ledger-keys.module.js';
import { WalletEntity } from './wallet.entity.js';
import { WalletsService } from './wallets.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([WalletEntity]), LedgerKeysModule],
  providers: [WalletsService],
  exports: [WalletsService],
})
export class WalletsModule {}
