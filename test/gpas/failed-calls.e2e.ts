import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import {
  type Answer,
  balance,
  callOperator,
  OPERATOR_KEY,
  openSession,
  send,
  sessionIdOf,
  WALLET_ID,
} from '../support/gpas.js';
import { makeKey } from '../support/operator.js';
import { registerParentSystem, type ShownSystem, signedBy } from '../support/parent-systems.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';

const MAX = 5;
const WINDOW_SECONDS = 600;
const SIGNATURE_FAILED = '400/1006 SIGNATURE_FAILED';
const TOO_MANY = '429/1010 TOO_MANY_REQUESTS';
const UNAUTHORIZED = '401/1010 UNAUTHORIZED';

const { logger, lines } = recordLog('info');
let server: RunningApp;
let url: string;
let systems: ShownSystem[];
beforeAll(async () => {
  server = await startApp({
    logger,
    env: {
      TRUSTED_PROXIES: '127.0.0.0/8', // so that a call says where it comes from
      MAX_FAILED_CALLS: String(MAX),
      FAILED_CALLS_WINDOW_SECONDS: String(WINDOW_SECONDS),
    },
  });
  url = server.url;
  systems = [await registerParentSystem(url), await registerParentSystem(url)];
});
afterAll(() => server.stop());

const from = (address: string): { headers: Record<string, string> } => ({
  headers: { 'x-forwarded-for': address },
});
const forge = (system: ShownSystem, address: string): Promise<Answer> =>
  balance(url, 'none', { parentSystemId: system.id, secretKey: 'wrong', ...from(address) });

/** Fails until it is told that it has too often; returns that. */
async function failTooOften(fail: () => Promise<Answer>): Promise<Answer> {
  const answers: Answer[] = [];
  for (let calls = 0; calls <= MAX; calls += 1) answers.push(await fail());
  expect(answers.slice(0, MAX).map(({ status }) => status)).not.toContain(429);
  return answers[MAX]!;
}

describe('calls that go on failing for their signature', () => {
  it('are answered 429 with Retry-After, and those of nobody else', async () => {
    const [system, other] = systems as [ShownSystem, ShownSystem];
    const refused = await failTooOften(() => forge(system, '203.0.113.1'));
    expect([refused.status, refused.body]).toEqual([
      429,
      { code: 1010, type: 'TOO_MANY_REQUESTS', message: 'Too many requests' },
    ]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(WINDOW_SECONDS);
    expect(errorOf(await forge(system, '203.0.113.2'))).toBe(SIGNATURE_FAILED);
    expect(errorOf(await forge(other, '203.0.113.1'))).toBe(SIGNATURE_FAILED);
  });

  it('keep no good one out, of the same id and the same address', async () => {
    const [system] = systems as [ShownSystem, ShownSystem];
    expect(errorOf(await failTooOften(() => forge(system, '203.0.113.3')))).toBe(TOO_MANY);
    const good = { ...signedBy(system), ...from('203.0.113.3') };
    const calls = Array.from({ length: 50 }, (_, index) =>
      index % 2 ? forge(system, '203.0.113.3') : openSession(url, WALLET_ID, good),
    );
    const answers = (await Promise.all(calls)).map(errorOf);
    expect(answers.filter((_, index) => index % 2 === 0)).toEqual(Array(25).fill('201'));
    expect(sessionIdOf(await openSession(url, WALLET_ID, good))).toBeTruthy();
  });

  it('count together where they name parent systems that are not there', async () => {
    let name = 0;
    const refused = await failTooOften(() => {
      name += 1;
      return balance(url, 'none', { parentSystemId: `nobody-${name}`, ...from('203.0.113.4') });
    });
    expect(errorOf(refused)).toBe(TOO_MANY);
    expect(errorOf(await forge(systems[0]!, '203.0.113.4'))).toBe(SIGNATURE_FAILED);
  });

  it('are one line of the log, and not one each', async () => {
    const about = (text: string): string[] => lines.filter((line) => line.includes(text));
    expect(about('were answered 429')).toHaveLength(1);
    expect(about('"status":429')).toEqual([]);
    expect(about('"status":400').length).toBeGreaterThan(MAX);
    const { text } = await callOperator(url, 'GET', '/metrics');
    expect(text).toMatch(/oas_http_request_duration_seconds_count\{.*status="429".*\} \d/);
  });
});

describe('wrong operator keys', () => {
  const call = (key: string, address: string): Promise<Answer> =>
    send(url, {
      method: 'GET',
      target: '/operator/wallets',
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address },
    });

  it.each([
    ['of the form of keys', `oas_${'x'.repeat(43)}`, '203.0.113.11'],
    ['of another form', 'x', '203.0.113.12'],
  ])('%s are answered 429 when they are too many; good ones pass', async (_, wrong, address) => {
    expect(errorOf(await call(wrong, address))).toBe(UNAUTHORIZED);
    for (let calls = 0; calls < MAX; calls += 1) await call(wrong, address);
    const refused = await call(wrong, address);
    expect(errorOf(refused)).toBe(TOO_MANY);
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    const { key } = await makeKey(url, ['read']);
    expect((await call(key, address)).status).toBe(200);
    expect((await call(OPERATOR_KEY, address)).status).toBe(200);
    expect(errorOf(await call(wrong, '203.0.113.13'))).toBe(UNAUTHORIZED);
  });
});
