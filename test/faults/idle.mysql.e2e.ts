import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { balance, callOperator, debit, openFundedSession, send } from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { type RunningApp, startApp } from '../support/server.js';
import { TcpProxy, type Verdict } from '../support/tcp-proxy.js';

/*
 * After a quiet hour: what stands between the server and its database has forgotten their connections. A pool that is
 * idle for a second stands for it.
 */

const IDLE_MS = 1_100;

let database: TestDatabase;
let proxy: TcpProxy;
let server: RunningApp;
let session: string;
let lastConnection = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  server = await startApp({ database: { ...database, url: proxy.through(database.url) } });
  session = await openFundedSession(server.url, 'w');
});
beforeEach(async () => {
  proxy.onClientData = (_, connectionId) => {
    lastConnection = Math.max(lastConnection, connectionId);
    return 'forward';
  };
  // Every connection of the pool is made, and used.
  await Promise.all(Array.from({ length: 40 }, () => callOperator(server.url, 'GET', '/operator/wallets')));
  await sleep(IDLE_MS);
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.drop();
});

it.each<Verdict>(['cut-before', 'swallow'])(
  'the first calls on connections that are gone (%s) are answered as all others, and soon',
  async (verdict) => {
    const gone = lastConnection;
    expect(gone).toBeGreaterThanOrEqual(8); // all but those that are kept for commits
    proxy.onClientData = (_, connectionId) => (connectionId <= gone ? verdict : 'forward');
    const startedAt = performance.now();
    const statuses = async (calls: Promise<{ status: number }>[]): Promise<number[]> =>
      (await Promise.all(calls)).map(({ status }) => status);
    const name = `${verdict}-${gone}`;
    expect(
      await statuses([
        debit(server.url, session, name, { value: '1' }),
        balance(server.url, session),
        callOperator(server.url, 'GET', '/operator/wallets/w'),
        callOperator(server.url, 'PUT', '/operator/games/agt-1', {
          name,
          providerCode: 'AGT',
          enabled: true,
        }),
        send(server.url, { method: 'GET', target: '/health/ready' }),
      ]),
    ).toEqual([201, 200, 200, 200, 200]);
    expect(performance.now() - startedAt).toBeLessThan(2_400); // less than one statement that is waited for
  },
);
