import { Module } from '@nestjs/common';
import { MovementsModule } from '../../src/movements/movements.module.js';
import { JackpotController } from './jackpot.controller.js';
import { JackpotService } from './jackpot.service.js';

/** An example of a module of somebody else's: a call of its own beside GPAS's, on the same ledger. */
@Module({
  imports: [MovementsModule],
  controllers: [JackpotController],
  providers: [JackpotService],
})
export class JackpotModule {}
