import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { callOperator, debit, openFundedSession } from '../support/gpas.js';
import { insertManyBets } from '../support/many-movements.js';
import { ServerProcess } from '../support/server.js';

const CONNECTIONS = 32;
const OLD_BETS = 5_000;
const OLD_DAY = '2020-01-01';
/** After so many it is over: a search that walks on while bets come faster than its pages would have no end. */
const BETS = 1_000;

let database: TestDatabase;
let server: ServerProcess;
const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const sessionIds: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await ServerProcess.start(database.url);
  for (let index = 0; index < 16; index += 1) {
    sessionIds.push(await openFundedSession(server.url, `reader-${index}`, { real: 100_000 }));
  }
  await insertManyBets(database.url, {
    name: 'old',
    walletId: 'reader-0',
    count: OLD_BETS,
    at: `${OLD_DAY} 12:00:00.000`,
  });
});
afterAll(async () => {
  agent.destroy();
  await server.kill('SIGTERM');
  await database.drop();
});

type Row = Readonly<Record<string, unknown>>;
const today = (): string => new Date().toISOString().slice(0, 10);

async function get(target: string): Promise<{ data: Row[]; next: string | null; text: string }> {
  const { status, text, body } = await callOperator(server.url, 'GET', target);
  if (status !== 200) throw new Error(`${target}: ${status} ${text}`);
  return { ...(body as { data: Row[]; next: string | null }), text };
}

const bets = async (date: string, game: string): Promise<unknown> => {
  const { data } = await get(`/operator/reconciliation?date=${date}`);
  return data.find(({ gameId }) => gameId === game)?.['betCount'] ?? 0;
};

async function export_(game: string): Promise<string[]> {
  const { status, text } = await callOperator(server.url, 'GET', `/operator/movements/export?gameId=${game}`);
  expect(status).toBe(200);
  return text.trimEnd().split('\r\n').slice(1);
}

/** Every reference of a game, walked page by page. */
async function search(game: string): Promise<string[]> {
  const found: string[] = [];
  for (let after = ''; ;) {
    const { data, next } = await get(`/operator/movements?gameId=${game}&kind=DEBIT${after}`);
    found.push(...data.map(({ externalReference }) => String(externalReference)));
    if (next === null) return found;
    after = `&after=${next}`;
  }
}

describe(`while ${CONNECTIONS} connections play`, () => {
  it('search, export and report answer right, again and again, and play goes on', async () => {
    const answered: string[] = [];
    const latencies: number[] = [];
    let sent = 0;
    const isOver = (): boolean => answered.length >= BETS;
    const players = Array.from({ length: CONNECTIONS }, async (_, player) => {
      for (let turn = player; !isOver(); turn += CONNECTIONS) {
        const [session, reference] = [sessionIds[turn % sessionIds.length] ?? '', `play-${(sent += 1)}`];
        const startedAt = performance.now();
        const { status, text } = await debit(
          server.url,
          session,
          reference,
          { value: 1, gameid: 'new' },
          { agent },
        );
        if (status !== 201) throw new Error(`${status} ${text}`);
        latencies.push(performance.now() - startedAt);
        answered.push(reference);
      }
    });
    const readers = [
      async () => {
        const before = answered.length;
        const count = Number(await bets(today(), 'new'));
        expect(count).toBeGreaterThanOrEqual(before);
        expect(count).toBeLessThanOrEqual(sent);
        expect(await bets(OLD_DAY, 'old')).toBe(OLD_BETS);
      },
      async () => {
        const before = [...answered];
        const found = await search('new');
        expect(new Set(found).size).toBe(found.length);
        const all = new Set(found);
        expect(before.filter((reference) => !all.has(reference))).toEqual([]);
      },
      async () => {
        const rows = await export_('old');
        expect(new Set(rows.map((row) => row.split(',')[11])).size).toBe(OLD_BETS);
      },
    ].map(async (read) => {
      do await read();
      while (!isOver());
    });
    await Promise.all([...players, ...readers]);
    expect(await bets(today(), 'new')).toBe(answered.length);
    const slowest = Math.max(...latencies);
    expect(slowest).toBeLessThan(5_000);
  });
});
