import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { FailedSignatures } from './failed-signatures.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { OperatorKeyGuard } from './operator-key.guard.js';
import { Launch } from '../launches/launch.entity.js';
import { LaunchesService } from '../launches/launches.service.js';
import { OperatorKey } from '../operator-keys/operator-key.entity.js';
import { OperatorKeysService } from '../operator-keys/operator-keys.service.js';
import { ParentSystem, ParentSystemSecret } from '../parent-systems/parent-system.entity.js';
import { ParentSystemsRegistry } from '../parent-systems/parent-systems.registry.js';
import { ParentSystemsService } from '../parent-systems/parent-systems.service.js';
import { RequestBodyGuard } from './request-body.guard.js';
import { SecretBox } from '../parent-systems/secret-box.js';
import { SignatureGuard } from './signature.guard.js';

/**
 * Who is calling. The guards are global and run in this order, which is the order of the checks in protocol §3:
 * size and JSON syntax, parent system and signature, AuthToken; and the operator's key for the back office.
 */
@Module({
  imports: [TypeOrmModule.forFeature([ParentSystem, ParentSystemSecret, OperatorKey, Launch])],
  providers: [
    SecretBox,
    ParentSystemsRegistry,
    ParentSystemsService,
    OperatorKeysService,
    LaunchesService,
    AuthTokenVerifier,
    FailedSignatures,
    { provide: APP_GUARD, useClass: RequestBodyGuard },
    { provide: APP_GUARD, useClass: SignatureGuard },
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: OperatorKeyGuard },
  ],
  exports: [
    FailedSignatures,
    ParentSystemsService,
    ParentSystemsRegistry,
    OperatorKeysService,
    LaunchesService,
  ],
})
export class AuthModule {}
