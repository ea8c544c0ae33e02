import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GpasError } from '../errors/gpas-error.js';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { accessOf, bearerTokenOf, requestOf } from './incoming-request.js';

/** On routes that declare it: one `Authorization: Bearer <AuthToken>` that verifies (protocol §4), else 401/1010. */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authTokens: AuthTokenVerifier,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context, this.reflector);
    if (access?.caller !== 'gpas' || !access.authToken) return true;
    const request = requestOf(context);
    const token = bearerTokenOf(request);
    if (token === undefined) {
      throw new GpasError('INVALID_AUTH_TOKEN', 'One header Authorization: Bearer <AuthToken> is required');
    }
    request.authToken = this.authTokens.verify(token);
    return true;
  }
}
