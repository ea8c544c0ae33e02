import 'reflect-metadata';
import type { Server } from 'node:net';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { tellListening } from './listening.js';
import { movementAnswer, sessionAnswer } from './textbook/answers.js';

/**
 * Nest on Express as it comes, with its body reader, and handlers that do nothing but answer the same each time: what the
 * framework costs.
 */
const ID = '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42';
const MOVEMENT = movementAnswer(ID, 905_000, 0);
const SESSION = sessionAnswer(ID, 'bench-0', new Date());

@Controller()
class BareController {
  @Post('movements/debit')
  debit(): object {
    return MOVEMENT;
  }

  @Post('sessions')
  open(): object {
    return SESSION;
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create(BareModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
tellListening(app.getHttpServer() as Server);
