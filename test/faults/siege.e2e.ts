import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { callOperator, send, totalOf } from '../support/gpas.js';
import { until } from '../support/load.js';
import { insertManyBets } from '../support/many-movements.js';
import { rounds } from '../support/rounds.js';
import { ServerProcess } from '../support/server.js';
import { Players } from '../support/siege/players.js';
import { Siege, type Told } from '../support/siege/siege.js';
import { findingsIn } from '../support/verify-ledger.js';

const SECONDS = rounds(6);
/** Before a release, on a machine that does nothing else. What runs beside other tests has a fraction of a processor. */
const IS_MEASURED = rounds(1) >= 10;
const CALLS_PER_SECOND = IS_MEASURED ? 200 : 100;
const MAX_MS = IS_MEASURED ? 1_000 : 30_000;
const WALLETS = 50;
const OLD_BETS = 20_000;
const MAX_RSS_MB = 400;
const LINES_A_MINUTE = 60;

let database: TestDatabase;
let server: ServerProcess;
let players: Players;
let told: Told;
let siege: Siege | undefined;
let maxRssMb = 0;
let firstLine: number;
let minutes: number;

const rssMbOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await ServerProcess.start(database.url, { NODE_OPTIONS: '--max-old-space-size=256' });
  players = await Players.seat(server.url, WALLETS);
  await players.warmUp(1_000);
  const old = { name: 'old', walletId: 'besieged-0', count: OLD_BETS, at: '2020-01-01 12:00:00.000' };
  await insertManyBets(database.url, old);
  firstLine = server.output.length;
  const looking = setInterval(() => {
    maxRssMb = Math.max(maxRssMb, rssMbOf(server.child.pid!));
  }, 100);
  siege = Siege.begin(server.url);
  const startedAt = performance.now();
  await players.play(CALLS_PER_SECOND, SECONDS);
  minutes = Math.ceil((performance.now() - startedAt) / 60_000) + 1;
  told = await siege.end();
  clearInterval(looking);
}, 300_000);
afterAll(async () => {
  siege?.kill();
  await server.kill('SIGTERM');
  await database.drop();
});

describe(`${CALLS_PER_SECOND} calls a second in the middle of every flood at once`, () => {
  it('are answered as ever, each in time', () => {
    const { calls } = players;
    expect(calls).toHaveLength(CALLS_PER_SECOND * SECONDS);
    const good: Record<string, string> = {
      debit: '201',
      credit: '201',
      open: '201',
      close: '200',
      balance: '200',
    };
    expect(calls.filter(({ name, end }) => end !== good[name])).toEqual([]);
    const slowest = Math.max(...calls.map(({ ms }) => ms));
    expect(slowest).toBeLessThan(MAX_MS);
  });

  it('are sent while all that is sent', () => {
    const late = Object.entries(told).filter(([, { sent }]) => sent < 2);
    expect(late).toEqual([]);
  });

  it('and the floods leave the memory bounded', () => {
    expect(maxRssMb).toBeLessThan(MAX_RSS_MB);
  });

  it('have their lines in the log, and each flood a few', async () => {
    const linesNow = (): Record<string, unknown>[] =>
      server.output.slice(firstLine).map((line) => JSON.parse(line) as Record<string, unknown>);
    const isSigned = ({ parentSystemId, code }: Record<string, unknown>): boolean =>
      parentSystemId !== undefined && code !== 1006;
    await until(() => linesNow().filter(isSigned).length >= players.calls.length);
    const lines = linesNow();
    const floods = lines.filter((line) => {
      const { context, status, operatorKeyId } = line;
      return context === 'Access' && status !== undefined && operatorKeyId === undefined && !isSigned(line);
    });
    const counts: Record<string, number> = {};
    for (const { status, code } of floods) {
      const kind = `${String(status)} ${String(code)}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    expect(Object.keys(counts).length).toBeGreaterThanOrEqual(2);
    expect(Object.entries(counts).filter(([, count]) => count > (LINES_A_MINUTE + 1) * minutes)).toEqual([]);
    expect(lines.filter(({ context }) => context === 'FailedCalls').length).toBeLessThanOrEqual(minutes);
  });

  it('leave every wallet with what it must have, and a ledger in which all agrees', async () => {
    for (const [walletId, expected] of players.expected)
      expect([walletId, await totalOf(server.url, walletId)]).toEqual([walletId, expected]);
    await query(database.url, `DELETE FROM movements WHERE game_id = 'old'`);
    expect(await findingsIn(database.url)).toEqual([]);
    expect((await send(server.url, { method: 'GET', target: '/health/ready' })).status).toBe(200);
    expect((await callOperator(server.url, 'GET', '/metrics')).status).toBe(200);
  });
});
