import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request being handled, for its log lines. Never a token, a signature or a secret. */
export interface RequestContext {
  readonly requestId: string;
  parentSystemId?: string;
  walletId?: string;
  walletSessionId?: string;
  operatorKeyId?: string;
  /** Whether a signature or an operator key vouches for it. */
  isAuthentic?: boolean;
  /** GPAS's code of the error that was answered. */
  code?: number;
  /** Whether it is answered, or its caller has gone. */
  isOver?: boolean;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `handle` so that everything it awaits sees `context`. */
export function inRequestContext(context: RequestContext, handle: () => void): void {
  storage.run(context, handle);
}

export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** Adds what has become known of the request, once it is authentic or well formed. */
export function noteInRequestContext(facts: Partial<Omit<RequestContext, 'requestId'>>): void {
  Object.assign(storage.getStore() ?? {}, facts);
}
