import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { GamesModule } from '../games/games.module.js';
import { MovementsModule } from '../movements/movements.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { BackOffice } from './back-office.service.js';
import { OperatorAuditController } from './operator-audit.controller.js';
import { OperatorGamesController } from './operator-games.controller.js';
import { OperatorKeysController } from './operator-keys.controller.js';
import { OperatorLaunchesController } from './operator-launches.controller.js';
import { OperatorLaunches } from './operator-launches.service.js';
import { OperatorParentSystemsController } from './operator-parent-systems.controller.js';
import { OperatorParentSystems } from './operator-parent-systems.service.js';
import { OperatorWalletsController } from './operator-wallets.controller.js';

/** The back office: what the operator's team does, under `/operator`. */
@Module({
  imports: [AuditModule, AuthModule, GamesModule, WalletsModule, MovementsModule],
  providers: [BackOffice, OperatorLaunches, OperatorParentSystems],
  controllers: [
    OperatorWalletsController,
    OperatorLaunchesController,
    OperatorParentSystemsController,
    OperatorKeysController,
    OperatorGamesController,
    OperatorAuditController,
  ],
})
export class OperatorModule {}
