import { Module } from '@nestjs/common';
import { GamesModule } from '../games/games.module.js';
import { ReconciliationController } from './reconciliation.controller.js';
import { ReconciliationService } from './reconciliation.service.js';

/** Whether GPAS's figures and ours agree. */
@Module({
  imports: [GamesModule],
  controllers: [ReconciliationController],
  providers: [ReconciliationService],
  exports: [ReconciliationService],
})
export class ReconciliationModule {}
