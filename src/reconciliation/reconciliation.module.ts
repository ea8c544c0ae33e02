import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { GamesModule } from '../games/games.module.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationService } from './reconciliation.service.js';
import { MovementHourEntity } from './totals/movement-hour.entity.js';
import { MovementTotalEntity } from './totals/movement-total.entity.js';
import { TotalsMaker } from './totals/totals-maker.js';

/** Whether GPAS's figures and ours agree. */
@Module({
  imports: [TypeOrmModule.forFeature([MovementHourEntity, MovementTotalEntity]), GamesModule],
  controllers: [ReconciliationController],
  providers: [ReconciliationService, TotalsMaker],
  exports: [ReconciliationService],
})
export class ReconciliationModule {}
