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

    const text = access.signed === 'query' ? rawQueryOf(request) : request.rawBody;
    const signature = request.get('x-signature') ?? '';
    if (text === undefined || !isSignatureValid(text, parentSystem.secretKey, signature)) {
      throw new GpasError('SIGNATURE_FAILED');
    }
    request.parentSystemId = parentSystem.id;
    return true;
  }
}

/** All of the query as received, without the `?` and before any decoding. */
function rawQueryOf({ originalUrl }: IncomingRequest): string {
  const start = originalUrl.indexOf('?');
  return start === -1 ? '' : originalUrl.slice(start + 1);
}
