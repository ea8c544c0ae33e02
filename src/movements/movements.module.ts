import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { GamesModule } from '../games/games.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { Incident } from '../incidents/incident.entity.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { BalanceController } from './balance.controller.js';
import { MovementSearch } from './movement-search.service.js';
import { Movement } from './ledger/movement.entity.js';
import { MovementsController } from './movements.controller.js';
import { MovementsService } from './movements.service.js';
import { ReferenceBinding } from './ledger/reference-binding.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Movement, ReferenceBinding, Incident]),
    AuditModule,
    AuthModule,
    GamesModule,
    SessionsModule,
    WalletsModule,
  ],
  controllers: [MovementsController, BalanceController],
  providers: [MovementsService, MovementSearch, IncidentsService],
  exports: [MovementsService, MovementSearch, IncidentsService],
})
export class MovementsModule {}
