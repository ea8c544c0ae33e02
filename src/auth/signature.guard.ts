import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { accessOf, type IncomingRequest, requestOf } from './incoming-request.js';
import { ParentSystemsService } from './parent-systems.service.js';
import { isSignatureValid } from './signature.js';

/**
 * On GPAS routes: the parent system is known (else 1001) and has signed what the route declares (else 1006).
 * What is signed is fixed by the route (protocol §2): a captured body must not vouch for a query.
 */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly parentSystems: ParentSystemsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context, this.reflector);
    if (access?.caller !== 'gpas') return true;
    const request = requestOf(context);
    const id = request.get('x-parent-system-id');
    const parentSystem = id === undefined ? undefined : await this.parentSystems.find(id);
    if (!parentSystem) throw new GpasError('INVALID_SYSTEM_IDENTIFIER');
    noteInRequestContext({ parentSystemId: parentSystem.id });

    const text = access.signed === 'query' ? signedQueryOf(request) : request.rawBody;
    const signature = request.get('x-signature') ?? '';
    if (text === undefined || !isSignatureValid(text, parentSystem.secretKey, signature)) {
      throw new GpasError('SIGNATURE_FAILED');
    }
    request.parentSystemId = parentSystem.id;
    return true;
  }
}

/** What RFC 3986 lets stand in a query without an escape: no quotes, no braces. */
const QUERY = /^[\w.~!$&'()*+,;=:@/?%[\]-]*$/;

/**
 * All of the query as received, without the `?` and before any decoding. Nothing in the scheme tells a signed query
 * from a signed body, so what could be JSON is no query: a captured body must not be sent as one.
 */
function signedQueryOf({ originalUrl }: IncomingRequest): string | undefined {
  const start = originalUrl.indexOf('?');
  const query = start === -1 ? '' : originalUrl.slice(start + 1);
  return QUERY.test(query) ? query : undefined;
}
