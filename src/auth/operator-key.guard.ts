import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext, requestContext } from '../logging/request-context.js';
import { FailedCalls } from './failures/failed-calls.js';
import { bearerTokenOf, type IncomingRequest, requestOf } from './incoming-request.js';
import type { KeyHolder, OperatorRole } from '../operator-keys/operator-key.types.js';
import { OperatorKeysService } from '../operator-keys/operator-keys.service.js';

/** On back-office routes: `Authorization: Bearer <operator key>`, else 401/1010, of the right role, else 403/1010. */
@Injectable()
export class OperatorKeyGuard implements CanActivate {
  constructor(
    private readonly operatorKeys: OperatorKeysService,
    private readonly failedCalls: FailedCalls,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const { access } = request;
    return access?.caller !== 'back-office' || this.hasKey(request, access.roles);
  }

  private async hasKey(request: IncomingRequest, needed: readonly OperatorRole[]): Promise<boolean> {
    const key = bearerTokenOf(request) ?? '';
    const holder = (await this.operatorKeys.find(key)) ?? (await this.holderAnew(request, key));
    const { operatorKeyId, operatorKeyName, roles, parentSystemId } = holder;
    noteInRequestContext({ operatorKeyId, isAuthentic: true });
    if (!needed.every((role) => roles.includes(role))) {
      throw new GpasError('ROLE_MISSING', `This key does not have the role ${needed.join(', ')}`);
    }
    request.shownParentSystemId = parentSystemId;
    request.actor = { operatorKeyId, operatorKeyName, requestId: requestContext()?.requestId ?? null };
    return true;
  }

  /** Another instance may have just made the key. */
  private async holderAnew({ ip = '' }: IncomingRequest, key: string): Promise<KeyHolder> {
    const holder = await this.operatorKeys.findAnew(key);
    if (!holder) throw this.failedCalls.count(ip, BACK_OFFICE) ?? new GpasError('UNAUTHORIZED');
    return holder;
  }
}

/** No parent system is called so: their ids have no spaces. */
const BACK_OFFICE = 'the back office';
