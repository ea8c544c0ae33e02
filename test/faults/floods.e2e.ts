import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import { UnitOfWork } from '../support/application.js';
import { ENGINE } from '../support/databases.js';
import {
  type Answer,
  balance,
  debit,
  openFundedSession,
  openSession,
  send,
  WALLET_ID,
} from '../support/gpas.js';
import { callWithKey, makeKey } from '../support/operator.js';
import { signedBy, registerParentSystem, rotateSecret } from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';

/** Two instances on one database, where the engine allows it; else the one twice. */
let server: RunningApp;
let other: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  other = ENGINE === 'mysql' ? await startApp({ database: server.database }) : server;
  url = server.url;
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  if (other !== server) await other.stop();
  await server.stop();
});

const FLOOD_MS = 3_000;

/** What anybody can send, and what it is answered. */
const FLOODS: Record<string, (index: number) => Promise<Answer>> = {
  '200': () => send(url, { method: 'GET', target: '/health/ready' }),
  '401/1010 UNAUTHORIZED': (index) =>
    callWithKey(url, `oas_${String(index).padStart(43, 'x')}`, 'GET', '/operator/wallets'),
  '400/1001 SYSTEM_ERROR': (index) => balance(url, 'none', { parentSystemId: `nobody-${index}` }),
  '400/1006 SIGNATURE_FAILED': () => balance(url, 'none', { secretKey: 'wrong' }),
};

describe('a flood of what anybody can send', () => {
  it('has the database asked about once a second, for all of it together', async () => {
    const unitOfWork = server.app.get(UnitOfWork);
    const [own, shared] = [jest.spyOn(unitOfWork, 'read'), jest.spyOn(unitOfWork, 'readAhead')];
    const startedAt = performance.now();
    const senders = Object.entries(FLOODS).flatMap(([answer, call]) =>
      Array.from({ length: 4 }, async (_, sender) => {
        for (let calls = 0; performance.now() - startedAt < FLOOD_MS; calls += 1) {
          expect(errorOf(await call(sender * 10_000 + calls))).toBe(answer);
        }
      }),
    );
    await Promise.all(senders);
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(own).not.toHaveBeenCalled();
    // Readiness, keys, parent systems; of the latter two also what is wrong, twenty times at first.
    expect(shared.mock.calls.length).toBeLessThanOrEqual(5 * (seconds + 1) + 2 * 20);
  });
});

describe('what another instance has just changed', () => {
  const wrongKeys = (): Promise<Answer>[] =>
    Array.from({ length: 50 }, (_, index) =>
      callWithKey(url, `oas_${String(index).padStart(43, 'y')}`, 'GET', '/operator/wallets'),
    );

  it('counts at once here, in the middle of a flood: a key, its end, and a secret', async () => {
    const system = await registerParentSystem(other.url);
    expect((await openSession(url, WALLET_ID, signedBy(system))).status).toBe(201);
    const flood = wrongKeys();
    const { key, keyId } = await makeKey(other.url, ['read']);
    expect((await callWithKey(url, key, 'GET', '/operator/wallets')).status).toBe(200);
    const rotated = await rotateSecret(other.url, system.id, { graceSeconds: 0 });
    const { secret } = rotated.body as { secret: string };
    expect((await openSession(url, WALLET_ID, signedBy({ ...system, secret }))).status).toBe(201);
    await callWithKey(other.url, 'demo-operator-key-for-loopback-only', 'DELETE', `/operator/keys/${keyId}`);
    expect((await callWithKey(url, key, 'GET', '/operator/wallets')).status).toBe(401);
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([401]));
  });
});

if (ENGINE === 'mysql') {
  it('work that keeps every connection it gets leaves commits theirs, and readiness', async () => {
    const session = await openFundedSession(url, 'beside-much-reading');
    const unitOfWork = server.app.get(UnitOfWork);
    const end = new AbortController();
    const busy = Array.from({ length: 30 }, () =>
      unitOfWork
        .read(() => sleep(60_000, undefined, { signal: end.signal }).catch(() => undefined))
        .catch(() => undefined),
    );
    try {
      const bets = Array.from({ length: 20 }, (_, index) =>
        debit(url, session, `busy-${index}`, { value: 1 }),
      );
      expect(new Set((await Promise.all(bets)).map(errorOf))).toEqual(new Set(['201']));
      await sleep(1_000); // no readiness of before
      expect((await send(url, { method: 'GET', target: '/health/ready' })).status).toBe(200);
      expect((await debit(url, session, 'busy-last', { value: 1 })).status).toBe(201);
    } finally {
      end.abort();
      await Promise.all(busy);
    }
  });
}
