import { createHash, createHmac, type KeyObject, sign as signBytes } from 'node:crypto';
import http from 'node:http';

/** What came back, as it came back. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body, or undefined where there is none. */
  readonly body: unknown;
}

export interface Call {
  readonly method: string;
  /** Path and query, sent as they are. */
  readonly target: string;
  readonly headers?: http.OutgoingHttpHeaders | readonly string[];
  readonly body?: string | Buffer;
}

/** A connection for each call: none stays open for a server to wait for when it stops. */
const oneCallAgent = new http.Agent({ keepAlive: false });

/** Sends one request with nothing normalised: the target and the headers go out as given. */
export function send(
  url: string,
  { method, target, headers = {}, body }: Call,
  agent: http.Agent = oneCallAgent,
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        method,
        path: target,
        headers: headers as http.OutgoingHttpHeaders,
        agent,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = response.headers['content-type']?.includes('json') ?? false;
          const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
        });
      },
    );
    request.on('error', reject);
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')));
    request.end(body);
  });
}

/** As the protocol prints it, by other means than the server's. */
export function signatureOf(text: string | Buffer, secretKey: string): string {
  return createHash('sha1')
    .update(Buffer.concat([Buffer.from(text as string, 'utf8'), Buffer.from(secretKey, 'utf8')]))
    .digest('hex')
    .toUpperCase();
}

export const PARENT_SYSTEM_ID = 'BL13GT';
export const SECRET_KEY = 'Ax34deSfgdB';
export const AUTH_TOKEN_SECRET = 'demo-auth-token-secret-for-loopback-only';
export const OPERATOR_KEY = 'demo-operator-key-for-loopback-only';
export const WALLET_ID = '2sdf1sd';

export interface TokenOptions {
  readonly header?: Record<string, unknown>;
  readonly secret?: string | KeyObject;
}

/** A JWT made by hand, so that it can be wrong in any way. */
export function tokenOf(
  claims: unknown,
  { header = {}, secret = AUTH_TOKEN_SECRET }: TokenOptions = {},
): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const fullHeader: Record<string, unknown> = { alg: 'HS256', typ: 'JWT', ...header };
  const content = `${encode(fullHeader)}.${encode(claims)}`;
  if (fullHeader['alg'] === 'none') return `${content}.`;
  const signature =
    typeof secret === 'string'
      ? createHmac('sha256', secret).update(content).digest()
      : signBytes('sha256', Buffer.from(content), { key: secret, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A good AuthToken for the wallet. */
export function authTokenFor(walletId: string): string {
  return tokenOf({ walletId, iat: nowInSeconds(), exp: nowInSeconds() + 600 });
}

interface QueryCall {
  readonly parentSystemId?: string;
  readonly secretKey?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: http.Agent;
}

/** GPAS's side of a query-signed call. */
export function callSigned(
  url: string,
  method: string,
  path: string,
  query: string,
  { parentSystemId = PARENT_SYSTEM_ID, secretKey = SECRET_KEY, headers = {}, body, agent }: QueryCall = {},
): Promise<Answer> {
  return send(
    url,
    {
      method,
      target: `${path}?${query}`,
      headers: {
        'x-parent-system-id': parentSystemId,
        'x-signature': signatureOf(query, secretKey),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    },
    agent,
  );
}

export function openSession(url: string, walletId: string, options: QueryCall = {}): Promise<Answer> {
  return callSigned(url, 'POST', '/sessions', `walletId=${walletId}`, {
    ...options,
    headers: { authorization: `Bearer ${authTokenFor(walletId)}`, ...options.headers },
  });
}

export function closeSession(url: string, id: string, options: QueryCall = {}): Promise<Answer> {
  return callSigned(url, 'PATCH', '/sessions/close', `id=${id}`, options);
}

/** A back-office call. */
export function callOperator(url: string, method: string, target: string, body?: unknown): Promise<Answer> {
  return send(url, {
    method,
    target,
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The id of a session just opened; fails the test where it was not. */
export function sessionIdOf({ status, body, text }: Answer): string {
  if (status !== 201) throw new Error(`expected 201, got ${status} ${text}`);
  return (body as { id: string }).id;
}

/** GPAS's side of a body-signed call. */
export function callWithBody(
  url: string,
  method: string,
  target: string,
  body: string | object,
  { parentSystemId = PARENT_SYSTEM_ID, secretKey = SECRET_KEY, headers = {}, agent }: QueryCall = {},
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(
    url,
    {
      method,
      target,
      headers: {
        'x-parent-system-id': parentSystemId,
        'x-signature': signatureOf(text, secretKey),
        'content-type': 'application/json',
        ...headers,
      },
      body: text,
    },
    agent,
  );
}

export interface Play {
  readonly value?: unknown;
  readonly gameid?: unknown;
  readonly extra?: object;
}

function playBody(
  typeCode: string,
  reference: string,
  { value = '10', gameid = 'agt-54', extra = {} }: Play,
): object {
  return {
    externalReference: reference,
    value,
    description: 'a move made by gpas',
    typeCode,
    tags: { gpasSessionId: 'gpas-1', gameid },
    ...extra,
  };
}

export function debit(
  url: string,
  sessionId: string,
  reference: string,
  play: Play = {},
  options: QueryCall = {},
): Promise<Answer> {
  const target = `/movements/debit?walletSessionId=${sessionId}`;
  return callWithBody(url, 'POST', target, playBody('GAME_DEBIT', reference, play), options);
}

export function credit(
  url: string,
  sessionId: string,
  reference: string,
  play: Play = {},
  options: QueryCall = {},
): Promise<Answer> {
  const target = `/movements/credit?walletSessionId=${sessionId}`;
  return callWithBody(url, 'POST', target, playBody('GAME_CREDIT', reference, play), options);
}

export function rollback(
  url: string,
  sessionId: string,
  reference: string,
  targetReference: string,
  options: QueryCall = {},
): Promise<Answer> {
  const target = `/movements/rollback?walletSessionId=${sessionId}&externalMovementId=${targetReference}`;
  const body = { externalReference: reference, description: 'rollback', tags: { gameid: 'agt-54' } };
  return callWithBody(url, 'PATCH', target, body, options);
}

export function balance(url: string, sessionId: string, options: QueryCall = {}): Promise<Answer> {
  return callSigned(url, 'GET', '/wallets/balance', `walletSessionId=${sessionId}`, options);
}

/** Makes a wallet with this much money and opens a session on it. */
export async function openFundedSession(
  url: string,
  walletId: string,
  {
    real = 100,
    bonus = 0,
    currency = 'EUR',
  }: { real?: number | string; bonus?: number | string; currency?: string } = {},
): Promise<string> {
  await callOperator(url, 'POST', '/operator/wallets', {
    walletId,
    playerId: `player-of-${walletId}`,
    currency,
  });
  for (const [subWallet, value] of [
    ['REAL', real],
    ['BONUS', bonus],
  ]) {
    if (value === 0) continue;
    const answer = await callOperator(url, 'POST', `/operator/wallets/${walletId}/deposits`, {
      externalReference: `${walletId}-${subWallet}`,
      value,
      subWallet,
    });
    if (answer.status !== 201) throw new Error(answer.text);
  }
  return sessionIdOf(await openSession(url, walletId));
}

/** The total a wallet has, as the back office sees it. */
export async function totalOf(url: string, walletId: string): Promise<number> {
  const { body } = await callOperator(url, 'GET', `/operator/wallets/${walletId}`);
  return (body as { leftBalance: number }).leftBalance;
}
