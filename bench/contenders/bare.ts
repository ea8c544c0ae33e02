import 'reflect-metadata';
import type { Server } from 'node:net';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { tellListening } from './listening.js';

/** Nest on Express as it comes, with its body reader, and handlers that do nothing: what the framework costs. */
@Controller()
class BareController {
  @Post('movements/debit')
  debit(): void {
    return;
  }

  @Post('sessions')
  open(): void {
    return;
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create(BareModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
tellListening(app.getHttpServer() as Server);
