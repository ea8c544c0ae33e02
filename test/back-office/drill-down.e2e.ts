import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  callOperator,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

/** In hundredths, added up as whole numbers. */
interface Totals {
  bet: number;
  betRollback: number;
  win: number;
  winRollback: number;
  counts: string;
}
type Row = Record<string, unknown> & { sessions: string; movements: string };
interface Page {
  readonly data: Row[];
  readonly next: string | null;
}

let server: RunningApp;
const sessions: string[] = [];
const date = new Date().toISOString().slice(0, 10);
const GAMES = ['agt-1', 'agt-2', 'b/c&d-3', null];

beforeAll(async () => {
  server = await startApp();
  for (const [walletId, currency] of [
    ['ann', 'EUR'],
    ['bob', 'EUR'],
    ['kim', 'JPY'],
  ] as const) {
    sessions.push(await openFundedSession(server.url, walletId, { currency, real: 1_000, bonus: 50 }));
    sessions.push(sessionIdOf(await openSession(server.url, walletId)));
  }
  for (let index = 0; index < 90; index += 1) {
    const session = sessions[(index * 7) % sessions.length] ?? '';
    const play = index % 3 === 2 ? credit : debit;
    const gameid = GAMES[index % GAMES.length] ?? null;
    expect(
      (await play(server.url, session, `drill-${index}`, { value: 1 + (index % 5), gameid })).status,
    ).toBe(201);
    // Under the other session of the wallet, which is where it counts.
    const other = sessions[((index * 7) % sessions.length) ^ 1] ?? '';
    if (index % 8 === 0) await rollback(server.url, other, `drill-back-${index}`, `drill-${index}`);
  }
  // A free bet that is taken back: counted, and of no money.
  await debit(server.url, sessions[0] ?? '', 'drill-free', { value: 0, gameid: 'agt-1' });
  await rollback(server.url, sessions[1] ?? '', 'drill-free-back', 'drill-free');
});
afterAll(() => server.stop());

async function page(target: string): Promise<Page> {
  const { status, text, body } = await callOperator(server.url, 'GET', target);
  if (status !== 200) throw new Error(text);
  return body as Page;
}

async function all(target: string, limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ;) {
    const { data, next } = await page(`${target}&limit=${limit}${after}`);
    rows.push(...data);
    if (next === null) return rows;
    after = `&after=${next}`;
  }
}

const hundredths = (value: unknown): number => Math.round(Number(value) * 100);
const countsOf = (...counts: unknown[]): string => counts.map(Number).join(' ');

function totalsOf(row: Row): Totals {
  return {
    bet: hundredths(row['totalBet']),
    betRollback: hundredths(row['totalBetRollback']),
    win: hundredths(row['totalWin']),
    winRollback: hundredths(row['totalWinRollback']),
    counts: countsOf(row['betCount'], row['winCount'], row['rollbackCount']),
  };
}

function sumOf(parts: readonly Totals[]): Totals {
  const sum = (of: (totals: Totals) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const count = (index: number): number => sum(({ counts }) => Number(counts.split(' ')[index]));
  return {
    bet: sum(({ bet }) => bet),
    betRollback: sum(({ betRollback }) => betRollback),
    win: sum(({ win }) => win),
    winRollback: sum(({ winRollback }) => winRollback),
    counts: countsOf(count(0), count(1), count(2)),
  };
}

/** What one movement adds. */
function totalsOfMovement({ kind, value, realChange, bonusChange }: Row): Totals {
  const cents = hundredths(value);
  const gave = Number(realChange) + Number(bonusChange) > 0;
  const isRollback = kind === 'ROLLBACK';
  return {
    bet: kind === 'DEBIT' ? cents : 0,
    betRollback: isRollback && gave ? cents : 0,
    win: kind === 'CREDIT' ? cents : 0,
    winRollback: isRollback && !gave ? cents : 0,
    counts: countsOf(kind === 'DEBIT', kind === 'CREDIT', isRollback),
  };
}

describe('from a total', () => {
  it('the way leads to its sessions and from each to its movements, and every level adds up to the one above', async () => {
    const { data: rows } = await page(`/operator/reconciliation?date=${date}`);
    expect(rows.map(({ gameId, currency }) => `${String(gameId)} ${String(currency)}`)).toEqual([
      'UNKNOWN EUR',
      'UNKNOWN JPY',
      'agt-1 EUR',
      'agt-1 JPY',
      'agt-2 EUR',
      'agt-2 JPY',
      'b/c&d-3 EUR',
      'b/c&d-3 JPY',
    ]);
    const seen = new Set<unknown>();
    for (const row of rows) {
      const parts = await all(row.sessions, 1);
      expect(sumOf(parts.map(totalsOf))).toEqual(totalsOf(row));
      const ids = parts.map(({ sessionId }) => String(sessionId));
      expect(ids).toEqual([...ids].sort().reverse());
      for (const part of parts) {
        const found = await all(part.movements, 100);
        const movements = found.filter(
          ({ kind, gameId }) => kind !== 'DEPOSIT' && (gameId ?? 'UNKNOWN') === row['gameId'],
        );
        expect(sumOf(movements.map(totalsOfMovement))).toEqual(totalsOf(part));
        for (const { externalReference } of movements) seen.add(externalReference);
      }
    }
    expect(seen.size).toBe(90 + 12 + 2);
  });

  it('is the one that GPAS is told', async () => {
    const { data } = await page(`/operator/reconciliation?date=${date}&providerCode=B/C%26D`);
    const told = await page(`/reconciliation?date_from=${date}&date_to=${date}&provider_code=B/C%26D`);
    expect(data.map(({ totalGgr, gameName }) => [gameName, totalGgr])).toEqual(
      told.data.map((row) => [row['game_name'], row['total_ggr']]),
    );
    expect(data.length).toBe(2);
  });

  it('of nothing there is nothing', async () => {
    expect(await page('/operator/reconciliation?date=2020-01-01')).toEqual({ data: [] });
    const none = `/operator/reconciliation/sessions?date=${date}&gameId=agt-9&currency=EUR`;
    expect(await page(none)).toEqual({ data: [], next: null });
  });

  it.each([
    ['/operator/reconciliation', 'date'],
    ['/operator/reconciliation?date=2026-02-30', 'date must be a day'],
    ['/operator/reconciliation?date=2026-02-05&providerCode=a%20b', 'providerCode'],
    ['/operator/reconciliation/sessions?date=2026-02-05&currency=EUR', 'gameId'],
    ['/operator/reconciliation/sessions?date=2026-02-05&gameId=agt-1', 'currency'],
    ['/operator/reconciliation/sessions?date=2026-02-05&gameId=agt-1&currency=EUR&limit=0', 'limit'],
  ])('%s is refused by what is wrong', async (target, message) => {
    const { status, body } = await callOperator(server.url, 'GET', target);
    expect([status, body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(message) },
    ]);
  });
});
