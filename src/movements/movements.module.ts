import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module.js';
import { GamesModule } from '../games/games.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { WalletsModule } from '../wallets/wallets.module.js';
import { BalanceController } from './balance.controller.js';
import { Movement } from './movement.entity.js';
import { MovementsController } from './movements.controller.js';
import { MovementsService } from './movements.service.js';
import { ReferenceBinding } from './reference-binding.entity.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Movement, ReferenceBinding]),
    AuditModule,
    GamesModule,
    SessionsModule,
    WalletsModule,
  ],
  controllers: [MovementsController, BalanceController],
  providers: [MovementsService],
  exports: [MovementsService],
})
export class MovementsModule {}
