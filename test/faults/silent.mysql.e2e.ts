import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { type Answer, debit, openFundedSession, totalOf } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { verifyLedger } from '../support/verify-ledger.js';

const LIMIT_MS = 10_000;

let database: TestDatabase;
let proxy: TcpProxy;
let server: ServerProcess;
/** Its connections stay: what is sent on them is read, also after SIGTERM. */
let agent: http.Agent;

beforeEach(async () => {
  agent = new http.Agent({ keepAlive: true });
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  server = await ServerProcess.start(proxy.through(database.url));
});
afterEach(async () => {
  agent.destroy();
  await server.kill('SIGKILL');
  await proxy.close();
  await database.drop();
});

/** The connection that next sends `statement` is silent from there on. Resolves when it is. */
function silenceAt(statement: string): Promise<void> {
  return new Promise((resolve) => {
    proxy.onClientData = (chunk) => {
      if (!chunk.includes(statement)) return 'forward';
      proxy.onClientData = () => 'forward';
      resolve();
      return 'swallow';
    };
  });
}

/** Bets on all the sessions at once; each answer with how long it took. */
function betOnAll(sessionIds: readonly string[], name: string): Promise<{ answer: Answer; ms: number }[]> {
  return Promise.all(
    sessionIds.map(async (sessionId, index) => {
      const startedAt = performance.now();
      const answer = await debit(server.url, sessionId, `${name}-${index}`, { value: 1 }, { agent });
      return { answer, ms: performance.now() - startedAt };
    }),
  );
}

function expectAnsweredInTime(bets: readonly { answer: Answer; ms: number }[]): void {
  for (const { answer, ms } of bets) {
    expect([201, 500]).toContain(answer.status);
    expect(ms).toBeLessThan(LIMIT_MS);
  }
}

describe('a database connection that becomes silent', () => {
  it.each([
    ['while it is set up', 'SET SESSION'],
    ['with rows locked', 'INSERT INTO movements'],
    ['at its commit', 'COMMIT'],
  ])('%s: bets are answered in time and are booked once, and the server can stop', async (_, statement) => {
    const wallets = ['a', 'b', 'c', 'd'];
    const ids = await Promise.all(wallets.map((walletId) => openFundedSession(server.url, walletId)));
    const sessionIds = Array.from({ length: 16 }, (_, index) => ids[index % ids.length]!);
    await betOnAll(sessionIds, 'before');

    const silent = silenceAt(statement);
    if (statement === 'SET SESSION') proxy.cut(); // so that new connections are made
    const bets = await betOnAll(sessionIds, 'during');
    await silent;
    expectAnsweredInTime(bets);

    expect((await debit(server.url, ids[0]!, 'later')).status).toBe(201);
    for (const { answer } of await betOnAll(sessionIds, 'during')) {
      if (answer.status !== 201) expect(answer.body).toMatchObject({ code: 1003 });
    }
    const [row] = await query<{ n: number }>(
      database.url,
      `SELECT COUNT(*) AS n FROM movements WHERE external_reference LIKE 'during-%'`,
    );
    expect(row?.n).toBe(16);
    expect(await totalOf(server.url, 'b')).toBe(100 - 2 * 4);

    const silentAgain = silenceAt(statement);
    if (statement === 'SET SESSION') proxy.cut();
    const inFlight = betOnAll(sessionIds, 'at-the-end');
    await silentAgain;
    const signalledAt = performance.now();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalledAt).toBeLessThan(LIMIT_MS);
    expectAnsweredInTime(await inFlight);
    expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
  });

  it('holds up no bet that another connection can take', async () => {
    const id = await openFundedSession(server.url, 'a');
    const silent = silenceAt('FROM `wallets`');
    void totalOf(server.url, 'a').catch(() => undefined);
    await silent;
    const startedAt = performance.now();
    expect((await debit(server.url, id, 'beside')).status).toBe(201);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
