import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Module, Post, Query, UseGuards } from '@nestjs/common';
import { DEPOSIT } from '../load/world.js';
import { movementAnswer, sessionAnswer } from './textbook/answers.js';
import { DebitBody, OpenSessionQuery, SessionQuery } from './textbook/calls.dto.js';
import { JwtGuard, refusal, Signed, SignatureGuard, WalletOfToken } from './textbook/guards.js';
import { jwtModule, serve } from './textbook/serve.js';

/** Both guards, validation and the answer, as a textbook has them, and no database: what a call costs without it. */
const BALANCE = Number(DEPOSIT) * 100;

@Controller()
@UseGuards(SignatureGuard)
class CheckedController {
  @Post('movements/debit')
  @Signed('body')
  debit(@Query() _query: SessionQuery, @Body() { value }: DebitBody): object {
    return movementAnswer(randomUUID(), BALANCE - Math.round(Number(value) * 100), 0);
  }

  @Post('sessions')
  @Signed('query')
  @UseGuards(JwtGuard)
  open(@Query() { walletId }: OpenSessionQuery, @WalletOfToken() walletOfToken: string): object {
    if (walletId !== walletOfToken) throw refusal(1005, 'Invalid wallet id');
    return sessionAnswer(randomUUID(), walletId, new Date());
  }
}

@Module({ imports: [jwtModule()], controllers: [CheckedController] })
class CheckedModule {}

await serve(CheckedModule);
