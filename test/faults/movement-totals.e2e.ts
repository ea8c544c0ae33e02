import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DataSource,
  LedgerVerification,
  loadConfig,
  ReconciliationService,
  TotalsMaker,
  UnitOfWork,
} from '../support/application.js';
import { query } from '../support/databases.js';
import { callOperator } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

/*
 * The totals that are kept of hours equal the sums over the movements, whatever was booked when, whoever was killed while making
 * them and wherever the clocks stood: histories on a real database, beside a sum that the test makes by itself.
 */

const HOUR_MS = 3_600_000;
const WALLETS = { euros: 'EUR', yens: 'JPY' } as const;
const PARENT_SYSTEMS = ['BL13GT', 'SECOND'] as const;
/** Hours ago, as the histories have them: those are over and settled, whatever the time of the day is. */
const HOURS = [3, 4, 5, 6] as const;
const NOW = 0;

interface Movement {
  readonly hoursAgo: number;
  readonly kind: 'DEBIT' | 'CREDIT' | 'ROLLBACK' | 'DEPOSIT';
  readonly way: -1 | 0 | 1;
  readonly gameId: string | null;
  readonly walletId: keyof typeof WALLETS;
  readonly parentSystemId: (typeof PARENT_SYSTEMS)[number];
  /** Of whole units, in minor ones of two decimals. */
  readonly units: number;
}
const BET: Movement = {
  hoursAgo: 3,
  kind: 'DEBIT',
  way: -1,
  gameId: 'agt-1',
  walletId: 'euros',
  parentSystemId: 'BL13GT',
  units: 5,
};
type Booked = Movement & { readonly at: Date };

let server: RunningApp;
let unitOfWork: UnitOfWork;
let reconciliation: InstanceType<typeof ReconciliationService>;
let maker: InstanceType<typeof TotalsMaker>;
let booked: Booked[] = [];

beforeAll(async () => {
  server = await startApp();
  unitOfWork = server.app.get(UnitOfWork);
  reconciliation = server.app.get(ReconciliationService);
  maker = server.app.get(TotalsMaker);
  for (const [walletId, currency] of Object.entries(WALLETS)) {
    await callOperator(server.url, 'POST', '/operator/wallets', { walletId, playerId: 'p', currency });
  }
});
afterAll(() => server.stop());

beforeEach(empty);

async function empty(): Promise<void> {
  booked = [];
  for (const table of ['movements', 'movement_hours', 'movement_totals']) await run(`DELETE FROM ${table}`);
}

const run = (sql: string, values: readonly unknown[] = []): Promise<object[]> =>
  query(server.database.url, sql, values);
const textOf = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '');
const minorOf = ({ walletId, units }: Movement): number => (walletId === 'euros' ? units * 100 : units);
const inHour = (at: Date): number => Math.floor(at.getTime() / HOUR_MS);

let number = 0;
/** As whatever clock says so: an hour ago is as good as now. */
async function book(movements: readonly Movement[]): Promise<void> {
  for (const movement of movements) {
    number += 1;
    const at = new Date(Date.now() - movement.hoursAgo * HOUR_MS - (number % 7) * 60_000);
    const { kind, gameId, walletId, parentSystemId, way } = movement;
    const amount = String(minorOf(movement));
    const id = `m-${number}`;
    await run(
      `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
         real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)`,
      [id, parentSystemId, id, kind, walletId, number, amount, Number(amount) * way, gameId, textOf(at)],
    );
    booked.push({ ...movement, at });
  }
}

interface Figures {
  bet: number;
  betRollback: number;
  win: number;
  winRollback: number;
  bets: number;
  wins: number;
  rollbacks: number;
}

/** What GPAS should be told, by the plainest sum there is. */
function expected(parentSystemId?: string): Map<string, Figures> {
  const rows = new Map<string, Figures>();
  for (const movement of booked) {
    const { at, kind, way, gameId, walletId, units } = movement;
    if (kind === 'DEPOSIT' || (parentSystemId ?? movement.parentSystemId) !== movement.parentSystemId)
      continue;
    const key = [at.toISOString().slice(0, 10), gameId ?? 'UNKNOWN', WALLETS[walletId]].join(' ');
    const none = { bet: 0, betRollback: 0, win: 0, winRollback: 0, bets: 0, wins: 0, rollbacks: 0 };
    const row = rows.get(key) ?? none;
    if (kind === 'DEBIT') [row.bet, row.bets] = [row.bet + units, row.bets + 1];
    if (kind === 'CREDIT') [row.win, row.wins] = [row.win + units, row.wins + 1];
    if (kind === 'ROLLBACK') row.rollbacks += 1;
    if (kind === 'ROLLBACK' && way > 0) row.betRollback += units;
    if (kind === 'ROLLBACK' && way < 0) row.winRollback += units;
    rows.set(key, row);
  }
  return rows;
}

