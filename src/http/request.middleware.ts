import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { GpasError } from '../errors/gpas-error.js';
import { inRequestContext, type RequestContext } from '../logging/request-context.js';
import { callSeconds } from '../metrics/metrics.js';
import { AnonymousLines } from './anonymous-lines.js';
import { connectionOf } from './connections/connection.js';
import { shownBy } from './connections/standing.js';
import type { Draining } from './draining.js';

/**
 * First in line: gives the request its id (`x-request-id` of every answer), its context, and its line in the access
 * log ({@link AnonymousLines} bounds what anybody can make it write). The query is not logged as it came: what it names
 * appears once it is known to be well formed.
 */
export function requestMiddleware(logger: Logger, draining: Draining): RequestHandler {
  const anonymousLines = new AnonymousLines((answer, times) =>
    logger.warn(
      { context: 'Access', requestId: undefined, ...answer, times },
      'more requests like those before',
    ),
  );
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const { method, path } = request;
    const context: RequestContext = { requestId: randomUUID() };
    response.setHeader('x-request-id', context.requestId);
    response.setHeader('Cache-Control', 'no-store'); // money, keys and errors; what anybody may keep says so itself
    // Express would take it for a reader who has kept the answer, and tell him nothing: 304.
    if (request.headers['if-none-match'] === '*') delete request.headers['if-none-match'];
    draining.track(response);
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'aborted';
      const elapsedMs = performance.now() - startedAt;
      const ms = Math.round(elapsedMs * 10) / 10;
      callSeconds.observe(labelsOf(request, status, context.code), elapsedMs / 1_000);
      const { isAuthentic = false, ...known } = context;
      const { code, parentSystemId } = known;
      const connection = connectionOf(request.socket);
      if (connection && status !== 'aborted') connection.shown = shownBy(request, context);
      // What is refused for its number is told by who refuses, once a minute.
      if (status !== 429 && (isAuthentic || anonymousLines.count({ status, code, parentSystemId })))
        logger.info({ context: 'Access', ...known, method, path: path.slice(0, 200), status, ms }, 'request');
      context.isOver = true;
    });
    inRequestContext(context, () => next(refusalOf(request)));
  };
}

function refusalOf({ method, headers, httpVersion }: Request): GpasError | undefined {
  // Express would answer it by itself, with the methods of the path. A wrong method is a 404 (protocol §3.2).
  if (method === 'OPTIONS') return new GpasError('NOT_FOUND');
  // Old health checks speak HTTP/1.0, which knows no Host.
  return headers.host === undefined && httpVersion !== '1.0'
    ? new GpasError('INVALID_REQUEST', 'Host is missing')
    : undefined;
}

/** The route as it is declared, so that ids in it make no label of their own; what fits none is one label. */
function labelsOf(
  { method, route }: Request,
  status: number | 'aborted',
  code: number | undefined,
): Record<'method' | 'route' | 'status' | 'code', string | number> {
  const path = (route as { path?: string } | undefined)?.path;
  return { method: path === undefined ? 'other' : method, route: path ?? 'other', status, code: code ?? '' };
}
