import { createHash, timingSafeEqual } from 'node:crypto';
import {
  BadRequestException,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type RawBodyRequest,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { JwtService } from '@nestjs/jwt';
import type { Request } from 'express';
import { GPAS_SECRET_KEY, PARENT_SYSTEM_ID } from '../../load/world.js';

const SIGNED = 'signed';
type CallRequest = RawBodyRequest<Request> & { walletOfToken?: string };

/** What of a call is signed. */
export const Signed = (what: 'query' | 'body'): MethodDecorator => SetMetadata(SIGNED, what);

export const WalletOfToken = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<CallRequest>().walletOfToken,
);

@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<CallRequest>();
    if (request.headers['x-parent-system-id'] !== PARENT_SYSTEM_ID)
      throw new UnauthorizedException({ code: 1001, message: 'Invalid system identifier' });
    const isQuery = this.reflector.get<string>(SIGNED, context.getHandler()) === 'query';
    const text = isQuery ? request.url.slice(request.url.indexOf('?') + 1) : (request.rawBody ?? '');
    const expected = createHash('sha1').update(text).update(GPAS_SECRET_KEY).digest();
    const given = Buffer.from(String(request.headers['x-signature']), 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new UnauthorizedException({ code: 1006, message: 'Signature failed' });
    return true;
  }
}

@Injectable()
export class JwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallRequest>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException({ code: 1010 });
    try {
      const { walletId } = await this.jwt.verifyAsync<{ walletId: string }>(token);
      request.walletOfToken = walletId;
    } catch {
      throw new UnauthorizedException({ code: 1010, message: 'Invalid auth token' });
    }
    return true;
  }
}

export function refusal(code: number, message: string): BadRequestException {
  return new BadRequestException({ code, message });
}
