import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf, statusOf } from '../support/answers.js';
import { query } from '../support/databases.js';
import { balance, callSigned, nowInSeconds, send, sessionIdOf, tokenOf, WALLET_ID } from '../support/gpas.js';
import { launch, LAUNCH_BODY, openWith, referenceToken, revokeLaunch } from '../support/launches.js';
import { sleep } from '../support/load.js';
import { callWithKey, makeWallet } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

const INVALID_TOKEN = '401/1010 INVALID_AUTH_TOKEN';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

async function countOf(table: string): Promise<number> {
  const [row] = await query<{ n: number }>(server.database.url, `SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

describe('the token of a launch', () => {
  it('opens a session on its wallet, again and again', async () => {
    const { authToken } = await launch(url);
    const answers = [
      await openWith(url, authToken),
      await openWith(url, authToken),
      await openWith(url, authToken),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.body]).toEqual([
        201,
        expect.objectContaining({ walletId: WALLET_ID, status: 'OPEN' }),
      ]);
    }
    expect(new Set(answers.map(sessionIdOf)).size).toBe(3);
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => openWith(url, authToken)));
    expect(atOnce.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
  });

  it('with another walletId in the query is 1005', async () => {
    await makeWallet(url, 'another');
    const { authToken } = await launch(url);
    const before = await countOf('sessions');
    expect(errorOf(await openWith(url, authToken, 'another'))).toBe('400/1005 INVALID_WALLET_ID');
    expect(errorOf(await openWith(url, authToken, WALLET_ID.toUpperCase()))).toBe(
      '400/1005 INVALID_WALLET_ID',
    );
    expect(await countOf('sessions')).toBe(before);
  });

  it('with any one character altered is 401 and opens nothing', async () => {
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const { authToken } = await launch(url);
    const before = await countOf('sessions');
    for (let position = 0; position < authToken.length; position += 1) {
      const at = ALPHABET.indexOf(authToken.charAt(position));
      // The neighbours differ in the lowest bits, which the last character of a part has to spare.
      const others = at === -1 ? ['A', ' ', ':'] : [ALPHABET[at ^ 1], ALPHABET[at ^ 2]];
      for (const other of others) {
        const altered = authToken.slice(0, position) + String(other) + authToken.slice(position + 1);
        expect([position, other, errorOf(await openWith(url, altered))]).toEqual([
          position,
          other,
          INVALID_TOKEN,
        ]);
      }
    }
    expect(await countOf('sessions')).toBe(before);
    expect(await statusOf(openWith(url, authToken))).toBe(201);
  });

  it('cut short or with more to it is 401 and opens nothing', async () => {
    const { authToken } = await launch(url);
    const before = await countOf('sessions');
    for (let length = 0; length < authToken.length; length += 1) {
      const cut = authToken.slice(0, length);
      expect([length, errorOf(await openWith(url, cut))]).toEqual([length, INVALID_TOKEN]);
    }
    const [header = '', payload = '', signature = ''] = authToken.split('.');
    for (const more of [
      ...['A', '=', '==', '.', '.A', '%20', ' A', ',', '\t.', '\u00a0'].map((extra) => authToken + extra),
      ...['A', '.', 'Bearer '].map((extra) => extra + authToken),
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}A.${signature}`,
      `${header}..${payload}.${signature}`,
      `${authToken} ${authToken}`,
      `${authToken},${authToken}`,
    ]) {
      expect([more, errorOf(await openWith(url, more))]).toEqual([more, INVALID_TOKEN]);
    }
    expect(await countOf('sessions')).toBe(before);
  });

  it('is 401 once it has expired; a session that it opened stays open', async () => {
    const { authToken, expiresAt } = await launch(url, { ttlSeconds: 1 });
    const id = sessionIdOf(await openWith(url, authToken));
    await sleep(Math.max(0, Date.parse(expiresAt) - Date.now()) + 5);
    const late = await openWith(url, authToken);
    expect(errorOf(late)).toBe(INVALID_TOKEN);
    expect((late.body as { message: string }).message).toBe('Invalid auth token: it has expired');
    expect(await statusOf(balance(url, id))).toBe(200);
  });

  it('is 401 once its launch is revoked, which is done once; a session that it opened stays open', async () => {
    const [one, other] = [await launch(url), await launch(url)];
    const id = sessionIdOf(await openWith(url, one.authToken));
    const revoked = await revokeLaunch(url, one.launchId);
    expect([revoked.status, revoked.body]).toEqual([
      200,
      { launchId: one.launchId, revokedAt: expect.stringMatching(/^\d{4}-.+\.\d{3}Z$/) },
    ]);
    expect(errorOf(await openWith(url, one.authToken))).toBe(INVALID_TOKEN);
    expect(errorOf(await revokeLaunch(url, one.launchId))).toBe('404/1010 NOT_FOUND');
    expect(await statusOf(balance(url, id))).toBe(200);
    expect(await statusOf(openWith(url, other.authToken))).toBe(201);
  });

  it('is revoked by one of many that try at once', async () => {
    const { launchId } = await launch(url);
    const answers = await Promise.all(Array.from({ length: 6 }, () => revokeLaunch(url, launchId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
  });

  it.each([
    ['unknown', '0123456789abcdef', '404/1010 NOT_FOUND'],
    ['of another case', '', '404/1010 NOT_FOUND'],
    ['malformed', '%20', '400/1010 INVALID_REQUEST'],
    ['too long', 'x'.repeat(129), '400/1010 INVALID_REQUEST'],
  ])('stays good when a launch that is %s is revoked', async (kind, id, error) => {
    const { launchId, authToken } = await launch(url);
    const swapped = launchId.replace(/[a-z]/gi, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    expect(errorOf(await revokeLaunch(url, kind === 'of another case' ? swapped : id))).toBe(error);
    expect(await statusOf(openWith(url, authToken))).toBe(201);
  });

  it('is taken from whoever holds AUTH_TOKEN_SECRET and from nobody else', async () => {
    const { launchId: jti } = await launch(url);
    expect(await statusOf(openWith(url, referenceToken({ jti })))).toBe(201);
    expect(
      errorOf(await openWith(url, referenceToken({ jti }, 'another-secret-of-more-than-32-bytes'))),
    ).toBe(INVALID_TOKEN);
    expect(errorOf(await openWith(url, tokenOf({ jti }, { header: { alg: 'none' } })))).toBe(INVALID_TOKEN);
    expect(errorOf(await openWith(url, referenceToken({ jti: '0123456789abcdef' })))).toBe(INVALID_TOKEN);
  });

  it.each<[string, (jti: string) => object]>([
    ['walletId', (jti) => ({ jti, walletId: WALLET_ID })],
    ['sub', (jti) => ({ jti, sub: WALLET_ID })],
    ['exp', (jti) => ({ jti, exp: nowInSeconds() + 600 })],
    ['iat', (jti) => ({ jti, iat: nowInSeconds() })],
    ['iat first', (jti) => ({ iat: nowInSeconds(), jti })],
    ['null', (jti) => ({ jti, a: null })],
    ['a jti that is too long', (jti) => ({ jti: `${jti}A` })],
    ['a jti that is too short', (jti) => ({ jti: jti.slice(1) })],
    ['a jti in a list', (jti) => ({ jti: [jti] })],
    ['its claims in a list', (jti) => [{ jti }]],
  ])('is no reference token with more or other than its jti: %s', async (_, payloadOf) => {
    const { launchId } = await launch(url);
    expect(errorOf(await openWith(url, referenceToken(payloadOf(launchId))))).toBe(INVALID_TOKEN);
  });

  it('with a jti beside the claims of a self-contained token is that, and no launch is asked', async () => {
    await makeWallet(url, 'self-contained');
    const { launchId: jti } = await launch(url);
    const token = tokenOf({ jti, walletId: 'self-contained', exp: nowInSeconds() + 600 });
    await revokeLaunch(url, jti);
    expect(await statusOf(openWith(url, token, 'self-contained'))).toBe(201);
    expect(errorOf(await openWith(url, token))).toBe('400/1005 INVALID_WALLET_ID');
  });

  it('is good for nothing but opening sessions', async () => {
    const { authToken, launchId } = await launch(url);
    for (const [method, target] of [
      ['GET', `/operator/wallets/${WALLET_ID}`],
      ['GET', '/operator/audit'],
      ['POST', '/operator/launches'],
      ['DELETE', `/operator/launches/${launchId}`],
      ['POST', '/operator/keys'],
    ] as const) {
      const answer = await callWithKey(
        url,
        authToken,
        method,
        target,
        method === 'POST' ? LAUNCH_BODY : undefined,
      );
      expect([target, errorOf(answer)]).toEqual([target, '401/1010 UNAUTHORIZED']);
    }
    for (const id of [authToken, launchId]) {
      expect(errorOf(await balance(url, id))).toBe('400/1004 INVALID_WALLET_SESSION');
    }
    for (const [method, target] of [
      ['POST', `/sessions?walletId=${WALLET_ID}`],
      ['GET', '/wallets/balance?walletSessionId=x'],
      ['PATCH', '/sessions/close?id=x'],
    ] as const) {
      for (const signature of [{}, { 'x-signature': authToken }]) {
        const headers = {
          'x-parent-system-id': 'BL13GT',
          authorization: `Bearer ${authToken}`,
          ...signature,
        };
        const answer = await send(url, { method, target, headers });
        expect([target, errorOf(answer)]).toEqual([target, '400/1006 SIGNATURE_FAILED']);
      }
    }
    const inQuery = `walletId=${WALLET_ID}&authToken=${authToken}`;
    expect(errorOf(await callSigned(url, 'POST', '/sessions', inQuery))).toBe(INVALID_TOKEN);
    expect(await statusOf(openWith(url, authToken))).toBe(201);
  });
});
