import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  authTokenFor,
  callSigned,
  openSession,
  PARENT_SYSTEM_ID,
  send,
  sessionIdOf,
  signatureOf,
  SECRET_KEY,
  WALLET_ID,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

const SIGNATURE_FAILED = { code: 1006, type: 'SIGNATURE_FAILED', message: 'Signature failed' };
const INVALID_SYSTEM = { code: 1001, type: 'SYSTEM_ERROR', message: 'Invalid system identifier' };

/** A body and its signature as GPAS prints them: what somebody who saw one bet has in hand. */
const CAPTURED = {
  body: '{"externalReference":"agt-b7219c1d2d5e1bd40a508ef19a672d06","value":"100","description":"Debit game move for customer id 6df5sd made by gpas","typeCode":"GAME_DEBIT","tags":{"gpasSessionId":"gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636","gameid":"agt-13"}}',
  signature: '963510BBB54BFB7916BF7D5937539A8AB5E3A633',
};

let server: RunningApp;

beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const sessionRows = (): Promise<object[]> => query(server.database.url, 'SELECT * FROM sessions ORDER BY id');
const authorization = (): string => `Bearer ${authTokenFor(WALLET_ID)}`;

describe('x-signature', () => {
  it('verifies the printed vector of Sessions', async () => {
    // The wallet of the vector is not there: what is answered is past the signature.
    const answer = await send(server.url, {
      method: 'POST',
      target: '/sessions?walletId=2sdflsd',
      headers: {
        'x-parent-system-id': PARENT_SYSTEM_ID,
        'x-signature': '8F0F3379F1C6CC24DF5A4DC2A937061102487C46',
        authorization: `Bearer ${authTokenFor('2sdflsd')}`,
      },
    });
    expect(answer.body).toMatchObject({ code: 1005 });
  });

  it('verifies the printed vector of Close', async () => {
    const answer = await send(server.url, {
      method: 'PATCH',
      target: '/sessions/close?id=3fa85f64-5717-4562-b3fc-2c963f66afa6',
      headers: {
        'x-parent-system-id': PARENT_SYSTEM_ID,
        'x-signature': '097C11EEE445BB16C4FBC5197E1E4492BD47AB0F',
      },
    });
    expect(answer.body).toMatchObject({ code: 1004 });
  });

  it.each([
    ['missing', {}],
    ['empty', { 'x-signature': '' }],
    ['lower case', { 'x-signature': signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY).toLowerCase() }],
    ['one digit short', { 'x-signature': signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY).slice(1) }],
    ['one digit long', { 'x-signature': `${signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY)}0` }],
    ['not hexadecimal', { 'x-signature': 'Z'.repeat(40) }],
    ['of another secret', { 'x-signature': signatureOf(`walletId=${WALLET_ID}`, 'another') }],
    ['of no secret', { 'x-signature': signatureOf(`walletId=${WALLET_ID}`, '') }],
    ['of the text "undefined"', { 'x-signature': signatureOf(`walletId=${WALLET_ID}`, 'undefined') }],
    ['of the query with its ?', { 'x-signature': signatureOf(`?walletId=${WALLET_ID}`, SECRET_KEY) }],
    ['of nothing', { 'x-signature': signatureOf('', SECRET_KEY) }],
  ])('refuses a signature that is %s', async (_, headers) => {
    const answer = await send(server.url, {
      method: 'POST',
      target: `/sessions?walletId=${WALLET_ID}`,
      headers: { 'x-parent-system-id': PARENT_SYSTEM_ID, authorization: authorization(), ...headers },
    });
    expect([answer.status, answer.body]).toEqual([400, SIGNATURE_FAILED]);
  });

  it('refuses two signature headers, even two right ones', async () => {
    const right = signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY);
    const answer = await send(server.url, {
      method: 'POST',
      target: `/sessions?walletId=${WALLET_ID}`,
      headers: [
        'host',
        'localhost',
        'x-parent-system-id',
        PARENT_SYSTEM_ID,
        'x-signature',
        right,
        'x-signature',
        right,
        'authorization',
        authorization(),
      ],
    });
    expect(answer.body).toEqual(SIGNATURE_FAILED);
  });

  it.each([
    ['%32sdf1sd', 'the same letters, escaped'],
    [WALLET_ID, 'the plain letters'],
  ])('is over the query as sent: walletId=%s (%s)', async (walletId) => {
    const headers = { authorization: authorization() };
    const answer = await callSigned(server.url, 'POST', '/sessions', `walletId=${walletId}`, { headers });
    expect(answer.status).toBe(201);
    const other = walletId === WALLET_ID ? '%32sdf1sd' : WALLET_ID;
    const swapped = await callSigned(server.url, 'POST', '/sessions', `walletId=${other}`, {
      headers: { ...headers, 'x-signature': signatureOf(`walletId=${walletId}`, SECRET_KEY) },
    });
    expect(swapped.body).toEqual(SIGNATURE_FAILED);
  });
});

