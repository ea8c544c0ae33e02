import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { UnitOfWork } from '../support/application.js';
import { ENGINE, query } from '../support/databases.js';
import {
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { insertManyBets } from '../support/many-movements.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Row {
  readonly movementId: string;
  readonly externalReference: string;
  readonly [name: string]: unknown;
}
interface Page {
  readonly data: Row[];
  readonly next: string | null;
}

let server: RunningApp;
let first: string;
let second: string;
beforeAll(async () => {
  server = await startApp();
  first = await openFundedSession(server.url, 'ann', { real: 100, bonus: 20 });
  second = sessionIdOf(await openSession(server.url, 'ann'));
  const bob = await openFundedSession(server.url, 'bob', { currency: 'JPY' });
  await debit(server.url, first, 'bet-1', { value: '110', gameid: 'agt-1' });
  await credit(server.url, second, 'win-1', { value: '5', gameid: 'agt-2' });
  await rollback(server.url, second, 'back-1', 'bet-1');
  await debit(server.url, bob, 'bet-2', { gameid: 'agt-1' });
  await closeSession(server.url, second);
});
afterAll(() => server.stop());

async function page(target: string): Promise<Page> {
  const answer = await callOperator(server.url, 'GET', target);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body as Page;
}
const references = async (target: string): Promise<string[]> =>
  (await page(target)).data.map(({ externalReference }) => externalReference);

/** Every row of a list, `limit` at a time. */
async function walk(
  target: string,
  limit: number,
  meanwhile = (): Promise<unknown> => Promise.resolve(),
): Promise<Row[]> {
  const rows: Row[] = [];
  let after = '';
  for (let pages = 0; pages < 1_000; pages += 1) {
    const { data, next } = await page(`${target}${target.includes('?') ? '&' : '?'}limit=${limit}${after}`);
    rows.push(...data);
    if (next === null) return rows;
    after = `&after=${next}`;
    await meanwhile();
  }
  throw new Error('the list does not end');
}

