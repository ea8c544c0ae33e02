/**
 * Every error this server can answer (protocol §3). The table is total: a new name does not compile until it has
 * its status, code, type and message, and the OpenAPI document and the filter read nothing else.
 */
interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  /** GPAS's numeric code; 1010 is the operator's own. */
  readonly code: number;
  readonly type: string;
  /** What the caller reads unless a more exact text is given; never holds data of the request's or the server's. */
  readonly message: string;
}

export const ERROR_CATALOGUE = {
  SYSTEM_ERROR: { status: 500, code: 1001, type: 'SYSTEM_ERROR', message: 'System error' },
  INVALID_SYSTEM_IDENTIFIER: {
    status: 400,
    code: 1001,
    type: 'SYSTEM_ERROR',
    message: 'Invalid system identifier',
  },
  INVALID_TX_ID: { status: 400, code: 1002, type: 'INVALID_TX_ID', message: 'Invalid transaction id' },
  DUPLICATE_TX_ID: { status: 400, code: 1003, type: 'DUPLICATE_TX_ID', message: 'Already transaction' },
  INVALID_WALLET_SESSION: {
    status: 400,
    code: 1004,
    type: 'INVALID_WALLET_SESSION',
    message: 'Invalid wallet session',
  },
  INVALID_WALLET_ID: { status: 400, code: 1005, type: 'INVALID_WALLET_ID', message: 'Invalid wallet id' },
  SIGNATURE_FAILED: { status: 400, code: 1006, type: 'SIGNATURE_FAILED', message: 'Signature failed' },
  INSUFFICIENT_FUNDS: { status: 400, code: 1007, type: 'INSUFFICIENT_FUNDS', message: 'Insufficient funds' },
  USER_BLOCKED: { status: 400, code: 1008, type: 'USER_BLOCKED', message: 'User Blocked' },
  INVALID_GAME_ID: { status: 400, code: 1009, type: 'INVALID_GAME_ID', message: 'Invalid game id' },
  INVALID_REQUEST: { status: 400, code: 1010, type: 'INVALID_REQUEST', message: 'Invalid request' },
  INVALID_AUTH_TOKEN: { status: 401, code: 1010, type: 'INVALID_AUTH_TOKEN', message: 'Invalid auth token' },
  UNAUTHORIZED: {
    status: 401,
    code: 1010,
    type: 'UNAUTHORIZED',
    message: 'A valid operator key is required as Authorization: Bearer <key>',
  },
  FORBIDDEN: { status: 403, code: 1010, type: 'FORBIDDEN', message: 'This address is not allowed' },
  ROLE_MISSING: {
    status: 403,
    code: 1010,
    type: 'FORBIDDEN',
    message: 'This key does not have the role that the route needs',
  },
  NOT_FOUND: { status: 404, code: 1010, type: 'NOT_FOUND', message: 'Not found' },
  ALREADY_EXISTS: { status: 409, code: 1010, type: 'ALREADY_EXISTS', message: 'Already exists' },
  REQUEST_TIMEOUT: {
    status: 408,
    code: 1010,
    type: 'REQUEST_TIMEOUT',
    message: 'The request did not arrive in time',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    code: 1010,
    type: 'PAYLOAD_TOO_LARGE',
    message: 'The request is larger than this server takes',
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    code: 1010,
    type: 'PAYLOAD_TOO_LARGE',
    message: 'The headers and the address are longer than this server takes',
  },
  TOO_MANY_REQUESTS: { status: 429, code: 1010, type: 'TOO_MANY_REQUESTS', message: 'Too many requests' },
} as const satisfies Record<string, CatalogueEntry>;

/** The name of an error of the catalogue; what code throws and what routes declare. */
export type ErrorName = keyof typeof ERROR_CATALOGUE;
export const ERROR_NAMES = Object.keys(ERROR_CATALOGUE) as readonly ErrorName[];

/** The only body an error answer ever has. */
export interface ErrorBody {
  readonly code: number;
  readonly type: string;
  readonly message: string;
}
