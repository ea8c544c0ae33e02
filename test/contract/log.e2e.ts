import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AUTH_TOKEN_SECRET,
  authTokenFor,
  callOperator,
  closeSession,
  OPERATOR_KEY,
  openSession,
  SECRET_KEY,
  send,
  sessionIdOf,
  signatureOf,
  WALLET_ID,
} from '../support/gpas.js';
import { until } from '../support/load.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';

const { logger, lines } = recordLog('debug');
let server: RunningApp;

beforeAll(async () => {
  server = await startApp({ logger });
});
afterAll(() => server.stop());

const accessLine = async (requestId: unknown): Promise<Record<string, unknown>> => {
  const find = (): string | undefined =>
    lines.find((line) => line.includes(String(requestId)) && line.includes('"Access"'));
  await until(() => find() !== undefined);
  return JSON.parse(find() ?? '') as Record<string, unknown>;
};

describe('the access log', () => {
  it('has one JSON line for a call, with what it was about', async () => {
    const opened = await openSession(server.url, WALLET_ID);
    const line = await accessLine(opened.headers['x-request-id']);
    expect(line).toMatchObject({
      context: 'Access',
      method: 'POST',
      path: '/sessions',
      status: 201,
      parentSystemId: 'BL13GT',
      walletId: WALLET_ID,
      walletSessionId: sessionIdOf(opened),
    });
    expect(typeof line['ms']).toBe('number');
  });

  it("has GPAS's code where the call was refused", async () => {
    const refused = await closeSession(server.url, 'unknown');
    expect(await accessLine(refused.headers['x-request-id'])).toMatchObject({
      status: 400,
      code: 1004,
      parentSystemId: 'BL13GT',
      walletSessionId: 'unknown',
    });
    const unknown = await send(server.url, { method: 'GET', target: '/nope' });
    expect(await accessLine(unknown.headers['x-request-id'])).toMatchObject({ status: 404, code: 1010 });
  });

  it('has sixty lines a minute of what nobody vouches for, of each answer, and each line of what is signed', async () => {
    const linesOf = (text: string): number => lines.filter((line) => line.includes(text)).length;
    const times = Array.from({ length: 80 }, (_, index) => index);
    for (const index of times) await send(server.url, { method: 'GET', target: `/flood-${index}` });
    for (const index of times) await send(server.url, { method: 'GET', target: `/health/live?${index}` });
    for (const index of times) await closeSession(server.url, `signed-${index}`);
    for (const index of times) await callOperator(server.url, 'GET', `/operator/wallets/with-a-key-${index}`);
    const last = await closeSession(server.url, 'signed-last');
    await accessLine(last.headers['x-request-id']);
    expect(linesOf('"status":404,')).toBeGreaterThanOrEqual(60 + 80);
    expect(linesOf('/flood-')).toBeLessThanOrEqual(60);
    expect(linesOf('/flood-')).toBeGreaterThan(50); // the test before had one
    expect(linesOf('"path":"/health/live"')).toBe(60);
    expect(linesOf('"walletSessionId":"signed-')).toBe(81);
    expect(linesOf('/with-a-key-')).toBe(80);
    expect(linesOf('isAuthentic')).toBe(0);
  });

  it('never has a token, a signature, a key or a secret, whatever goes wrong', async () => {
    const token = authTokenFor(WALLET_ID);
    const headers = { authorization: `Bearer ${token}` };
    await openSession(server.url, WALLET_ID, { headers });
    await openSession(server.url, WALLET_ID, { headers: { authorization: `Bearer ${token}x` } });
    await openSession(server.url, WALLET_ID, { secretKey: 'wrong' });
    await callOperator(server.url, 'GET', `/operator/wallets/${WALLET_ID}`);
    await callOperator(server.url, 'POST', '/operator/wallets', {
      walletId: WALLET_ID,
      playerId: 'p',
      currency: 'EUR',
    });
    const signature = signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY);
    const log = lines.join('');
    expect(log.length).toBeGreaterThan(500);
    for (const secret of [token, signature, OPERATOR_KEY, SECRET_KEY, AUTH_TOKEN_SECRET]) {
      expect(log.includes(secret)).toBe(false);
    }
  });
});
