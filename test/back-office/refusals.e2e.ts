import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from '../support/application.js';
import {
  type Answer,
  callOperator,
  closeSession,
  credit,
  debit,
  openFundedSession,
  rollback,
} from '../support/gpas.js';
import { insert } from '../support/insert.js';
import { sleep } from '../support/load.js';
import { type RunningApp, startApp } from '../support/server.js';
import { planOf, statementsOn } from '../support/statements.js';

interface Row {
  readonly externalReference: string;
  readonly at: string;
  readonly story: string;
  readonly [name: string]: unknown;
}

let server: RunningApp;
let url: string;
let session: string;
beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
  session = await openFundedSession(url, 'ann');
  const other = await openFundedSession(url, 'bob');
  const block = (status: string): Promise<Answer> =>
    callOperator(url, 'PATCH', '/operator/wallets/ann', { status });
  for (const call of [
    () => debit(url, session, 'poor', { value: '250' }),
    () => debit(url, other, 'bobs', { value: '250' }),
    () => debit(url, session, 'played', { value: '1' }),
    () => block('BLOCKED'),
    () => debit(url, session, 'blocked', { value: '2' }),
    () => block('ACTIVE'),
    () => debit(url, session, 'blocked', { value: '2' }),
    () => rollback(url, session, 'back', 'unseen'),
    () => debit(url, session, 'poor/2', { value: '300' }),
    () => closeSession(url, session),
    () => credit(url, session, 'late', { value: '5' }),
  ]) {
    await call();
    await sleep(3);
  }
});
afterAll(() => server.stop());

async function page(query = ''): Promise<{ data: Row[]; next: string | null }> {
  const { status, text, body } = await callOperator(url, 'GET', `/operator/wallets/ann/refusals${query}`);
  if (status !== 200) throw new Error(text);
  return body as never;
}
const named = (rows: readonly Row[]): string[] => rows.map((row) => row.externalReference);
const ALL = ['late', 'poor/2', 'back', 'blocked', 'poor'];

describe('what a player was refused', () => {
  it('is listed with the reason, latest first, without what nobody refused, tombstones and other wallets', async () => {
    const { data, next } = await page();
    expect(next).toBeNull();
    expect(data.map((row) => [row.externalReference, row['kind'], row['refusal'], row['amount']])).toEqual([
      ['late', 'CREDIT', 'INVALID_WALLET_SESSION', '5.00'],
      ['poor/2', 'DEBIT', 'INSUFFICIENT_FUNDS', '300.00'],
      ['back', 'ROLLBACK', 'INVALID_TX_ID', null],
      ['blocked', 'DEBIT', 'USER_BLOCKED', '2.00'],
      ['poor', 'DEBIT', 'INSUFFICIENT_FUNDS', '250.00'],
    ]);
    expect(data[4]).toMatchObject({
      walletId: 'ann',
      sessionId: session,
      currency: 'EUR',
      parentSystemId: 'BL13GT',
      booked: null,
    });
  });

  it('is found by the time, to the millisecond', async () => {
    const { data } = await page();
    for (const { externalReference, at } of data) {
      const next = new Date(Date.parse(at) + 1).toISOString();
      expect(named((await page(`?from=${at}&until=${next}`)).data)).toEqual([externalReference]);
      expect(named((await page(`?until=${at}`)).data)).toEqual(ALL.slice(ALL.indexOf(externalReference) + 1));
    }
  });

  it('is found by the reason', async () => {
    expect(named((await page('?refusal=INSUFFICIENT_FUNDS')).data)).toEqual(['poor/2', 'poor']);
    expect((await page('?refusal=INVALID_GAME_ID')).data).toEqual([]);
  });

  it('leads to the story of each, which is that one', async () => {
    for (const { externalReference, story, at } of (await page()).data) {
      const { status, body } = await callOperator(url, 'GET', story);
      expect([status, body]).toEqual([
        200,
        {
          externalReference,
          stories: [expect.objectContaining({ firstSight: expect.objectContaining({ at }) as unknown })],
        },
      ]);
    }
  });

  it('says where it was booked after all', async () => {
    const [row] = (await page('?refusal=USER_BLOCKED')).data;
    const { body } = await callOperator(url, 'GET', '/operator/movements?externalReference=blocked');
    const [movement] = (body as { data: { created: string }[] }).data;
    expect(row?.['booked']).toBe(movement?.created);
    expect(movement?.created).not.toBe(row?.at);
  });

  it.each([1, 2, 5])('comes page by page, %i at a time, whatever the reasons', async (limit) => {
    const rows: string[] = [];
    for (let after = '', pages = 0; pages < 9; pages += 1) {
      const { data, next } = await page(`?limit=${limit}${after}`);
      rows.push(...named(data));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(rows).toEqual(ALL);
  });

  it.each([
    ['ann/refusals?form=2026-02-05T14:00:00Z', 400, 'from'],
    ['ann/refusals?from=2026-02-30T14:00:00Z', 400, 'from must be an instant'],
    ['ann/refusals?refusal=POOR', 400, 'refusal must be'],
    ['nobody/refusals', 404, 'There is no wallet with this walletId'],
  ])('of %s is answered %i', async (target, status, message) => {
    const answer = await callOperator(url, 'GET', `/operator/wallets/${target}`);
    expect([answer.status, answer.body]).toEqual([
      status,
      expect.objectContaining({ message: expect.stringContaining(message) as unknown }),
    ]);
  });
});

describe('what a player was refused, among very much', () => {
  it('is read a page at a time, however much there is', async () => {
    await openFundedSession(url, 'bot');
    const MANY = 30_000;
    const columns = ['parent_system_id', 'external_reference', 'ordinal', 'kind', 'wallet_id'];
    await insert(
      server.database.url,
      'reference_bindings',
      [...columns, 'session_id', 'amount_minor', 'refusal', 'command_id', 'created_at'],
      Array.from({ length: MANY }, (_, index) => index),
      (index) => {
        const at = 1_770_300_000_000 + index * 10;
        const hex = at.toString(16).padStart(12, '0');
        const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(index).padStart(12, '0')}`;
        const refusal = index % 3 === 0 ? null : index % 3 === 1 ? 'INSUFFICIENT_FUNDS' : 'USER_BLOCKED';
        const created = new Date(at).toISOString().replace('T', ' ').replace('Z', '');
        return ['BL13GT', `bot-${index}`, 0, 'DEBIT', 'bot', session, 100, refusal, id, created];
      },
    );
    const statements = statementsOn(server.app.get(DataSource), 'reference_bindings');
    const { body } = await callOperator(url, 'GET', '/operator/wallets/bot/refusals?limit=3');
    expect(named((body as { data: Row[] }).data)).toEqual(['bot-29999', 'bot-29998', 'bot-29996']);
    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) {
      const plan = await planOf(server.database.url, statement);
      expect(plan).toContain('ix_reference_bindings_refusal');
      expect(plan).not.toMatch(/filesort|temporary|TEMP B-TREE/);
    }
  });
});
