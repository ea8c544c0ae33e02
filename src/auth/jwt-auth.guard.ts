import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GpasError } from '../errors/gpas-error.js';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { LaunchesService } from '../launches/launches.service.js';
import { bearerTokenOf, type IncomingRequest, requestOf } from './incoming-request.js';

/** On routes that declare it: one `Authorization: Bearer <AuthToken>` that verifies (protocol §4.2), else 401/1010. */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  constructor(
    private readonly authTokens: AuthTokenVerifier,
    private readonly launches: LaunchesService,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const { access } = request;
    return access?.caller !== 'gpas' || !access.authToken || this.hasToken(request);
  }

  private async hasToken(request: IncomingRequest): Promise<boolean> {
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
