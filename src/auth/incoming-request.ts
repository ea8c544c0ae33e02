import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Actor } from '../audit/audit.types.js';
import type { RouteAccess } from './route-access.js';

/** A request on its way through the guards, and what each of them adds. */
export interface IncomingRequest extends Request {
  /** How its route is reached: the first of the guards sets it, before the others ask. */
  access?: RouteAccess;
  /** The bytes of the body as received, on routes that read one. */
  rawBody?: Buffer;
  /** The text of the body's `tags` as received, where it has them. */
  tags?: string;
  /** Set once the signature holds. */
  parentSystemId?: string;
  /** Set once the operator key holds. */
  actor?: Actor;
  /** Set once the operator key holds: the one parent system that it is shown; null: of all. */
  shownParentSystemId?: string | null;
  /** Set once the AuthToken holds. */
  authToken?: { readonly walletId: string };
}

export function requestOf(context: ExecutionContext): IncomingRequest {
  return context.switchToHttp().getRequest<IncomingRequest>();
}

/** All of the query as received: what stands behind the `?`, before any decoding. */
export function sentQueryOf({ originalUrl }: Request): string {
  const start = originalUrl.indexOf('?');
  return start === -1 ? '' : originalUrl.slice(start + 1);
}

/**
 * The token of the one `Authorization: Bearer` header. Of two such headers Node keeps the first only, so they are
 * counted as received; two are none.
 */
export function bearerTokenOf(request: Request): string | undefined {
  const { rawHeaders } = request;
  const count = rawHeaders.filter(
    (text, index) => index % 2 === 0 && text.toLowerCase() === 'authorization',
  ).length;
  if (count !== 1) return undefined;
  return /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
