import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { GamesModule } from '../games/games.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { LedgerKeysModule } from '../ledger-keys/ledger-keys.module.js';
import { ParentSystemsModule } from '../parent-systems/parent-systems.module.js';
import { BalanceController } from './balance.controller.js';
import { BalancesService } from './balances.service.js';
import { MovementSearch } from './movement-search.service.js';
import { MovementEntity } from './ledger/movement.entity.js';
import { MovementsController } from './movements.controller.js';
import { MovementsService } from './movements.service.js';
import { ReferenceStories } from './reference-stories.service.js';
import { RefusedCallFilter } from './refused-call.filter.js';
import { ReferenceBindingEntity } from './ledger/reference-binding.entity.js';

/** Bets, wins and rollbacks, Balance, the operator's payments, and finding what moved and what became of a reference. */
@Module({
  imports: [
    TypeOrmModule.forFeature([MovementEntity, ReferenceBindingEntity]),
    AuditModule,
    GamesModule,
    IncidentsModule,
    LedgerKeysModule,
    ParentSystemsModule,
    WalletsModule,
  ],
  controllers: [MovementsController, BalanceController],
  providers: [MovementsService, BalancesService, MovementSearch, ReferenceStories, RefusedCallFilter],
  exports: [MovementsService, MovementSearch, ReferenceStories],
})
export class MovementsModule {}
