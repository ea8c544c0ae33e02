import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  type Answer,
  AUTH_TOKEN_SECRET,
  authTokenFor,
  callOperator,
  callSigned,
  nowInSeconds,
  OPERATOR_KEY,
  openSession,
  tokenOf,
  WALLET_ID,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const own = { parentSystemId: 'OWN', secretKey: 'an-own-signing-secret' };

let server: RunningApp;

beforeAll(async () => {
  server = await startApp({
    env: {
      GPAS_PARENT_SYSTEM_ID: own.parentSystemId,
      GPAS_SECRET_KEY: own.secretKey,
      OPERATOR_API_KEY: OPERATOR_KEY,
      AUTH_TOKEN_SECRET,
      AUTH_TOKEN_PUBLIC_KEY: publicPem,
      AUTH_TOKEN_ALGORITHM: 'RS256',
      AUTH_TOKEN_ISSUER: 'casino',
      AUTH_TOKEN_AUDIENCE: 'oas',
    },
  });
  const wallet = { walletId: WALLET_ID, playerId: 'p', currency: 'BRL' };
  expect((await callOperator(server.url, 'POST', '/operator/wallets', wallet)).status).toBe(201);
});
afterAll(() => server.stop());

const good = (): Record<string, unknown> => ({
  walletId: WALLET_ID,
  iss: 'casino',
  aud: 'oas',
  exp: nowInSeconds() + 600,
});

const openWith = (authorization: string): Promise<Answer> =>
  openSession(server.url, WALLET_ID, { ...own, headers: { authorization } });

describe('Authorization on Sessions', () => {
  it('takes a token of either configured key', async () => {
    expect((await openWith(`Bearer ${tokenOf(good())}`)).status).toBe(201);
    const token = tokenOf(good(), { header: { alg: 'RS256' }, secret: rsa.privateKey });
    expect((await openWith(`Bearer ${token}`)).status).toBe(201);
  });

  const now = nowInSeconds();
  it.each<[string, () => string]>([
    ['no token', () => 'Bearer '],
    ['another scheme', () => `Basic ${tokenOf(good())}`],
    ['rubbish', () => 'Bearer x.y.z'],
    ['another key', () => `Bearer ${tokenOf(good(), { secret: 'x'.repeat(40) })}`],
    ['alg none', () => `Bearer ${tokenOf(good(), { header: { alg: 'none' } })}`],
    ['the public key as a secret', () => `Bearer ${tokenOf(good(), { secret: publicPem })}`],
    ['an algorithm that is not configured', () => `Bearer ${tokenOf(good(), { header: { alg: 'HS512' } })}`],
    ['RS256 in name only', () => `Bearer ${tokenOf(good(), { header: { alg: 'RS256' } })}`],
    ['expired', () => `Bearer ${tokenOf({ ...good(), exp: now - 1 })}`],
    ['not yet valid', () => `Bearer ${tokenOf({ ...good(), nbf: now + 600 })}`],
    ['without exp', () => `Bearer ${tokenOf({ ...good(), exp: undefined })}`],
    ['exp in milliseconds', () => `Bearer ${tokenOf({ ...good(), exp: Date.now() + 600_000 })}`],
    ['issued in the future', () => `Bearer ${tokenOf({ ...good(), iat: now + 120 })}`],
    ['a life longer than a day', () => `Bearer ${tokenOf({ ...good(), iat: now, exp: now + 86_401 })}`],
    ['another issuer', () => `Bearer ${tokenOf({ ...good(), iss: 'other' })}`],
    ['another audience', () => `Bearer ${tokenOf({ ...good(), aud: 'other' })}`],
    ['no wallet', () => `Bearer ${tokenOf({ ...good(), walletId: undefined })}`],
    ['a critical extension', () => `Bearer ${tokenOf(good(), { header: { crit: ['x'] } })}`],
    ['more than 4,096 characters', () => `Bearer ${tokenOf({ ...good(), pad: 'x'.repeat(4_096) })}`],
  ])('refuses %s with 401 and opens nothing', async (_, authorization) => {
    const count = (): Promise<object[]> => query(server.database.url, 'SELECT COUNT(*) AS n FROM sessions');
    const before = await count();
    const answer = await openWith(authorization());
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      code: 1010,
      type: 'INVALID_AUTH_TOKEN',
      message: expect.stringMatching(/auth token|AuthToken/i),
    });
    expect(await count()).toEqual(before);
  });

  it('refuses two Authorization headers, even where one is good', async () => {
    const text = `walletId=${WALLET_ID}`;
    const token = `Bearer ${tokenOf(good())}`;
    const headers = { authorization: [token, token] } as unknown as Record<string, string>;
    const answer = await callSigned(server.url, 'POST', '/sessions', text, { ...own, headers });
    expect(answer.status).toBe(401);
  });

  it('is not asked for on Close', async () => {
    const answer = await callSigned(server.url, 'PATCH', '/sessions/close', 'id=unknown', own);
    expect(answer.body).toMatchObject({ code: 1004 });
    expect(authTokenFor('x')).not.toBe('');
  });
});
