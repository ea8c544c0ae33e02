import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GpasError } from '../errors/gpas-error.js';
import { noteInRequestContext } from '../logging/request-context.js';
import { FailedCalls } from './failures/failed-calls.js';
import { FailedSignatures } from './failures/failed-signatures.js';
import { type IncomingRequest, requestOf, sentQueryOf } from './incoming-request.js';
import { type KnownParentSystem, ParentSystemsRegistry } from '../parent-systems/parent-systems.registry.js';
import { isSignatureValid } from './signature.js';

/**
 * On GPAS routes, in the order of protocol §3.3: the parent system is known (else 1001), may call from this address
 * (else 403/1010), and has signed what the route declares (else 1006). What is signed is fixed by the route
 * (protocol §2.1): a captured body must not vouch for a query.
 */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    private readonly parentSystems: ParentSystemsRegistry,
    private readonly failedCalls: FailedCalls,
    private readonly failedSignatures: FailedSignatures,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const { access } = request;
    return access?.caller !== 'gpas' || this.isSigned(request, access.signed);
  }

  private async isSigned(request: IncomingRequest, signed: 'query' | 'body'): Promise<boolean> {
    const id = request.get('x-parent-system-id');
    if (id === undefined) throw new GpasError('INVALID_SYSTEM_IDENTIFIER');
    const text = signed === 'query' ? signedQueryOf(request) : request.rawBody;
    const known = await this.parentSystems.find(id);
    if (known) noteInRequestContext({ parentSystemId: id });
    const refusal = refusalOf(request, text, known);
    if (refusal) {
      // Another instance may have changed the parent system since.
      const anew = refusalOf(request, text, await this.parentSystems.findAnew(id));
      if (anew)
        throw this.refusalFor(request, anew.errorName === 'INVALID_SYSTEM_IDENTIFIER' ? NOBODY : id, anew);
    }
    noteInRequestContext({ isAuthentic: true });
    request.parentSystemId = id;
    return true;
  }

  private refusalFor({ ip = '' }: IncomingRequest, claimed: string, failure: GpasError): GpasError {
    if (failure.errorName === 'SIGNATURE_FAILED') this.failedSignatures.note(claimed, ip);
    return this.failedCalls.count(ip, claimed) ?? failure;
  }
}

/** In whose name a call is that names no parent system that is known: all such of an address count together. */
const NOBODY = '';

function refusalOf(
  request: IncomingRequest,
  text: string | Buffer | undefined,
  parentSystem: KnownParentSystem | undefined,
): GpasError | undefined {
  // One without a secret that could be trusted can sign nothing: it is as good as unknown.
  if (!parentSystem?.secrets.length) return new GpasError('INVALID_SYSTEM_IDENTIFIER');
  if (parentSystem.allowedAddresses?.has(request.ip) === false) return new GpasError('FORBIDDEN');
  const signature = request.get('x-signature') ?? '';
  const now = new Date();
  const isSigned = parentSystem.secrets.some(
    ({ text: secret, validUntil }) =>
      (validUntil === null || validUntil > now) &&
      text !== undefined &&
      isSignatureValid(text, secret, signature),
  );
  return isSigned ? undefined : new GpasError('SIGNATURE_FAILED');
}

/** What RFC 3986 lets stand in a query without an escape: no quotes, no braces. */
const QUERY = /^[\w.~!$&'()*+,;=:@/?%[\]-]*$/;

/**
 * Nothing in the scheme tells a signed query from a signed body, so what could be JSON is no query: a captured body must
 * not be sent as one.
 */
function signedQueryOf(request: IncomingRequest): string | undefined {
  const query = sentQueryOf(request);
  return QUERY.test(query) ? query : undefined;
}