describe('movements', () => {
  it('of a wallet are in its exact order, latest first, with what each changed', async () => {
    const { data, next } = await page('/operator/wallets/ann/movements');
    expect(next).toBeNull();
    expect(data.map(({ seq, kind }) => `${String(seq)} ${String(kind)}`)).toEqual([
      '5 ROLLBACK',
      '4 CREDIT',
      '3 DEBIT',
      '2 DEPOSIT',
      '1 DEPOSIT',
    ]);
    const [back, , bet] = data;
    expect(bet).toMatchObject({
      walletId: 'ann',
      value: 110,
      currency: 'EUR',
      realChange: -100,
      bonusChange: -10,
      leftBalance: 10,
      parentSystemId: 'BL13GT',
      externalReference: 'bet-1',
      sessionId: first,
      gameId: 'agt-1',
      rollsBack: null,
      rolledBackBy: back?.movementId,
      tags: { gpasSessionId: 'gpas-1', gameid: 'agt-1' },
    });
    expect(back).toMatchObject({
      realChange: 100,
      bonusChange: 10,
      rollsBack: bet?.movementId,
      gameId: 'agt-1',
    });
  });

  it('are found by reference, session, game and kind, alone and together', async () => {
    expect(await references('/operator/movements?externalReference=bet-1')).toEqual(['bet-1']);
    expect(await references('/operator/movements?externalReference=ann-REAL')).toEqual(['ann-REAL']);
    expect(await references(`/operator/movements?sessionId=${second}`)).toEqual(['back-1', 'win-1']);
    expect(await references('/operator/movements?gameId=agt-1')).toEqual(['bet-2', 'back-1', 'bet-1']);
    expect(await references('/operator/movements?gameId=agt-1&kind=DEBIT')).toEqual(['bet-2', 'bet-1']);
    expect(await references(`/operator/movements?gameId=agt-1&sessionId=${first}`)).toEqual(['bet-1']);
    expect(await references('/operator/movements?externalReference=never')).toEqual([]);
  });

  it('are found by amount, in the currency of their wallet, with and without other conditions', async () => {
    expect(await references('/operator/movements?value=110')).toEqual(['back-1', 'bet-1']);
    expect(await references('/operator/movements?value=110.00&kind=DEBIT')).toEqual(['bet-1']);
    // 10 yen are 10 of its minor units, 10 euros 1,000 of theirs.
    expect(await references('/operator/movements?value=10&kind=DEBIT')).toEqual(['bet-2']);
    expect(await references('/operator/movements?value=0.10')).toEqual([]);
    expect(await references('/operator/movements?value=5&gameId=agt-2')).toEqual(['win-1']);
    expect(await references(`/operator/movements?value=5.001&sessionId=${second}`)).toEqual([]);
  });

  it('of a wallet are found by everything else as well', async () => {
    const ofAnn = (conditions: string): Promise<string[]> =>
      references(`/operator/wallets/ann/movements?${conditions}`);
    expect(await ofAnn('kind=CREDIT')).toEqual(['win-1']);
    expect(await ofAnn('gameId=agt-1')).toEqual(['back-1', 'bet-1']);
    expect(await ofAnn(`sessionId=${second}`)).toEqual(['back-1', 'win-1']);
    expect(await ofAnn('externalReference=bet-1')).toEqual(['bet-1']);
    expect(await ofAnn('value=100&kind=DEPOSIT')).toEqual(['ann-REAL']);
    expect(await ofAnn('value=1&limit=3')).toEqual([]);
    expect(await ofAnn(`from=${new Date(Date.now() - 60_000).toISOString()}&kind=DEBIT`)).toEqual(['bet-1']);
    expect(await ofAnn('until=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('that are hard to find are looked for part by part, each page in a bounded time, none left out', async () => {
    const id = await openFundedSession(server.url, 'rare', { real: 1_000 });
    for (let index = 0; index < 30; index += 1) {
      await debit(server.url, id, `found-${index}`, { value: index % 10 === 0 ? '7.77' : 1, gameid: 'rare' });
    }
    await insertManyBets(server.database.url, {
      name: 'rare',
      walletId: 'rare',
      count: 3_000,
      at: '2020-01-01 00:00:00.000',
    });
    const unitOfWork = server.app.get(UnitOfWork);
    const readGently = unitOfWork.readGently.bind(unitOfWork);
    const slow = jest.spyOn(unitOfWork, 'readGently').mockImplementation(async (work) => {
      await sleep(800);
      return { ...(await readGently(work)), load: 30 };
    });
    try {
      for (const target of [
        '/operator/movements?gameId=rare&value=7.77',
        '/operator/wallets/rare/movements?value=7.77',
      ]) {
        const seen: string[] = [];
        let short = 0;
        let after = '';
        for (let next: string | null = ''; next !== null; after = `&after=${next ?? ''}`) {
          const startedAt = performance.now();
          const found = await page(`${target}&limit=2${after}`);
          expect(performance.now() - startedAt).toBeLessThan(3_500);
          seen.push(...found.data.map(({ externalReference }) => externalReference));
          if (found.next !== null && found.data.length < 2) short += 1;
          next = found.next;
        }
        expect(seen).toEqual(['found-20', 'found-10', 'found-0']);
        expect(short).toBeGreaterThan(0);
      }
    } finally {
      slow.mockRestore();
    }
  });

  it('are found by time: from included, until not', async () => {
    const { data } = await page('/operator/movements?externalReference=bet-2');
    const created = new Date(String(data[0]?.['created'])).getTime();
    const at = (ms: number): string => new Date(created + ms).toISOString();
    const range = (from: number, until: number): string =>
      `/operator/movements?gameId=agt-1&kind=DEBIT&from=${at(from)}&until=${at(until)}`;
    expect(await references(range(-60_000, 60_000))).toEqual(['bet-2', 'bet-1']);
    expect(await references(range(0, 60_000))).toContain('bet-2');
    expect(await references(range(-60_000, 0))).not.toContain('bet-2');
    expect(await references(range(5, 60_000))).toEqual([]);
    expect(await references('/operator/movements?until=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('are found by the time they came, though an id may be made a moment before it', async () => {
    const created = Date.parse('2026-03-01T12:00:00.500Z');
    const hex = (created - 1).toString(16).padStart(12, '0');
    await query(
      server.database.url,
      `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
         real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
       VALUES (?, 'BL13GT', 'moment', 'DEBIT', 'bob', 900, 1, -1, 0, 0, 0, 'moment', '2026-03-01 12:00:00.500')`,
      [`${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`],
    );
    const found = (from: string, until: string): Promise<string[]> =>
      references(`/operator/movements?gameId=moment&from=${from}&until=${until}`);
    expect(await found('2026-03-01T12:00:00.500Z', '2026-03-01T12:00:00.501Z')).toEqual(['moment']);
    expect(await found('2026-03-01T12:00:00.499Z', '2026-03-01T12:00:00.500Z')).toEqual([]);
    expect(await found('2026-03-01T12:00:00.501Z', '2026-03-02T00:00:00Z')).toEqual([]);
  });

  it('are walked page by page, each once, while others are added', async () => {
    const id = await openFundedSession(server.url, 'walked', { real: 1_000 });
    for (let index = 0; index < 25; index += 1) await debit(server.url, id, `walk-${index}`, { value: 1 });
    let more = 0;
    const meanwhile = (): Promise<unknown> => debit(server.url, id, `walk-more-${(more += 1)}`, { value: 1 });
    for (const target of [`/operator/movements?sessionId=${id}`, '/operator/wallets/walked/movements']) {
      const rows = await walk(target, 4, meanwhile);
      const seen = rows.map(({ externalReference }) => externalReference);
      expect(new Set(seen).size).toBe(seen.length);
      for (let index = 0; index < 25; index += 1) expect(seen).toContain(`walk-${index}`);
    }
  });

  it.each([
    ['/operator/movements?kind=BET', 'kind'],
    ['/operator/movements?from=yesterday', 'from'],
    ['/operator/movements?from=2026-02-30', 'from'],
    ['/operator/movements?value=ten', 'value'],
    ['/operator/movements?value=-1', 'value'],
    ['/operator/movements?value=1e3', 'value'],
    ['/operator/movements/export?value=.5', 'value'],
    ['/operator/wallets/ann/movements?kind=BET', 'kind'],
    ['/operator/movements?limit=101', 'limit'],
    ['/operator/wallets/ann/movements?after=x', 'after'],
    ['/operator/sessions?status=ASLEEP', 'status'],
  ])('%s is refused by the name of the field', async (target, field) => {
    const { status, body } = await callOperator(server.url, 'GET', target);
    expect([status, body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(field) },
    ]);
  });

  it('of a wallet that is not there are 404', async () => {
    expect((await callOperator(server.url, 'GET', '/operator/wallets/nobody/movements')).status).toBe(404);
  });
});

describe('sessions', () => {
  const ids = async (target: string): Promise<unknown[]> =>
    (await page(target)).data.map(({ sessionId }) => sessionId);

  it('are found by wallet, status and time, latest first', async () => {
    expect(await ids('/operator/sessions?walletId=ann')).toEqual([second, first]);
    expect(await ids('/operator/sessions?walletId=ann&status=OPEN')).toEqual([first]);
    expect(await ids('/operator/sessions?status=CLOSE')).toEqual([second]);
    expect(await ids('/operator/sessions?until=2020-01-01T00:00:00.000Z')).toEqual([]);
    expect(
      await ids(`/operator/sessions?walletId=ann&from=${new Date(Date.now() - 60_000).toISOString()}`),
    ).toEqual([second, first]);
    const { data } = await page('/operator/sessions?status=CLOSE');
    expect(data[0]).toMatchObject({ walletId: 'ann', parentSystemId: 'BL13GT', closed: expect.any(String) });
  });

  it('are closed once, with a line in the audit trail', async () => {
    const id = sessionIdOf(await openSession(server.url, 'ann'));
    const close = () => callOperator(server.url, 'POST', `/operator/sessions/${id}/close`);
    expect(await close()).toMatchObject({ status: 200, body: { sessionId: id, status: 'CLOSE' } });
    expect(await close()).toMatchObject({ status: 400, body: { code: 1004 } });
    expect(await debit(server.url, id, 'after-close')).toMatchObject({ status: 400, body: { code: 1004 } });
    expect((await callOperator(server.url, 'POST', '/operator/sessions/nowhere/close')).status).toBe(404);
    const { data } = await page(`/operator/audit?subjectType=session&subjectId=${id}`);
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      action: 'session.close',
      before: { status: 'OPEN' },
      after: { status: 'CLOSE' },
    });
  });
});

describe('each search', () => {
  it.each([
    [
      'movements',
      `external_reference = 'x' AND parent_system_id IN ('a', 'b') AND id < 'g'`,
      'uq_movements_reference',
    ],
    ['movements', `session_id = 'x' AND id >= '0' AND id < 'g'`, 'ix_movements_session'],
    ['movements', `game_id = 'x' AND id >= '0' AND id < 'g'`, 'ix_movements_game'],
    ['movements', `wallet_id = 'x' AND seq < 100`, 'uq_movements_wallet_seq'],
    ['sessions', `wallet_id = 'x' AND id >= '0' AND id < 'g'`, 'ix_sessions_wallet'],
    ['sessions', `status = 'OPEN' AND id >= '0' AND id < 'g'`, 'ix_sessions_status'],
  ])('of %s where %s is served by %s', async (table, where, index) => {
    const order = where.includes('seq') ? 'seq' : 'id';
    const statement = `SELECT * FROM ${table} WHERE ${where} ORDER BY ${order} DESC LIMIT 100`;
    const plan = await query(
      server.database.url,
      `EXPLAIN ${ENGINE === 'mysql' ? 'FORMAT=TRADITIONAL ' : 'QUERY PLAN '}${statement}`,
    );
    const text = JSON.stringify(plan, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).toContain(index);
  });
});
