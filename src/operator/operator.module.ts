import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { GamesModule } from '../games/games.module.js';
import { MovementsModule } from '../movements/movements.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { BackOffice } from './back-office.service.js';
import { OperatorAuditController } from './operator-audit.controller.js';
import { OperatorGamesController } from './operator-games.controller.js';
import { OperatorIncidentsController } from './operator-incidents.controller.js';
import { OperatorIncidents } from './operator-incidents.service.js';
import { OperatorKeysController } from './operator-keys.controller.js';
import { OperatorLaunchesController } from './operator-launches.controller.js';
import { OperatorLaunches } from './operator-launches.service.js';
import { OperatorMovementsController } from './operator-movements.controller.js';
import { OperatorParentSystemsController } from './operator-parent-systems.controller.js';
import { OperatorParentSystems } from './operator-parent-systems.service.js';
import { OperatorReconciliationController } from './operator-reconciliation.controller.js';
import { OperatorSessionsController } from './operator-sessions.controller.js';
import { OperatorWalletsController } from './operator-wallets.controller.js';

/** The back office: what the operator's team does, under `/operator`. */
@Module({
  imports: [
    AuditModule,
    AuthModule,
    GamesModule,
    WalletsModule,
    SessionsModule,
    MovementsModule,
    ReconciliationModule,
  ],
  providers: [BackOffice, OperatorIncidents, OperatorLaunches, OperatorParentSystems],
  controllers: [
    OperatorWalletsController,
    OperatorLaunchesController,
    OperatorParentSystemsController,
    OperatorKeysController,
    OperatorGamesController,
    OperatorSessionsController,
    OperatorIncidentsController,
    OperatorMovementsController,
    OperatorReconciliationController,
    OperatorAuditController,
  ],
})
export class OperatorModule {}
