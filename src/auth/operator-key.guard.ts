import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Config } from '../config/config.js';
import { GpasError } from '../errors/gpas-error.js';
import { accessOf, bearerTokenOf, requestOf } from './incoming-request.js';

/** On back-office routes: `Authorization: Bearer <operator key>`, else 401/1010. */
@Injectable()
export class OperatorKeyGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(
    private readonly reflector: Reflector,
    { operatorApiKey }: Config,
  ) {
    this.expected = digestOf(operatorApiKey);
  }

  canActivate(context: ExecutionContext): boolean {
    if (accessOf(context, this.reflector)?.caller !== 'operator') return true;
    const key = bearerTokenOf(requestOf(context));
    if (key === undefined || !timingSafeEqual(digestOf(key), this.expected))
      throw new GpasError('UNAUTHORIZED');
    return true;
  }
}

/** Equal lengths for a comparison in constant time. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
