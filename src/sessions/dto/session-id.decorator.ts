import { Identifier } from '../../validation/identifier.decorator.js';

/** A session id in a query: missing or repeated it is 1010, malformed it can name no session: 1004 (protocol §3.3). */
export function SessionIdParameter(): PropertyDecorator {
  return Identifier(
    { description: 'The id that Sessions answered', example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' },
    { missing: 'INVALID_REQUEST', malformed: 'INVALID_WALLET_SESSION' },
  );
}
