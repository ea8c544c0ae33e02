import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../../logging/request-context.js';

/**
 * Who sends a request, as far as it can be said before it is looked at: GPAS, whose signature was good on this connection; who says
 * that he is GPAS, and was not found out; people whose key was good, and who asks how this server is; and all others.
 */
export type Standing = 'gpas' | 'claiming' | 'likely' | 'anonymous';

/** @param shown what the request before on the same connection has shown, if anything */
export function standingOf(request: IncomingMessage, shown: Standing | undefined): Standing {
  if (shown) return shown;
  if (isClaimed(request)) return 'claiming';
  // BASE_PATH may stand before it.
  return request.url?.includes('/health/') ? 'likely' : 'anonymous';
}

/** What an answered request has shown of who sends the next on its connection. */
export function shownBy(
  request: IncomingMessage,
  { isAuthentic, operatorKeyId }: RequestContext,
): Standing | undefined {
  if (isAuthentic) return operatorKeyId === undefined ? 'gpas' : 'likely';
  return isClaimed(request) ? 'anonymous' : undefined;
}

function isClaimed({ headers }: IncomingMessage): boolean {
  return headers['x-parent-system-id'] !== undefined && headers['x-signature'] !== undefined;
}
