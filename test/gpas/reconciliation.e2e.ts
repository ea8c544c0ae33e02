import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ReconciliationService, UnitOfWork } from '../support/application.js';
import { ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  callOperator,
  credit,
  debit,
  OPERATOR_KEY,
  openFundedSession,
  rollback,
  send,
} from '../support/gpas.js';
import { Load } from '../support/load.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Row {
  readonly date: string;
  readonly game_id: string;
  readonly currency: string;
  readonly [name: string]: unknown;
}

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

function report(text: string, key = OPERATOR_KEY): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}` };
  return send(server.url, { method: 'GET', target: `/reconciliation?${text}`, headers });
}

async function rowsOf(text: string): Promise<Row[]> {
  const answer = await report(text);
  expect([answer.status, (answer.body as { status: string }).status]).toEqual([200, 'success']);
  return (answer.body as { data: Row[] }).data;
}

const today = (): string => new Date().toISOString().slice(0, 10);

let made = 0;
/** A movement of another time, which no call can make. */
async function insert(movement: {
  at: string;
  kind?: string;
  gameId?: string | null;
  walletId?: string;
  amountMinor?: bigint;
  delta?: bigint;
}): Promise<void> {
  const { at, kind = 'DEBIT', gameId = 'old-1', walletId = 'euros', amountMinor = 100n } = movement;
  const id = `old-${(made += 1)}`;
  const delta = movement.delta ?? (kind === 'CREDIT' ? amountMinor : -amountMinor);
  await query(
    server.database.url,
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
     VALUES (?, 'BL13GT', ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?)`,
    [id, id, kind, walletId, 1_000 + made, String(amountMinor), String(delta), gameId, at],
  );
}

