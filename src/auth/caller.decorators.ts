import { createParamDecorator } from '@nestjs/common';
import type { Actor } from '../audit/audit.types.js';
import { GpasError } from '../errors/gpas-error.js';
import { type IncomingRequest, requestOf, sentQueryOf } from './incoming-request.js';

/** The parent system whose signature held. */
export const ParentSystemId = createParamDecorator((_data: unknown, context): string => {
  const { parentSystemId } = requestOf(context);
  if (parentSystemId === undefined) throw new Error('@ParentSystemId() stands on a route that is not signed');
  return parentSystemId;
});

/** Who calls the back office, for the audit trail. */
export const CallingActor = createParamDecorator((_data: unknown, context): Actor => {
  const { actor } = requestOf(context);
  if (!actor) throw new Error('@CallingActor() stands on a route that is not of the back office');
  return actor;
});

/** The one parent system that the operator key is shown; null: of all. Every route of the role `audit` keeps to it. */
export const ShownParentSystemId = createParamDecorator((_data: unknown, context): string | null => {
  const { shownParentSystemId } = requestOf(context);
  if (shownParentSystemId === undefined) {
    throw new Error('@ShownParentSystemId() stands on a route of no operator key');
  }
  return shownParentSystemId;
});

/** The wallet that the AuthToken speaks for. */
export const AuthTokenWalletId = createParamDecorator((_data: unknown, context): string => {
  const { authToken } = requestOf(context);
  if (!authToken) throw new GpasError('INVALID_AUTH_TOKEN');
  return authToken.walletId;
});

/** The call as it was sent: of the query what stands behind the `?`, the raw bytes of the body, and the text of its tags. */
export function callAsSent(request: IncomingRequest): { query: string; body: Buffer; tags: string | null } {
  return {
    query: sentQueryOf(request),
    body: request.rawBody ?? Buffer.alloc(0),
    tags: request.tags ?? null,
  };
}

export const CallAsSent = createParamDecorator((_data: unknown, context) => callAsSent(requestOf(context)));
