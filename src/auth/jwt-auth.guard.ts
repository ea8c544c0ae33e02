import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GpasError } from '../errors/gpas-error.js';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { LaunchesService } from '../launches/launches.service.js';
import { accessOf, bearerTokenOf, requestOf } from './incoming-request.js';

/** On routes that declare it: one `Authorization: Bearer <AuthToken>` that verifies (protocol §4.2), else 401/1010. */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authTokens: AuthTokenVerifier,
    private readonly launches: LaunchesService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context, this.reflector);
    if (access?.caller !== 'gpas' || !access.authToken) return true;
    const request = requestOf(context);
    const token = bearerTokenOf(request);
    if (token === undefined) {
      throw new GpasError('INVALID_AUTH_TOKEN', 'One header Authorization: Bearer <AuthToken> is required');
    }
    const claims = this.authTokens.verify(token);
    request.authToken = {
      walletId: 'walletId' in claims ? claims.walletId : await this.launches.walletOf(claims.launchId),
    };
    return true;
  }
}
