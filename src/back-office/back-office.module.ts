import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { GamesModule } from '../games/games.module.js';
import { MovementsModule } from '../movements/movements.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { BackOffice } from './shared/audited-change.service.js';
import { OperatorAuditController } from './audit/audit.controller.js';
import { OperatorGamesController } from './games/games.controller.js';
import { OperatorIncidentsController } from './incidents/incidents.controller.js';
import { OperatorIncidents } from './incidents/incident-resolution.service.js';
import { OperatorKeysController } from './operator-keys/operator-keys.controller.js';
import { OperatorLaunchesController } from './launches/launches.controller.js';
import { OperatorLaunches } from './launches/game-launch.service.js';
import { OperatorMovementsController } from './movements/movements.controller.js';
import { OperatorParentSystemsController } from './parent-systems/parent-systems.controller.js';
import { OperatorParentSystems } from './parent-systems/parent-system-changes.service.js';
import { OperatorReconciliationController } from './reconciliation/day-totals.controller.js';
import { OperatorSessionsController } from './sessions/sessions.controller.js';
import { OperatorWalletsController } from './wallets/wallets.controller.js';

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
