import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/**
 * Begins one request in each turn of the event loop, in the order in which they came. Node takes one new connection a turn: where
 * those that are open have twenty requests begun in each, connections come in twenty times as slowly, and past the 511 that
 * may wait they find nobody.
 */
export function oneEachTurn(handle: RequestListener): RequestListener {
  const waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  const begin = (): void => {
    const next = waiting.shift();
    if (waiting.length > 0) setImmediate(begin);
    if (next && !next[1].destroyed) handle(...next);
  };
  return (request, response) => {
    waiting.push([request, response]);
    if (waiting.length === 1) setImmediate(begin);
  };
}
