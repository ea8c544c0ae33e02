import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Serves every path also behind `basePath`: a proxy may take it away or leave it. The query, which is what is signed, stays as
 * it was sent.
 */
export function behindBasePath(basePath: string): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction): void => {
    const { url } = request;
    const rest = url.slice(basePath.length);
    if (url.startsWith(basePath) && /^(?:[/?]|$)/.test(rest)) {
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
    }
    next();
  };
}
