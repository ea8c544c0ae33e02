import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { balance, closeSession, debit, openFundedSession, openSession, rollback } from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { type RunningApp, startApp } from '../support/server.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** What a database a millisecond away is paid in: packets that are waited for. */
let database: TestDatabase;
let proxy: TcpProxy;
let server: RunningApp;
let sessionId: string;
let packets: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  server = await startApp({ env: { DATABASE_URL: proxy.through(database.url) } });
  sessionId = await openFundedSession(server.url, 'far-away');
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.drop();
});
beforeEach(async () => {
  await balance(server.url, sessionId); // its connection is in use and trusted, the keys are read
  await balance(server.url, sessionId);
  packets = [];
  proxy.onClientData = (chunk) => {
    packets.push(chunk.subarray(5).toString('latin1'));
    return 'forward';
  };
});

describe('the round trips', () => {
  it.each<[string, number, () => Promise<{ status: number }>]>([
    ['a bet', 2, () => debit(server.url, sessionId, 'trip-bet')],
    ['a bet that came before', 2, () => debit(server.url, sessionId, 'trip-bet')],
    ['a rollback', 2, () => rollback(server.url, sessionId, 'trip-back', 'trip-bet')],
    ['a session', 2, () => openSession(server.url, 'far-away')],
    ['a balance', 1, () => balance(server.url, sessionId)],
    ['a close of what is unknown', 2, () => closeSession(server.url, 'unknown')],
  ])('of %s are %i', async (_, most, call) => {
    const { status } = await call();
    expect(status).toBeLessThan(500);
    await sleep(20);
    // Who may call is read once a second, for all callers together.
    expect(packets.filter((text) => !text.includes('FROM `parent_system'))).toHaveLength(most);
  });

  it('of sixty-four bets at the same time are those of a few batches', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        debit(server.url, sessionId, `trip-many-${index}`, { value: '0.01' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(packets.length).toBeLessThan(64);
  });
});
