import { createSecretKey } from 'node:crypto';
import type { Server } from 'node:net';
import { type DynamicModule, type Type, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { AUTH_TOKEN_SECRET } from '../../load/world.js';
import { refusal } from './guards.js';
import { tellListening } from '../listening.js';

/** Tokens as Nest's documentation verifies them; as text the secret would cost thirty times what it does as a key. */
export function jwtModule(): DynamicModule {
  return JwtModule.register({
    secret: createSecretKey(AUTH_TOKEN_SECRET, 'utf8'),
    verifyOptions: { algorithms: ['HS256'] },
  });
}

/** Nest as its documentation starts it, with what the signature is made of kept, and every call validated. */
export async function serve(module: Type): Promise<void> {
  const app = await NestFactory.create(module, { rawBody: true, logger: ['error', 'warn'] });
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      transform: true,
      exceptionFactory: () => refusal(1010, 'Invalid request'),
    }),
  );
  await app.listen(0, '127.0.0.1');
  tellListening(app.getHttpServer() as Server);
}
