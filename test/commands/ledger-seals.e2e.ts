import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DamagedCopies, damagedCopiesOf } from '../support/damages/damaged-copies.js';
import { bind, of, set, wallet } from '../support/damages/damage.js';
import { playSmallLedger } from '../support/damages/small-ledger.js';
import { query } from '../support/databases.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';
import { findingsIn } from '../support/verify-ledger.js';

/*
 * What a verification with the key sees and one without it cannot: changes after which all that is stored agrees. What
 * contradicts something else: verify-damages.e2e.ts.
 */

/** Text that not every way to a database and back keeps as it was. */
const HARD_TEXTS = ['Ünïcödé 🌙 and half of one: \ud83c', 'a\u0000b\nc\td\u2028', '  at both ends  '];

let server: RunningApp;
let url: string;
let copies: DamagedCopies;

beforeAll(async () => {
  server = await startApp();
  ({ url } = server.database);
  await playSmallLedger(server.url);
  const id = await openFundedSession(server.url, 's');
  for (const [index, description] of HARD_TEXTS.entries()) {
    const answer = await debit(server.url, id, `hard-${index}`, { value: 1, extra: { description } });
    expect(answer.status).toBe(201);
  }
  await server.app.close();
  copies = await damagedCopiesOf(url);
});
afterAll(() => server.database.drop());

const findingsAfter = (...sql: string[]): Promise<string[]> =>
  copies.with({ name: '', sql, says: /./ }, findingsIn);

/** Nothing but that this movement of `w` is not as it was. */
async function expectNamed(reference: string, lines: readonly string[]): Promise<void> {
  const [row] = await query<{ id: string; seq: number }>(
    url,
    `SELECT id, seq FROM movements ${of(reference)}`,
  );
  expect(lines).toEqual([
    `wallet w: seq ${row!.seq}, movement ${row!.id}: is not as it was sealed: ` +
      'it was changed, or what stood before it was taken away',
  ]);
}

describe('a verification with the key of the ledger', () => {
  it('finds nothing in a ledger that has every kind of row, and text that is hard to keep', async () => {
    expect(await findingsIn(url)).toEqual([]);
    for (const table of ['movements', 'wallets']) {
      expect(await query(url, `SELECT id FROM ${table} WHERE seal IS NULL`)).toEqual([]);
    }
  });

  it('names a win made richer, with its binding, and every balance after it', async () => {
    const lines = await findingsAfter(
      bind('last', 'amount_minor = amount_minor + 1'),
      set(
        'last',
        'amount_minor = amount_minor + 1, real_delta_minor = real_delta_minor + 1, real_after_minor = real_after_minor + 1',
      ),
      wallet('real_minor = real_minor + 1'),
    );
    await expectNamed('last', lines);
  });

  it('names a bet that came half a minute later, as its binding says too', async () => {
    const [row] = await query<{ created_at: string }>(url, `SELECT created_at FROM movements ${of('bet')}`);
    const at = Date.parse(`${row!.created_at.replace(' ', 'T')}Z`) + 30_000;
    const change = `created_at = '${new Date(at).toISOString().replace('T', ' ').replace('Z', '')}'`;
    await expectNamed('bet', await findingsAfter(set('bet', change), bind('bet', change)));
  });

  it.each([
    `description = 'another'`,
    'description = NULL',
    `tags = '{"gameid":"agt-54","gpasSessionId":"another"}'`,
  ])('names the movement of which nothing else speaks: %s', async (change) => {
    await expectNamed('bet', await findingsAfter(set('bet', change)));
  });

  it('names a movement with the seal of another, and the next, which was sealed with its own', async () => {
    const other = `(SELECT seal FROM (SELECT seal FROM movements ${of('win')}) AS other)`;
    const [line = ''] = await findingsAfter(set('bet', `seal = ${other}`));
    expect(line.match(/seq \d+/g)).toEqual(['seq 3', 'seq 4']);
  });

  it.each([`player_id = 'another'`, `code = 'BINGO'`])(
    'names the wallet that was changed: %s',
    async (change) => {
      for (const [id, place] of [
        ['s', /^wallet s: seq 1, movement \S+: is not as it was sealed: it was changed, or its wallet/],
        ['empty', /^wallet empty: .*its seal is another one: it was changed since/],
      ] as const) {
        const lines = await findingsAfter(wallet(change, id));
        expect(lines).toContainEqual(expect.stringMatching(place));
      }
    },
  );

  it.each([
    ['a movement', set('bet', 'seal = NULL'), /^wallet w: seq \d+, .*: its seal was taken away$/],
    ['a wallet', wallet('seal = NULL'), /^wallet w: its seal was taken away, its movements have theirs$/],
    ['an empty wallet', wallet('seal = NULL', 'empty'), /^wallet empty: has no seal: /],
  ])('tells that the seal of %s was taken away', async (_, sql, says) => {
    expect(await findingsAfter(sql)).toEqual([expect.stringMatching(says)]);
  });
});
