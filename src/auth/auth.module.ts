import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { LaunchesModule } from '../launches/launches.module.js';
import { OperatorKeysModule } from '../operator-keys/operator-keys.module.js';
import { ParentSystemsModule } from '../parent-systems/parent-systems.module.js';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { FailedCalls } from './failures/failed-calls.js';
import { FailedSignatures } from './failures/failed-signatures.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { KnownNamesGuard } from './names/known-names.guard.js';
import { OperatorKeyGuard } from './operator-key.guard.js';
import { RequestBodyGuard } from './request-body.guard.js';
import { SignatureGuard } from './signature.guard.js';

/**
 * Who is calling. The guards are global and run in this order, which is the order of the checks in protocol §3.3:
 * size and JSON syntax, parent system and signature, AuthToken; and for the back office the operator key and the names of
 * the query.
 */
@Module({
  imports: [ParentSystemsModule, OperatorKeysModule, LaunchesModule],
  providers: [
    AuthTokenVerifier,
    FailedCalls,
    FailedSignatures,
    { provide: APP_GUARD, useClass: RequestBodyGuard },
    { provide: APP_GUARD, useClass: SignatureGuard },
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: OperatorKeyGuard },
    { provide: APP_GUARD, useClass: KnownNamesGuard },
  ],
  exports: [FailedSignatures],
})
export class AuthModule {}
