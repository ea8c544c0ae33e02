import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Config } from '../config/config.js';
import { isLoopback } from '../config/network.js';
import { GpasError } from '../errors/gpas-error.js';

/**
 * The demo's page holds its secret, and its browser is on the same machine: a page of somebody else's whose name he lets
 * lead to loopback must not read it. Browsers send the name they were led by, so only names that nobody else can have
 * are answered. What sends none is no browser.
 */
export function toLoopbackNamesOnly({ http }: Config): RequestHandler {
  return ({ headers: { host } }: Request, _response: Response, next: NextFunction): void => {
    const name = host?.replace(/:\d*$/, '').toLowerCase();
    const isOwn = !name || name === http.host.toLowerCase() || isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
    next(isOwn ? undefined : new GpasError('FORBIDDEN', 'The demo answers to localhost and to HOST only'));
  };
}
