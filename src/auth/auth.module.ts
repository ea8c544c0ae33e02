import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthTokenVerifier } from './auth-token.verifier.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { OperatorKeyGuard } from './operator-key.guard.js';
import { ParentSystem } from './parent-system.entity.js';
import { ParentSystemsService } from './parent-systems.service.js';
import { RequestBodyGuard } from './request-body.guard.js';
import { SignatureGuard } from './signature.guard.js';

/**
 * Who is calling. The guards are global and run in this order, which is the order of the checks in protocol §3:
 * size and JSON syntax, parent system and signature, AuthToken; and the operator's key for the back office.
 */
@Module({
  imports: [TypeOrmModule.forFeature([ParentSystem])],
  providers: [
    ParentSystemsService,
    AuthTokenVerifier,
    { provide: APP_GUARD, useClass: RequestBodyGuard },
    { provide: APP_GUARD, useClass: SignatureGuard },
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: OperatorKeyGuard },
  ],
})
export class AuthModule {}
