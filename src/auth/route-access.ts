import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { ApiErrors } from '../errors/api-errors.decorator.js';
import type { ErrorName } from '../errors/catalogue.js';
import { OPERATOR_ROLES, type OperatorRole } from '../operator-keys/operator-key.types.js';

/** How a route is reached. The route says it, never the request (protocol §2.1). */
export type RouteAccess =
  | {
      readonly caller: 'gpas';
      /** What `x-signature` covers. On a query-signed route a body is never read. */
      readonly signed: 'query' | 'body';
      /** Whether `Authorization: Bearer <AuthToken>` is required. */
      readonly authToken: boolean;
    }
  /** The key must have all of the roles. */
  | { readonly caller: 'back-office'; readonly roles: readonly OperatorRole[] }
  | { readonly caller: 'anybody' };

/** The metadata key of {@link RouteAccess}. A route without it is refused. */
export const ROUTE_ACCESS = 'gpas-oas:route-access';

/** Names of the security schemes in the OpenAPI document. */
export const SECURITY = {
  signature: 'signature',
  authToken: 'authToken',
  operatorKey: 'operatorKey',
} as const;

interface GpasRouteOptions {
  readonly signed: 'query' | 'body';
  readonly authToken?: boolean;
  /** The business errors of the route; those of every GPAS call are added. */
  readonly errors: readonly ErrorName[];
}

/** A call of the GPAS protocol: a known parent system, signed; see protocol §1 and §2.1. */
export function GpasRoute({ signed, authToken = false, errors }: GpasRouteOptions): MethodDecorator {
  const access: RouteAccess = { caller: 'gpas', signed, authToken };
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, access),
    ApiHeader({
      name: 'x-parent-system-id',
      description: 'Which GPAS integration this is; selects the secret',
      required: true,
      schema: { type: 'string', example: 'BL13GT' },
    }),
    ApiExtension('x-signed-over', signed),
    ApiSecurity({ [SECURITY.signature]: [], ...(authToken ? { [SECURITY.authToken]: [] } : {}) }),
    ApiErrors(
      'INVALID_SYSTEM_IDENTIFIER',
      'SIGNATURE_FAILED',
      'FORBIDDEN',
      ...errors,
      'INVALID_REQUEST',
      ...(authToken ? (['INVALID_AUTH_TOKEN'] as const) : []),
      'TOO_MANY_REQUESTS',
      'REQUEST_TIMEOUT',
      'PAYLOAD_TOO_LARGE',
      'HEADERS_TOO_LARGE',
      'SYSTEM_ERROR',
    ),
  );
}

/**
 * A back-office route: `Authorization: Bearer <operator key>`, with this role.
 * @param role `every` for what could give others more rights: keys and parent systems
 */
export function BackOfficeRoute(
  role: OperatorRole | 'every',
  ...errors: readonly ErrorName[]
): MethodDecorator {
  const roles = role === 'every' ? OPERATOR_ROLES : [role];
  const access: RouteAccess = { caller: 'back-office', roles };
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, access),
    ApiBearerAuth(SECURITY.operatorKey),
    ApiErrors(
      ...errors,
      'INVALID_REQUEST',
      'UNAUTHORIZED',
      'ROLE_MISSING',
      'TOO_MANY_REQUESTS',
      'REQUEST_TIMEOUT',
      'PAYLOAD_TOO_LARGE',
      'HEADERS_TOO_LARGE',
      'SYSTEM_ERROR',
    ),
  );
}

/** A route for anybody who reaches the port: health and the like. */
export function PublicRoute(): MethodDecorator {
  const access: RouteAccess = { caller: 'anybody' };
  return applyDecorators(
    SetMetadata(ROUTE_ACCESS, access),
    ApiSecurity({}),
    ApiErrors('INVALID_REQUEST', 'PAYLOAD_TOO_LARGE', 'HEADERS_TOO_LARGE'),
  );
}
