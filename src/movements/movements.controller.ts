import { Body, Controller, HttpCode, HttpStatus, Patch, Post, Query, UseFilters } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallAsSent, ParentSystemId } from '../auth/caller.decorators.js';
import { GpasRoute } from '../auth/route-access.js';
import { MovementAnswer } from './dto/movement-answer.dto.js';
import { CreditBody, DebitBody, playOf, remarksOf, RollbackBody } from './dto/movement.dto.js';
import { MovementQuery, RollbackQuery } from './dto/movement-query.dto.js';
import type { SentCall } from './ledger/ledger-store.js';
import { MovementsService } from './movements.service.js';
import { RefusedCallFilter } from './refused-call.filter.js';

/** Debit, Credit and Rollback of the GPAS protocol (§1.4 to §1.6); signed over the raw body. */
@ApiTags('GPAS protocol')
@Controller('movements')
export class MovementsController {
  constructor(private readonly movements: MovementsService) {}

  @Post('debit')
  @GpasRoute({
    signed: 'body',
    errors: [
      'INVALID_TX_ID',
      'DUPLICATE_TX_ID',
      'INVALID_WALLET_SESSION',
      'INSUFFICIENT_FUNDS',
      'USER_BLOCKED',
      'INVALID_GAME_ID',
    ],
  })
  @ApiOperation({ summary: 'Take a bet', description: 'Real money first, then bonus. Signed over the body.' })
  @ApiBody({ type: DebitBody })
  @ApiCreatedResponse({ type: MovementAnswer, description: 'The bet is booked' })
  async debit(
    @ParentSystemId() parentSystemId: string,
    @Query() query: MovementQuery,
    @Body() body: DebitBody,
    @CallAsSent() sent: SentCall,
  ): Promise<MovementAnswer> {
    return MovementAnswer.of(
      await this.movements.play(
        parentSystemId,
        { kind: 'DEBIT', ...MovementQuery.read(query), ...playOf(body) },
        remarksOf(body, sent),
      ),
    );
  }

  @Post('credit')
  @UseFilters(RefusedCallFilter)
  @GpasRoute({ signed: 'body', errors: ['INVALID_TX_ID', 'DUPLICATE_TX_ID', 'INVALID_WALLET_SESSION'] })
  @ApiOperation({ summary: 'Pay a win', description: 'To the real money. Signed over the body.' })
  @ApiBody({ type: CreditBody })
  @ApiCreatedResponse({ type: MovementAnswer, description: 'The win is booked' })
  async credit(
    @ParentSystemId() parentSystemId: string,
    @Query() query: MovementQuery,
    @Body() body: CreditBody,
    @CallAsSent() sent: SentCall,
  ): Promise<MovementAnswer> {
    return MovementAnswer.of(
      await this.movements.play(
        parentSystemId,
        { kind: 'CREDIT', ...MovementQuery.read(query), ...playOf(body) },
        remarksOf(body, sent),
      ),
    );
  }

  @Patch('rollback')
  @UseFilters(RefusedCallFilter)
  @HttpCode(HttpStatus.OK)
  @GpasRoute({
    signed: 'body',
    errors: ['INVALID_TX_ID', 'DUPLICATE_TX_ID', 'INVALID_WALLET_SESSION', 'INSUFFICIENT_FUNDS'],
  })
  @ApiOperation({
    summary: 'Reverse a bet or a win',
    description: 'Gives back the exact real and bonus split of the movement. Signed over the body.',
  })
  @ApiBody({ type: RollbackBody })
  @ApiOkResponse({ type: MovementAnswer, description: 'The movement is reversed' })
  async rollback(
    @ParentSystemId() parentSystemId: string,
    @Query() query: RollbackQuery,
    @Body() body: RollbackBody,
    @CallAsSent() sent: SentCall,
  ): Promise<MovementAnswer> {
    const { externalReference } = body;
    return MovementAnswer.of(
      await this.movements.rollback(
        parentSystemId,
        { kind: 'ROLLBACK', externalReference, ...RollbackQuery.readWithTarget(query) },
        remarksOf(body, sent),
      ),
    );
  }
}
