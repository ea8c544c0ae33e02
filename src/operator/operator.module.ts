import { Module } from '@nestjs/common';
import { MovementsModule } from '../movements/movements.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { OperatorWalletsController } from './operator-wallets.controller.js';

/** The back office: what the operator's team does, under `/operator`. */
@Module({
  imports: [WalletsModule, MovementsModule],
  controllers: [OperatorWalletsController],
})
export class OperatorModule {}