const day = (hoursAgo: number): string =>
  new Date(Date.now() - hoursAgo * HOUR_MS).toISOString().slice(0, 10);

async function reported(parentSystemId?: string): Promise<Map<string, Figures>> {
  const range = {
    dateFrom: day(9),
    dateTo: day(NOW),
    ...(parentSystemId === undefined ? {} : { parentSystemId }),
  };
  return new Map(
    (await reconciliation.report(range)).map((row) => [
      [row.date, row.gameId, row.currency].join(' '),
      {
        bet: Number(row.totalBet),
        betRollback: Number(row.totalBetRollback),
        win: Number(row.totalWin),
        winRollback: Number(row.totalWinRollback),
        bets: row.betCount,
        wins: row.winCount,
        rollbacks: row.rollbackCount,
      },
    ]),
  );
}

async function findings(): Promise<string[]> {
  const verification = new LedgerVerification(server.app.get(DataSource), {
    key: null,
    onProgress: () => undefined,
  });
  const lines: string[] = [];
  for await (const { subject, problem } of verification.run()) {
    if (subject.startsWith('totals')) lines.push(`${subject}: ${problem}`);
  }
  return lines;
}

async function expectExact(): Promise<void> {
  for (const parentSystemId of [undefined, ...PARENT_SYSTEMS]) {
    expect(await reported(parentSystemId)).toEqual(expected(parentSystemId));
  }
}

/** Each hour's age has tripled. */
const grow = (): Promise<object[]> => run(`UPDATE movement_hours SET due_at = '2000-01-01 00:00:00.000'`);

/** A server that is killed at its `left`-th use of the database: before it, or when the database has done it. */
class Mortal extends UnitOfWork {
  private left = Infinity;
  private isDone = false;

  dieAt(uses: number, isDone: boolean): void {
    [this.left, this.isDone] = [uses, isDone];
  }

  override read<T>(work: Parameters<UnitOfWork['read']>[0]): Promise<T> {
    return this.use(() => super.read(work) as Promise<T>);
  }

  override write<T>(work: Parameters<UnitOfWork['write']>[0]): Promise<T> {
    return this.use(() => super.write(work) as Promise<T>);
  }

  private async use<T>(work: () => Promise<T>): Promise<T> {
    this.left -= 1;
    if (this.left > 0) return work();
    if (this.isDone && this.left === 0) await work();
    throw new Error('killed');
  }
}

/** One that stops for long when it is about to keep what it found of the first hour. */
class Slow extends UnitOfWork {
  goOn = (): void => undefined;
  private arrive = (): void => undefined;
  readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));
  private readonly gate = new Promise<void>((resolve) => (this.goOn = resolve));
  /** The hour is listed, taken on and kept. */
  private writes = 0;

  override async write<T>(work: Parameters<UnitOfWork['write']>[0]): Promise<T> {
    this.writes += 1;
    if (this.writes === 3) {
      this.arrive();
      await this.gate;
    }
    return super.write(work) as Promise<T>;
  }
}

const config = (): ReturnType<typeof loadConfig> =>
  loadConfig({ NODE_ENV: 'test', DATABASE_URL: server.database.url });

async function killed(uses: number, isDone: boolean): Promise<void> {
  const mortal = new Mortal(server.app.get(DataSource), config());
  mortal.dieAt(uses, isDone);
  await new TotalsMaker(mortal).bringUpToDate().catch((error: unknown) => {
    expect((error as Error).message).toBe('killed');
  });
}

/** Hours that have totals and do not know of all their movements. */
async function staleHours(): Promise<number[]> {
  const rows = (await run('SELECT hour, movements FROM movement_hours WHERE checked_at IS NOT NULL')) as {
    hour: string | Date;
    movements: number;
  }[];
  return rows.flatMap(({ hour, movements }) => {
    const at = inHour(hour instanceof Date ? hour : new Date(`${hour.replace(' ', 'T')}Z`));
    const there = booked.filter(
      (movement) => movement.kind !== 'DEPOSIT' && inHour(movement.at) === at,
    ).length;
    return there === movements ? [] : [at];
  });
}

const movement = fc
  .record({
    hoursAgo: fc.constantFrom(...HOURS, NOW),
    what: fc.constantFrom<Pick<Movement, 'kind' | 'way'>>(
      { kind: 'DEBIT', way: -1 },
      { kind: 'DEBIT', way: 0 },
      { kind: 'CREDIT', way: 1 },
      { kind: 'ROLLBACK', way: 1 },
      { kind: 'ROLLBACK', way: -1 },
      { kind: 'ROLLBACK', way: 0 },
      { kind: 'DEPOSIT', way: 1 },
    ),
    gameId: fc.constantFrom('agt-1', 'agt-2', null),
    walletId: fc.constantFrom('euros' as const, 'yens' as const),
    parentSystemId: fc.constantFrom(...PARENT_SYSTEMS),
    units: fc.nat(1_000),
  })
  .map(({ what, ...rest }): Movement => ({ ...rest, ...what, units: what.way === 0 ? 0 : rest.units }));

