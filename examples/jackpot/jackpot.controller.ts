import { Body, Controller, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallAsSent, ParentSystemId } from '../../src/auth/caller.decorators.js';
import { GpasRoute } from '../../src/auth/route-access.js';
import { MovementAnswer } from '../../src/movements/dto/movement-answer.dto.js';
import { MovementQuery } from '../../src/movements/dto/movement-query.dto.js';
import type { SentCall } from '../../src/movements/movement.types.js';
import { JackpotCreditBody } from './dto/jackpot-credit.dto.js';
import { JackpotService } from './jackpot.service.js';

/** Jackpots, called as GPAS calls Credit: a known parent system, signed over the raw body. */
@ApiTags('Jackpots')
@Controller('jackpots')
export class JackpotController {
  constructor(private readonly jackpots: JackpotService) {}

  @Post('credit')
  @GpasRoute({ signed: 'body', errors: ['INVALID_TX_ID', 'DUPLICATE_TX_ID', 'INVALID_WALLET_SESSION'] })
  @ApiOperation({ summary: 'Pay a jackpot', description: 'To the real money. Signed over the body.' })
  @ApiBody({ type: JackpotCreditBody })
  @ApiCreatedResponse({ type: MovementAnswer, description: 'The jackpot is paid' })
  async credit(
    @ParentSystemId() parentSystemId: string,
    @Query() query: MovementQuery,
    @Body() body: JackpotCreditBody,
    @CallAsSent() sent: SentCall,
  ): Promise<MovementAnswer> {
    return MovementAnswer.of(await this.jackpots.pay(parentSystemId, query, body, sent));
  }
}
