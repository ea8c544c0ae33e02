import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countsOf } from '../support/answers.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import {
  type Answer,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';

/** SQLite has one server process, MySQL any number. */
const PROCESSES = ENGINE === 'mysql' ? 2 : 1;

let database: TestDatabase;
let servers: ServerProcess[];

beforeAll(async () => {
  database = await createTestDatabase();
  servers = await Promise.all(Array.from({ length: PROCESSES }, () => ServerProcess.start(database.url)));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill('SIGTERM')));
  await database.drop();
});

const urlOf = (index: number): string => servers[index % PROCESSES]!.url;
const many = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));
describe(`${PROCESSES} server process(es)`, () => {
  it('of 50 parallel bets of which the balance pays 20, exactly 20 succeed', async () => {
    for (const walletId of ['hot-1', 'hot-2', 'hot-3']) {
      const id = await openFundedSession(urlOf(0), walletId, { real: 150, bonus: 50 });
      const answers = await many(50, (index) => debit(urlOf(index), id, `${walletId}-${index}`));
      expect(countsOf(answers)).toEqual({ '201': 20, '400/1007': 30 });
      expect(await totalOf(urlOf(0), walletId)).toBe(0);
    }
  });

  it('of 30 copies of one bet, and 30 more over two sessions, one is booked and no answer is a 5xx', async () => {
    const id = await openFundedSession(urlOf(0), 'copies');
    const other = sessionIdOf(await openSession(urlOf(1), 'copies'));
    const foreign = await openFundedSession(urlOf(0), 'copies-foreign');
    const one = await many(30, (index) => debit(urlOf(index), id, 'copy'));
    expect(countsOf(one)).toEqual({ '201': 1, '400/1003': 29 });
    const two = await many(30, (index) => debit(urlOf(index), index % 2 ? id : other, 'copy-two'));
    expect(countsOf(two)).toEqual({ '201': 1, '400/1003': 29 });
    const three = await many(30, (index) => debit(urlOf(index), index % 2 ? id : foreign, 'copy-three'));
    expect(countsOf(three)).toEqual({ '201': 1, '400/1003': 29 });
    const sum = (await totalOf(urlOf(0), 'copies')) + (await totalOf(urlOf(0), 'copies-foreign'));
    expect(sum).toBe(200 - 30);
  });

  it('a bet and its rollback racing, in either order: the balance ends where it began', async () => {
    const id = await openFundedSession(urlOf(0), 'race');
    const seen = new Set<string>();
    for (let round = 0; round < 60; round += 1) {
      const bet = (): Promise<Answer> => debit(urlOf(round), id, `race-bet-${round}`);
      const back = (): Promise<Answer> =>
        rollback(urlOf(round + 1), id, `race-back-${round}`, `race-bet-${round}`);
      const [first, second] = await Promise.all(round % 2 ? [bet(), back()] : [back(), bet()]);
      const outcome = Object.keys(countsOf([first, second]))
        .sort()
        .join(' ');
      seen.add(outcome);
      expect(['200 201', '400/1002']).toContain(outcome);
      expect(await totalOf(urlOf(0), 'race')).toBe(100);
    }
    expect(seen.size).toBeGreaterThan(0);
  });

  it('two rollbacks of one bet racing refund once', async () => {
    const id = await openFundedSession(urlOf(0), 'refund');
    for (let round = 0; round < 20; round += 1) {
      await debit(urlOf(round), id, `refund-bet-${round}`);
      const answers = await many(6, (index) =>
        rollback(urlOf(index), id, `refund-back-${round}-${index}`, `refund-bet-${round}`),
      );
      expect(countsOf(answers)).toEqual({ '200': 1, '400/1003': 5 });
    }
    expect(await totalOf(urlOf(0), 'refund')).toBe(100);
  });

  it('bets and a close racing: every bet is booked before the close or refused after it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const id = await openFundedSession(urlOf(0), `closing-${round}`);
      const [close, ...bets] = await Promise.all([
        closeSession(urlOf(0), id),
        ...Array.from({ length: 9 }, (_, index) => debit(urlOf(index), id, `closing-${round}-${index}`)),
      ]);
      expect(close.status).toBe(200);
      const booked = countsOf(bets)['201'] ?? 0;
      expect(booked + (countsOf(bets)['400/1004'] ?? 0)).toBe(9);
      expect(await totalOf(urlOf(0), `closing-${round}`)).toBe(100 - booked * 10);
    }
  });

  it('many wallets at once, every kind of movement: numbers without a gap, sums that agree', async () => {
    const ids = await many(8, (index) =>
      openFundedSession(urlOf(index), `mixed-${index}`, { real: 50, bonus: 50 }),
    );
    await many(400, async (index) => {
      const id = ids[index % 8]!;
      const reference = `mixed-${index % 200}`;
      if (index % 5 === 4) return rollback(urlOf(index), id, `back-${index}`, `mixed-${(index - 4) % 200}`);
      return index % 3 === 0 ? credit(urlOf(index), id, reference) : debit(urlOf(index), id, reference);
    });
    const rows = await query<{ wallet_id: string; n: unknown; last: unknown; delta: unknown }>(
      database.url,
      `SELECT wallet_id, COUNT(*) AS n, MAX(seq) AS last, SUM(real_delta_minor + bonus_delta_minor) AS delta
       FROM movements WHERE wallet_id LIKE 'mixed-%' GROUP BY wallet_id`,
    );
    expect(rows).toHaveLength(8);
    for (const { wallet_id: walletId, n, last, delta } of rows) {
      expect(Number(n)).toBe(Number(last));
      expect(Math.round((await totalOf(urlOf(0), walletId)) * 100)).toBe(Number(delta));
    }
  });
});