/** What may happen, and what it is called when a history is shown. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(movement, { minLength: 1, maxLength: 4 }).map((movements) => ({ movements })),
  },
  { weight: 2, arbitrary: fc.constant({ pass: 1 }) },
  { weight: 1, arbitrary: fc.constant({ pass: 2 }) },
  { weight: 2, arbitrary: fc.constant({ grow: true }) },
  { weight: 3, arbitrary: fc.record({ killedAt: fc.integer({ min: 1, max: 40 }), isDone: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ clockWasAhead: true }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(step: Step): Promise<void> {
  if ('movements' in step) await book(step.movements);
  else if ('pass' in step) {
    const others = Array.from({ length: step.pass - 1 }, () => new TotalsMaker(unitOfWork));
    await Promise.all([maker, ...others].map((each) => each.bringUpToDate()));
  } else if ('grow' in step) await grow();
  else if ('killedAt' in step) await killed(step.killedAt, step.isDone);
  else {
    // The database's clock was far ahead when hours were made; then it was set right.
    await run(
      `UPDATE movement_hours SET checked_at = '2099-01-01 00:00:00.000', due_at = '2099-01-02 00:00:00.000'`,
    );
  }
}

describe('the totals of hours', () => {
  it('are the sums over the movements after any history, and exact at once where nothing came late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (history) => {
        await empty();
        for (const step of history) {
          await take(step);
          if ((await staleHours()).length === 0) await expectExact();
        }
        // Whoever was killed is waited for no longer, and every hour is looked at again.
        await grow();
        await maker.bringUpToDate();
        await expectExact();
        expect(await findings()).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it('are what is answered of an hour that has them, and of no other', async () => {
    await book([BET, { ...BET, hoursAgo: NOW }]);
    await maker.bringUpToDate();
    await expectExact();
    await run('UPDATE movement_totals SET amount_low = amount_low + 100');
    const total = [...(await reported()).values()].reduce((all, { bet }) => all + bet, 0);
    expect(total).toBe(11);
    expect(await findings()).toEqual([
      expect.stringMatching(
        /^totals of \S+ \S+: BET agt-1 EUR 2 BL13GT: 1 of 500 minor units, kept as 1 of 600 minor units; npm run totals:rebuild -- --from \S+ --to \S+ makes them again$/,
      ),
    ]);
    await maker.rebuild(undefined, () => undefined);
    await expectExact();
    expect(await findings()).toEqual([]);
  });

  it('are of an hour that is over for a quarter of an hour, by the clock of the database', async () => {
    const now = Date.now();
    await run(
      `INSERT INTO movement_hours (hour, movements, checked_at, due_at) VALUES (?, 0, ?, ?)`,
      [now - (now % HOUR_MS), now + HOUR_MS, now + 2 * HOUR_MS].map((at) => textOf(new Date(at))),
    );
    await maker.bringUpToDate();
    const [row] = (await run('SELECT checked_at FROM movement_hours')) as { checked_at: unknown }[];
    expect(row?.checked_at).toBeNull();
  });

  it('that a server found before another did are not kept', async () => {
    // In the latest hour that is settled, which is taken on first.
    const settled = Math.floor((Date.now() - HOUR_MS / 4) / HOUR_MS) * HOUR_MS;
    const bet: Movement = { ...BET, hoursAgo: (Date.now() - settled) / HOUR_MS + 0.5 };
    await book([bet]);
    const slow = new Slow(server.app.get(DataSource), config());
    const made = new TotalsMaker(slow).bringUpToDate();
    await slow.arrived; // with what it found, before it keeps it
    await book([{ ...bet, units: 70 }]);
    await grow();
    await maker.bringUpToDate();
    slow.goOn();
    await made;
    expect(await staleHours()).toEqual([]);
    await expectExact();
  });

  it('of amounts that 64 bits cannot add up are exact', async () => {
    const most = 999_999_999_999_999;
    const at = textOf(new Date(Date.now() - 5 * HOUR_MS));
    for (let index = 0; index < 20; index += 1) {
      await run(
        `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
           real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
         VALUES (?, 'BL13GT', ?, 'DEBIT', 'yens', ?, ?, ?, 0, 0, 0, 'agt-1', ?)`,
        [`big-${index}`, `big-${index}`, 10_000 + index, String(most), String(-most), at],
      );
    }
    await maker.bringUpToDate();
    const [row] = await reconciliation.report({ dateFrom: day(5), dateTo: day(5) });
    expect(String(row?.totalBet)).toBe(String(BigInt(most) * 20n));
  });
});
