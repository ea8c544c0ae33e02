import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { callOperator, credit, debit, openFundedSession, rollback } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

const HOUR_MS = 3_600_000;
const CLOCK = pathToFileURL(join(import.meta.dirname, '../support/shifted-clock.js')).href;

let database: TestDatabase;
const servers: ServerProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill('SIGTERM');
  await database.drop();
});

async function start(shifts: Record<string, number>): Promise<ServerProcess> {
  const env = Object.entries(shifts).map(([name, value]) => [name, String(value)]);
  const server = await ServerProcess.start(database.url, {
    NODE_OPTIONS: `--import ${CLOCK}`,
    ...(Object.fromEntries(env) as Record<string, string>),
  });
  servers.push(server);
  return server;
}

/** One of each kind, on a session that is open. */
async function playOn(url: string, sessionId: string, name: string): Promise<void> {
  expect((await debit(url, sessionId, `${name}-bet`, { value: 1 })).status).toBe(201);
  expect((await credit(url, sessionId, `${name}-win`, { value: 2 })).status).toBe(201);
  expect((await rollback(url, sessionId, `${name}-back`, `${name}-bet`)).status).toBe(200);
  const payment = { externalReference: `${name}-in`, value: 5, subWallet: 'REAL' };
  expect((await callOperator(url, 'POST', '/operator/wallets/w/deposits', payment)).status).toBe(201);
}

/** The references of the wallet in the order of their numbers, of their ids and of their instants. */
async function orders(): Promise<string[][]> {
  const by = async (columns: string): Promise<string[]> => {
    const rows = await query<{ external_reference: string }>(
      database.url,
      `SELECT external_reference FROM movements WHERE wallet_id = 'w' ORDER BY ${columns}`,
    );
    return rows.map((row) => row.external_reference);
  };
  // The second column would turn the order of equal instants round.
  return [await by('seq'), await by('id'), await by('created_at, seq DESC')];
}

async function expectOneOrder(url: string, since: Date): Promise<void> {
  const [numbers, ids, instants] = await orders();
  expect(numbers!.length).toBeGreaterThanOrEqual(8);
  expect(ids).toEqual(numbers);
  expect(instants).toEqual(numbers);
  const found = await callOperator(
    url,
    'GET',
    `/operator/wallets/w/movements?limit=100&from=${since.toISOString()}`,
  );
  const { data } = found.body as { data: { externalReference: string }[] };
  expect(data.map(({ externalReference }) => externalReference)).toEqual([...numbers!].reverse());
  const searched = await callOperator(
    url,
    'GET',
    `/operator/movements?limit=100&from=${since.toISOString()}`,
  );
  const all = (searched.body as { data: { walletId: string }[] }).data;
  expect(all.filter(({ walletId }) => walletId === 'w')).toHaveLength(numbers!.length);
  expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
}

/** How far the server finds its clock from the database's, in seconds. */
async function differenceOf(url: string): Promise<number> {
  const { text } = await callOperator(url, 'GET', '/metrics');
  return Number(/^oas_clock_difference_seconds (\S+)$/m.exec(text)?.[1]);
}

describe('a clock', () => {
  it('that is set back by an hour leaves one order, and a report by time misses nothing', async () => {
    const since = new Date();
    const { url, child } = await start({ CLOCK_SHIFT_ON_SIGNAL_MS: -HOUR_MS });
    const id = await openFundedSession(url, 'w');
    await playOn(url, id, 'before');
    child.kill('SIGUSR2');
    await playOn(url, id, 'after');
    await expectOneOrder(url, since);
  });

  it('that is behind at the start is told, in the log and in the metrics, one that agrees is not; both leave one order', async () => {
    const since = new Date();
    const right = await start({});
    expect(right.output.join('\n')).not.toContain('This clock is');
    expect(Math.abs(await differenceOf(right.url))).toBeLessThan(1);
    const id = await openFundedSession(right.url, 'w');
    await playOn(right.url, id, 'right');
    if (ENGINE === 'sqlite') await servers.pop()!.kill('SIGTERM'); // one process has the file
    const { url, output } = await start({ CLOCK_SHIFT_MS: -HOUR_MS });
    await playOn(url, id, 'behind');
    if (ENGINE === 'mysql') await playOn(right.url, id, 'right-again');
    await expectOneOrder(url, since);
    expect(output.join('\n')).toMatch(/This clock is 3(600|599)\.\d s behind the database's/);
    expect(await differenceOf(url)).toBeCloseTo(-3_600, 0);
  });
});
