import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { GpasError } from '../errors/gpas-error.js';
import { type IncomingRequest, requestOf } from './incoming-request.js';
import { MAX_BODY_BYTES, readJsonBody } from './json-body.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/**
 * First of the guards: refuses a route that does not state its access, then size and JSON syntax. The body is read
 * here and not before, because only the route knows whether it takes one.
 */
@Injectable()
export class RequestBodyGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    if (!access) {
      throw new Error(`${context.getClass().name}.${context.getHandler().name} states no access`);
    }
    const request = requestOf(context);
    request.access = access;
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      throw new GpasError('PAYLOAD_TOO_LARGE');
    if (access.caller === 'back-office' && isEmpty(request)) {
      request.body = {}; // the route's own check names what is missing, if it needs anything
    } else if (takesBody(access, request)) {
      return readJsonBody(request, context.switchToHttp().getResponse<Response>()).then(() => true);
    }
    return true;
  }
}

function takesBody(access: RouteAccess, { method }: IncomingRequest): boolean {
  if (access.caller === 'gpas') return access.signed === 'body';
  return access.caller === 'back-office' && ['POST', 'PUT', 'PATCH'].includes(method);
}

function isEmpty({ headers }: IncomingRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}
