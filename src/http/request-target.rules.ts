import type { IncomingMessage } from 'node:http';

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/**
 * The target of a request as path and query, which is all that a router knows. One with scheme and host, as a proxy is
 * sent, means its path, and its host instead of the header's (RFC 9112, 3.2.2). Anything else, `*` among it, becomes a
 * path that no route has.
 */
export function originFormOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): string {
  if (url.startsWith('/')) return url;
  const [start, host] = ABSOLUTE.exec(url) ?? [];
  if (start === undefined || !host || !URL.canParse(`http://${host}`)) return `/${encodeURIComponent(url)}`;
  headers.host = host;
  const rest = url.slice(start.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