describe('reconciliation', () => {
  beforeAll(async () => {
    await openFundedSession(server.url, 'euros');
    await openFundedSession(server.url, 'yens', { currency: 'JPY' });
  });

  it('is the sum of what was played, by game and currency', async () => {
    const euros = await openFundedSession(server.url, 'player-eur', { real: 1_000, bonus: 50 });
    const yens = await openFundedSession(server.url, 'player-jpy', { currency: 'JPY', real: 1_000 });
    await callOperator(server.url, 'PUT', '/operator/games/agt-54', {
      name: 'Book of Sun',
      providerCode: 'AG',
      enabled: true,
    });
    await debit(server.url, euros, 'rec-bet-1', { value: '100.50' });
    await debit(server.url, euros, 'rec-bet-2', { value: 20 });
    await debit(server.url, euros, 'rec-bet-3', { value: 5, gameid: 'agt-43' });
    await debit(server.url, euros, 'rec-bet-4', { value: 0, gameid: null });
    await credit(server.url, euros, 'rec-win-1', { value: '30.25' });
    await credit(server.url, euros, 'rec-win-2', { value: '1' });
    await rollback(server.url, euros, 'rec-back-1', 'rec-bet-2');
    await rollback(server.url, euros, 'rec-back-2', 'rec-win-2');
    await rollback(server.url, euros, 'rec-back-3', 'rec-never');
    await debit(server.url, euros, 'rec-bet-1', { value: '100.50' });
    await debit(server.url, yens, 'rec-bet-5', { value: 77 });
    const answer = await report(`date_from=${today()}&date_to=${today()}`);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const figures = {
      date: today(),
      total_bet_rollback: 0,
      total_win: 0,
      total_win_rollback: 0,
      transaction_count_win: 0,
      transaction_count_rollback: 0,
    };
    expect(answer.body).toEqual({
      status: 'success',
      data: [
        {
          ...figures,
          provider_code: 'UNKNOWN',
          game_id: 'UNKNOWN',
          game_name: 'UNKNOWN',
          currency: 'EUR',
          total_bet: 0,
          total_ggr: 0,
          transaction_count_bet: 1,
        },
        {
          ...figures,
          provider_code: 'AGT',
          game_id: 'agt-43',
          game_name: 'agt-43',
          currency: 'EUR',
          total_bet: 5,
          total_ggr: 5,
          transaction_count_bet: 1,
        },
        {
          date: today(),
          provider_code: 'AG',
          game_id: 'agt-54',
          game_name: 'Book of Sun',
          currency: 'EUR',
          total_bet: 120.5,
          total_bet_rollback: 20,
          total_win: 31.25,
          total_win_rollback: 1,
          total_ggr: 70.25,
          transaction_count_bet: 2,
          transaction_count_win: 2,
          transaction_count_rollback: 2,
        },
        {
          ...figures,
          provider_code: 'AG',
          game_id: 'agt-54',
          game_name: 'Book of Sun',
          currency: 'JPY',
          total_bet: 77,
          total_ggr: 77,
          transaction_count_bet: 1,
        },
      ],
    });
    expect(await rowsOf(`date_from=${today()}&date_to=${today()}&provider_code=AGT`)).toHaveLength(1);
  });

  it('books the last and the first millisecond of a day on their own days, and a rollback on the day it came', async () => {
    await insert({ at: '2026-01-31 23:59:59.999' });
    await insert({ at: '2026-02-01 00:00:00.000', amountMinor: 250n });
    await insert({ at: '2026-02-01 00:00:00.001', kind: 'ROLLBACK', delta: 100n });
    await insert({ at: '2026-02-02 23:59:59.999', kind: 'CREDIT', amountMinor: 1n });
    await insert({ at: '2026-02-03 00:00:00.000' });
    const rows = await rowsOf('date_from=2026-02-01&date_to=2026-02-02');
    expect(
      rows.map(({ date, total_bet, total_bet_rollback, total_win }) => [
        date,
        total_bet,
        total_bet_rollback,
        total_win,
      ]),
    ).toEqual([
      ['2026-02-01', 2.5, 1, 0],
      ['2026-02-02', 0, 0, 0.01],
    ]);
    expect(
      (await rowsOf('date_from=2026-01-31&date_to=2026-01-31')).map(({ total_bet }) => total_bet),
    ).toEqual([1]);
  });

  it('of a day without play has no rows', async () => {
    expect((await report('date_from=2025-12-25&date_to=2025-12-25')).text).toBe(
      '{"status":"success","data":[]}',
    );
  });

  it('is exact beyond 15 digits', async () => {
    for (let index = 0; index < 20; index += 1) {
      await insert({
        at: `2026-03-01 12:00:00.0${10 + index}`,
        kind: 'CREDIT',
        amountMinor: 999_999_999_999_999n,
      });
    }
    const { text } = await report('date_from=2026-03-01&date_to=2026-03-01');
    expect(text).toContain('"total_win":199999999999999.8,');
    await insert({
      at: '2026-03-01 12:00:01.000',
      kind: 'CREDIT',
      walletId: 'yens',
      amountMinor: 999_999_999_999_999n,
    });
    await insert({ at: '2026-03-01 12:00:01.000', kind: 'CREDIT', walletId: 'yens', amountMinor: 2n });
    expect((await report('date_from=2026-03-01&date_to=2026-03-01')).text).toContain(
      '"total_win":1000000000000001,',
    );
  });

  it.each([
    ['', 'date_from'],
    ['date_from=2026-02-05', 'date_to'],
    ['date_to=2026-02-05', 'date_from'],
    ['date_from=2026-02-06&date_to=2026-02-05', 'date_from must not be after date_to'],
    ['date_from=2026-02-30&date_to=2026-03-01', 'date_from must be a day'],
    ['date_from=2026-02-05T00:00:00Z&date_to=2026-02-06', 'date_from must be a day'],
    ['date_from=2026-2-5&date_to=2026-02-06', 'date_from must be a day'],
    ['date_from=2026-02-05&date_to=tomorrow', 'date_to must be a day'],
    ['date_from=2026-01-01&date_to=2026-02-01', '31 days'],
    ['date_from=0000-01-01&date_to=9999-12-31', '31 days'],
    ['date_from=2026-02-05&date_from=2026-02-05&date_to=2026-02-05', 'date_from must be one value'],
    ['date_from=2026-02-05&date_to=2026-02-05&provider_code=a%20b', 'provider_code'],
  ])('refuses %s, and says what is wrong', async (text, message) => {
    const answer = await report(text);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(message) },
    ]);
  });

  it('is for keys of the role audit, and those are for nothing else', async () => {
    const keyWith = async (roles: string[]): Promise<string> =>
      (
        (await callOperator(server.url, 'POST', '/operator/keys', { name: 'x', roles })).body as {
          key: string;
        }
      ).key;
    const range = `date_from=${today()}&date_to=${today()}`;
    expect((await report(range, await keyWith(['audit']))).status).toBe(200);
    expect((await report(range, await keyWith(['read', 'write']))).status).toBe(403);
    expect((await report(range, 'nobody')).status).toBe(401);
  });

  it('answers right while others play, and play goes on', async () => {
    const load = new Load([server.url], 16);
    const rows = await rowsOf('date_from=2026-02-01&date_to=2026-02-28');
    await load.stop();
    expect(rows.filter(({ date }) => date === '2026-02-01')).toHaveLength(1);
    expect(load.opened.length).toBeGreaterThan(10);
  });

  it('reads for one report at a time, however many ask', async () => {
    const unitOfWork = server.app.get(UnitOfWork);
    const read = unitOfWork.read.bind(unitOfWork);
    let running = 0;
    let most = 0;
    const watched = jest.spyOn(unitOfWork, 'read').mockImplementation(async (work) => {
      most = Math.max(most, (running += 1));
      return read(work).finally(() => (running -= 1));
    });
    const range = { dateFrom: '2026-02-01', dateTo: '2026-02-03' };
    const reports = await Promise.all(
      Array.from({ length: 5 }, () => server.app.get(ReconciliationService).report(range)),
    );
    watched.mockRestore();
    expect(new Set(reports.map((rows) => JSON.stringify(rows))).size).toBe(1);
    expect(most).toBe(1);
  });

  it('reads a day from its index alone', async () => {
    const where = `m.created_at >= '2026-02-01 00:00:00.000' AND m.created_at < '2026-02-01 00:05:00.000'
      AND m.kind IN ('DEBIT', 'CREDIT', 'ROLLBACK')`;
    const statement = `SELECT m.game_id, w.currency, SUM(m.amount_minor & 1),
      CASE WHEN m.real_delta_minor + m.bonus_delta_minor > 0 THEN 1 ELSE 0 END AS gave FROM movements m
      LEFT JOIN wallets w ON w.id = m.wallet_id WHERE ${where} GROUP BY m.game_id, w.currency, gave`;
    const plan = await query<Record<string, unknown>>(
      server.database.url,
      `${ENGINE === 'mysql' ? 'EXPLAIN FORMAT=TRADITIONAL' : 'EXPLAIN QUERY PLAN'} ${statement}`,
    );
    const text = JSON.stringify(plan, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).toContain('ix_movements_day');
    expect(text).toMatch(/COVERING INDEX ix_movements_day|Using (where; Using )?index/);
  });
});
