import { once } from 'node:events';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  type Answer,
  authTokenFor,
  callOperator,
  callSigned,
  OPERATOR_KEY,
  openSession,
  send,
  WALLET_ID,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let rowsBefore: unknown;

beforeAll(async () => {
  server = await startApp();
  await openSession(server.url, WALLET_ID);
});
afterAll(() => server.stop());

const rows = (): Promise<object[]> =>
  query(
    server.database.url,
    'SELECT (SELECT COUNT(*) FROM sessions) AS s, (SELECT COUNT(*) FROM wallets) AS w',
  );

beforeEach(async () => {
  rowsBefore = await rows();
});
afterEach(async () => {
  expect(await rows()).toEqual(rowsBefore);
  expect((await send(server.url, { method: 'GET', target: '/health/ready' })).status).toBe(200);
});

/** Every error has exactly this form, whatever went wrong. */
function expectError(answer: Answer, status: number, code: number, type: string): void {
  expect([
    answer.status,
    (answer.body as { code: number }).code,
    (answer.body as { type: string }).type,
  ]).toEqual([status, code, type]);
  expect(Object.keys(answer.body as object).sort()).toEqual(['code', 'message', 'type']);
  expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.text).not.toMatch(/ at .*\.[jt]s|SELECT|INSERT|node_modules/);
}

async function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  setTimeout(() => socket.end(), 2_000).unref();
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

const operatorBody = (body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  send(server.url, {
    method: 'POST',
    target: '/operator/wallets',
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, ...headers },
    body,
  });

describe('paths and methods', () => {
  it.each([
    ['GET', '/nope'],
    ['GET', '/'],
    ['GET', '/sessions'],
    ['DELETE', '/sessions?walletId=x'],
    ['OPTIONS', '/sessions'],
    ['POST', '/Sessions'],
    ['PATCH', '/sessions/CLOSE'],
    ['POST', '/sessions/close'],
    ['PROPFIND', '/sessions'],
    ['GET', '/sessions/%zz'],
    ['GET', '/%C0%AE%C0%AE/'],
    ['GET', '//sessions'],
  ])('%s %s is 404', async (method, target) => {
    expectError(await send(server.url, { method, target }), 404, 1010, 'NOT_FOUND');
  });

  it('an odd escape in a path parameter is refused', async () => {
    expectError(await callOperator(server.url, 'GET', '/operator/wallets/%zz'), 400, 1010, 'INVALID_REQUEST');
    expectError(
      await callOperator(server.url, 'GET', '/operator/wallets/a%20b'),
      400,
      1010,
      'INVALID_REQUEST',
    );
  });
});

describe('sizes', () => {
  it('a 1 MB header is 431', async () => {
    const raw = await sendRaw(
      `GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'a'.repeat(1_000_000)}\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 431 /);
    expect(raw).toMatch(/x-request-id: [0-9a-f-]{36}/);
    expect(raw).toContain('{"code":1010,"type":"PAYLOAD_TOO_LARGE","message":');
  });

  it('a 1 MB query is 431', async () => {
    const raw = await sendRaw(
      `POST /sessions?walletId=${'a'.repeat(1_000_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('a 1 MB body is 413, on a route that reads a body and on one that does not', async () => {
    const body = `{"walletId":"${'a'.repeat(1_000_000)}"}`;
    expectError(await operatorBody(body), 413, 1010, 'PAYLOAD_TOO_LARGE');
    const headers = { authorization: `Bearer ${authTokenFor(WALLET_ID)}` };
    const answer = await callSigned(server.url, 'POST', '/sessions', `walletId=${WALLET_ID}`, {
      headers,
      body,
    });
    expectError(answer, 413, 1010, 'PAYLOAD_TOO_LARGE');
  });

  it('a chunked body over the limit is 413', async () => {
    const answer = await operatorBody('x'.repeat(20_000), { 'transfer-encoding': 'chunked' });
    expectError(answer, 413, 1010, 'PAYLOAD_TOO_LARGE');
  });
});

describe('headers', () => {
  it('If-None-Match: * is answered as if it were not there: nobody has kept an answer', async () => {
    const answer = await send(server.url, {
      method: 'GET',
      target: '/operator/wallets',
      headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'if-none-match': '*' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveProperty('data');
  });
});

describe('bodies', () => {
  it.each([
    ['not JSON', '{"walletId":'],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"wallet"'],
    ['a number', '1'],
    ['with a byte order mark', '\ufeff{}'],
    ['nested 1,330 deep', `${'{"a":'.repeat(1_330)}1${'}'.repeat(1_330)}`],
    ['nested deep in lists', `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`],
  ])('a body that is %s is 400/1010', async (_, body) => {
    expectError(await operatorBody(body), 400, 1010, 'INVALID_REQUEST');
  });

  it('a body that is not UTF-8 is 400/1010', async () => {
    expectError(
      await operatorBody(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d])),
      400,
      1010,
      'INVALID_REQUEST',
    );
  });

  it('a compressed body is 400/1010', async () => {
    expectError(await operatorBody('{}', { 'content-encoding': 'gzip' }), 400, 1010, 'INVALID_REQUEST');
  });

  it.each([
    ['walletId', { playerId: 'p', currency: 'EUR' }],
    ['walletId', { walletId: 7, playerId: 'p', currency: 'EUR' }],
    ['walletId', { walletId: ['a'], playerId: 'p', currency: 'EUR' }],
    ['walletId', { walletId: { $ne: 1 }, playerId: 'p', currency: 'EUR' }],
    ['walletId', { walletId: 'a b', playerId: 'p', currency: 'EUR' }],
    ['walletId', { walletId: 'é', playerId: 'p', currency: 'EUR' }],
    ['playerId', { walletId: 'w', currency: 'EUR' }],
    ['playerId', { walletId: 'w', playerId: '', currency: 'EUR' }],
    ['currency', { walletId: 'w', playerId: 'p' }],
    ['currency', { walletId: 'w', playerId: 'p', currency: 'eur' }],
    ['currency', { walletId: 'w', playerId: 'p', currency: 'ZZZ' }],
    ['code', { walletId: 'w', playerId: 'p', currency: 'EUR', code: 'POKER' }],
  ])('a wrong %s is named: %j', async (field, body) => {
    const answer = await callOperator(server.url, 'POST', '/operator/wallets', body);
    expectError(answer, 400, 1010, 'INVALID_REQUEST');
    expect((answer.body as { message: string }).message).toContain(field);
  });
});

describe('broken HTTP', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      'two lengths',
      'POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
    ],
    [
      'length and chunks',
      'POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx',
    ],
    [
      'an unknown expectation',
      'GET /nope HTTP/1.1\r\nHost: localhost\r\nExpect: the-worst\r\nConnection: close\r\n\r\n',
    ],
  ])('%s gets the error body', async (_, text) => {
    expect(await sendRaw(text)).toMatch(
      /^HTTP\/1\.1 40[04] [\s\S]*\{"code":1010,"type":"[A-Z_]+","message":/,
    );
  });
});

describe('a bug or a database error', () => {
  it('is 500/1001 and says nothing more', async () => {
    await query(server.database.url, 'ALTER TABLE wallets RENAME TO wallets_away');
    try {
      expectError(await openSession(server.url, WALLET_ID), 500, 1001, 'SYSTEM_ERROR');
      const answer = await callOperator(server.url, 'GET', '/operator/wallets/x');
      expect(answer.body).toEqual({ code: 1001, type: 'SYSTEM_ERROR', message: 'System error' });
    } finally {
      await query(server.database.url, 'ALTER TABLE wallets_away RENAME TO wallets');
    }
  });
});
