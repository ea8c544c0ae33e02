import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext, requestContext } from '../logging/request-context.js';
import { accessOf, bearerTokenOf, requestOf } from './incoming-request.js';
import { OperatorKeysService } from '../operator-keys/operator-keys.service.js';

/** On back-office routes: `Authorization: Bearer <operator key>`, else 401/1010, of the right role, else 403/1010. */
@Injectable()
export class OperatorKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly operatorKeys: OperatorKeysService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context, this.reflector);
    if (access?.caller !== 'back-office') return true;
    const request = requestOf(context);
    const key = bearerTokenOf(request);
    // Another instance may have just made it.
    const holder = key && ((await this.operatorKeys.find(key)) ?? (await this.operatorKeys.findAnew(key)));
    if (!holder) throw new GpasError('UNAUTHORIZED');
    const { operatorKeyId, operatorKeyName, roles, parentSystemId } = holder;
    noteInRequestContext({ operatorKeyId });
    if (!access.roles.every((role) => roles.includes(role))) {
      throw new GpasError('ROLE_MISSING', `This key does not have the role ${access.roles.join(', ')}`);
    }
    request.shownParentSystemId = parentSystemId;
    request.actor = { operatorKeyId, operatorKeyName, requestId: requestContext()?.requestId ?? null };
    return true;
  }
}