describe('x-parent-system-id', () => {
  it.each([
    ['missing', {}],
    ['unknown', { 'x-parent-system-id': 'NOBODY' }],
    ['in other letters', { 'x-parent-system-id': PARENT_SYSTEM_ID.toLowerCase() }],
    ['with a space behind', { 'x-parent-system-id': `${PARENT_SYSTEM_ID} x` }],
    ['a property of objects', { 'x-parent-system-id': '__proto__' }],
  ])('that is %s is answered with 400/1001', async (_, headers) => {
    const answer = await send(server.url, {
      method: 'POST',
      target: `/sessions?walletId=${WALLET_ID}`,
      headers: {
        'x-signature': signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY),
        authorization: authorization(),
        ...headers,
      },
    });
    expect([answer.status, answer.body]).toEqual([400, INVALID_SYSTEM]);
  });

  it('is checked before the signature, the signature before the token, the token before the shape', async () => {
    const target = '/sessions?walletId=%20';
    const step = async (headers: Record<string, string>): Promise<unknown> =>
      (
        (await send(server.url, { method: 'POST', target, headers })).body as {
          type: string;
          message: string;
        }
      ).type;
    const signed = {
      'x-parent-system-id': PARENT_SYSTEM_ID,
      'x-signature': signatureOf('walletId=%20', SECRET_KEY),
    };
    expect(await step({})).toBe('SYSTEM_ERROR');
    expect(await step({ 'x-parent-system-id': PARENT_SYSTEM_ID })).toBe('SIGNATURE_FAILED');
    expect(await step(signed)).toBe('INVALID_AUTH_TOKEN');
    expect(await step({ ...signed, authorization: authorization() })).toBe('INVALID_WALLET_ID');
  });
});

describe('a captured body with its signature', () => {
  it('is a true pair', () => {
    expect(signatureOf(CAPTURED.body, SECRET_KEY)).toBe(CAPTURED.signature);
  });

  it('opens nothing and closes nothing', async () => {
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    const before = await sessionRows();
    const attempts = [
      ['POST', `/sessions?walletId=${WALLET_ID}`],
      ['PATCH', `/sessions/close?id=${id}`],
    ] as const;
    for (const [method, target] of attempts) {
      const answer = await send(server.url, {
        method,
        target,
        headers: {
          'x-parent-system-id': PARENT_SYSTEM_ID,
          'x-signature': CAPTURED.signature,
          'content-type': 'application/json',
          authorization: authorization(),
        },
        body: CAPTURED.body,
      });
      expect(answer.body).toEqual(SIGNATURE_FAILED);
    }
    expect(await sessionRows()).toEqual(before);
  });

  it('cannot be sent as a query either: what could be JSON is no query', async () => {
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    // A bet whose description happens to read like parameters.
    for (const captured of [`{"description":"&id=${id}&"}`, `["&id=${id}&walletId=${WALLET_ID}&"]"`]) {
      const headers = { authorization: authorization() };
      const close = await callSigned(server.url, 'PATCH', '/sessions/close', captured, { headers });
      expect(close.body).toEqual(SIGNATURE_FAILED);
      const open = await callSigned(server.url, 'POST', '/sessions', captured, { headers });
      expect(open.body).toEqual(SIGNATURE_FAILED);
    }
    const [row] = await query<{ status: string }>(
      server.database.url,
      'SELECT status FROM sessions WHERE id = ?',
      [id],
    );
    expect(row?.status).toBe('OPEN');
  });
});
