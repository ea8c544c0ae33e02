import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { GamesModule } from '../games/games.module.js';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { LaunchesModule } from '../launches/launches.module.js';
import { MovementsModule } from '../movements/movements.module.js';
import { OperatorKeysModule } from '../operator-keys/operator-keys.module.js';
import { ParentSystemsModule } from '../parent-systems/parent-systems.module.js';
import { ReconciliationModule } from '../reconciliation/reconciliation.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { AuditedChanges } from './shared/audited-changes.service.js';
import { BackOfficeAuditController } from './audit/audit.controller.js';
import { GameChanges } from './games/game-changes.service.js';
import { BackOfficeGamesController } from './games/games.controller.js';
import { BackOfficeIncidentsController } from './incidents/incidents.controller.js';
import { IncidentResolution } from './incidents/incident-resolution.service.js';
import { OperatorKeyChanges } from './operator-keys/operator-key-changes.service.js';
import { BackOfficeKeysController } from './operator-keys/operator-keys.controller.js';
import { BackOfficeLaunchesController } from './launches/launches.controller.js';
import { GameLaunches } from './launches/game-launch.service.js';
import { BackOfficeMovementsController } from './movements/movements.controller.js';
import { BackOfficeParentSystemsController } from './parent-systems/parent-systems.controller.js';
import { ParentSystemChanges } from './parent-systems/parent-system-changes.service.js';
import { BackOfficeReconciliationController } from './reconciliation/day-totals.controller.js';
import { BackOfficeReferencesController } from './references/references.controller.js';
import { SessionChanges } from './sessions/session-changes.service.js';
import { BackOfficeSessionsController } from './sessions/sessions.controller.js';
import { WalletChanges } from './wallets/wallet-changes.service.js';
import { BackOfficeWalletsController } from './wallets/wallets.controller.js';

/** The back office: what the operator's team does, under `/operator`. */
@Module({
  imports: [
    AuditModule,
    IncidentsModule,
    LaunchesModule,
    OperatorKeysModule,
    ParentSystemsModule,
    GamesModule,
    WalletsModule,
    SessionsModule,
    MovementsModule,
    ReconciliationModule,
  ],
  providers: [
    AuditedChanges,
    GameChanges,
    GameLaunches,
    IncidentResolution,
    OperatorKeyChanges,
    ParentSystemChanges,
    SessionChanges,
    WalletChanges,
  ],
  controllers: [
    BackOfficeWalletsController,
    BackOfficeLaunchesController,
    BackOfficeParentSystemsController,
    BackOfficeKeysController,
    BackOfficeGamesController,
    BackOfficeSessionsController,
    BackOfficeIncidentsController,
    BackOfficeMovementsController,
    BackOfficeReferencesController,
    BackOfficeReconciliationController,
    BackOfficeAuditController,
  ],
})
export class BackOfficeModule {}
