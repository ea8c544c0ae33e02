import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;
/** A fragment, which no target has, would be cut off by some that read it and not by others. */
const ORIGIN = /^\/[^?#]*(?:\?|$)/;

/**
 * The target of a request as path and query, which is all that a router knows. One with scheme and host, as a proxy is
 * sent, means its path, and its host instead of the header's (RFC 9112, 3.2.2). Anything else, `*` among it, becomes a
 * path that no route has.
 */
export function originFormOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  if (ORIGIN.test(url)) return url;
  const [start = '', host = ''] = ABSOLUTE.exec(url) ?? [];
  const rest = url.slice(start.length);
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  if (!host || !URL.canParse(`http://${host}`) || !ORIGIN.test(target)) return `/${encodeURIComponent(url)}`;
  headers.host = host;
  return target;
}
