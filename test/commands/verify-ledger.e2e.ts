import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import { closeSession, credit, debit, openFundedSession, rollback } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

const of = (walletId: string, name: string): string => `WHERE external_reference = '${walletId}-${name}'`;
const addMovement = (walletId: string, seq: number): string =>
  `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
     real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, created_at)
   VALUES ('${walletId}-${seq}', 'BL13GT', '${walletId}-${seq}', 'CREDIT', '${walletId}', ${seq}, 0, 0, 0, 0, 0,
     '2026-01-01 00:00:00.000')`;

/** One way to break a wallet each, and what must be said of it. Each is done to a wallet of its own. */
const DAMAGE: readonly [string, (walletId: string) => string, RegExp][] = [
  ['balance', (w) => `UPDATE wallets SET real_minor = real_minor + 1 WHERE id = '${w}'`, /has 1701 real/],
  ['bonus', (w) => `UPDATE wallets SET bonus_minor = bonus_minor - 1 WHERE id = '${w}'`, /399 bonus/],
  ['seq-high', (w) => `UPDATE wallets SET seq = seq + 1 WHERE id = '${w}'`, /seq is 7, .* is 6/],
  ['seq-low', (w) => `UPDATE wallets SET seq = seq - 1 WHERE id = '${w}'`, /up to seq 6, beyond .* 5/],
  ['deleted', (w) => `DELETE FROM movements ${of(w, 'lost')}`, /seq 5, .*: follows seq 3/],
  ['deleted-last', (w) => `DELETE FROM movements ${of(w, 'back')}`, /seq is 6, .* is 5/],
  [
    'lost-target',
    (w) => `UPDATE movements SET target_movement_id = '${w}' ${of(w, 'back')}`,
    /which is not there/,
  ],
  ['added', (w) => addMovement(w, 99), /up to seq 99/],
  ['added-first', (w) => addMovement(w, 0), /seq 0, .*: follows seq 0/],
  ['after', (w) => `UPDATE movements SET real_after_minor = 1 ${of(w, 'lost')}`, /seq 4, .*: leaves 1 real/],
  ['delta', (w) => `UPDATE movements SET real_delta_minor = 1 ${of(w, 'lost')}`, /seq 4, .*: leaves 0 real/],
  ['amount', (w) => `UPDATE movements SET amount_minor = 5 ${of(w, 'win')}`, /its amount 5 is not/],
  ['kind', (w) => `UPDATE movements SET kind = 'CREDIT' ${of(w, 'lost')}`, /a CREDIT with a change/],
  ['not-mirrored', (w) => `UPDATE movements SET amount_minor = 5 ${of(w, 'back')}`, /is not the mirror/],
  ['other-game', (w) => `UPDATE movements SET game_id = 'x' ${of(w, 'back')}`, /is not the mirror/],
  [
    'no-target',
    (w) => `UPDATE movements SET target_movement_id = NULL ${of(w, 'back')}`,
    /ROLLBACK that reverses nothing/,
  ],
  [
    'foreign-target',
    (w) =>
      `UPDATE movements SET target_movement_id =
         (SELECT id FROM (SELECT id FROM movements WHERE external_reference = 'good-lost') other) ${of(w, 'back')}`,
    /no earlier one of this wallet/,
  ],
  ['unbound', (w) => `DELETE FROM reference_bindings ${of(w, 'lost')}`, /seq 4, .*: .* is not bound/],
  [
    'bound-wallet',
    (w) => `UPDATE reference_bindings SET wallet_id = 'good' ${of(w, 'lost')}`,
    /walletId good/,
  ],
  ['bound-kind', (w) => `UPDATE reference_bindings SET kind = 'CREDIT' ${of(w, 'lost')}`, /kind CREDIT/],
  [
    'bound-amount',
    (w) => `UPDATE reference_bindings SET amount_minor = 7 ${of(w, 'back')}`,
    /amountMinor 7 instead of null/,
  ],
  [
    'bound-target',
    (w) => `UPDATE reference_bindings SET target_reference = 'x' ${of(w, 'back')}`,
    /targetReference x/,
  ],
  [
    'bound-part',
    (w) => `UPDATE reference_bindings SET sub_wallet = 'BONUS' ${of(w, 'REAL')}`,
    /subWallet BONUS/,
  ],
  [
    'tombstone',
    (
      w,
    ) => `INSERT INTO reference_bindings (parent_system_id, external_reference, ordinal, kind, command_id, created_at)
       VALUES ('BL13GT', '${w}-win', 1, 'TOMBSTONE', 'c', '2026-01-01 00:00:00.000')`,
    /has a tombstone/,
  ],
];
/** SQLite keeps a fraction in a column of integers; MySQL does not. */
const FRACTION: typeof DAMAGE = [
  ['fraction', (w) => `UPDATE wallets SET real_minor = 10.5 WHERE id = '${w}'`, /no whole number/],
];
const damage = ENGINE === 'sqlite' ? [...DAMAGE, ...FRACTION] : DAMAGE;

let server: RunningApp;

beforeAll(async () => {
  server = await startApp();
  const { url } = server;
  await Promise.all(
    ['good', ...damage.map(([walletId]) => walletId)].map(async (walletId) => {
      const id = await openFundedSession(url, walletId, { real: 10, bonus: 5 });
      await debit(url, id, `${walletId}-bet`, { value: 12 });
      await debit(url, id, `${walletId}-lost`, { value: 1 });
      await credit(url, id, `${walletId}-win`, { value: 7 });
      await rollback(url, id, `${walletId}-back`, `${walletId}-bet`);
      await rollback(url, id, `${walletId}-never`, `${walletId}-unknown`);
      await closeSession(url, id);
      await credit(url, id, `${walletId}-late`);
    }),
  );
});
afterAll(() => server.stop());

describe('verify-ledger', () => {
  it('finds that everything agrees after real play', async () => {
    const wallets = damage.length + 2; // the good one and the demo's
    const output = `${wallets} wallets, ${(damage.length + 1) * 6 + 2} movements, all agree\n`;
    expect(await verifyLedger(server.database.url)).toEqual({ code: 0, output });
  });

  it('agrees while play goes on', async () => {
    const id = await openFundedSession(server.url, 'busy');
    const play = { isOver: false };
    const verified = verifyLedger(server.database.url).finally(() => (play.isOver = true));
    for (let turn = 0; !play.isOver; turn += 1) await credit(server.url, id, `busy-${turn}`);
    expect(await verified).toMatchObject({ code: 0, output: expect.stringContaining('all agree') });
  });

  describe('on damaged data', () => {
    let result: Awaited<ReturnType<typeof verifyLedger>>;
    beforeAll(async () => {
      for (const [walletId, breakIt] of damage) await query(server.database.url, breakIt(walletId));
      await query(server.database.url, addMovement('nobody', 1));
      result = await verifyLedger(server.database.url);
    });

    it.each([...damage, ['nobody', null, /does not exist/] as const])(
      'names %s in one line',
      (name, _, words) => {
        const lines = result.output.split('\n').filter((line) => line.startsWith(`wallet ${name}:`));
        expect(lines).toEqual([expect.stringMatching(words)]);
      },
    );

    it('names nobody else, counts them and ends with 1', () => {
      const wrong = damage.length + 1;
      expect(result.code).toBe(1);
      expect(result.output.match(/^wallet /gm)).toHaveLength(wrong);
      expect(result.output).toContain(`\n${wrong} of ${wrong + 3} wallets do not agree\n`);
    });
  });

  it('says that it cannot read, with another exit code', async () => {
    const { code, output } = await verifyLedger('mysql://root@127.0.0.1:1/oas');
    expect(code).toBe(2);
    expect(output).toContain('could not be read: The database of DATABASE_URL cannot be reached');
  });

  it('makes no database where there is none', async () => {
    const database = await createTestDatabase();
    const { code, output } = await verifyLedger(database.url);
    expect(code).toBe(2);
    expect(output).toMatch(/: (There is no SQLite file .* Set DATABASE_URL\.\n$|The database lacks tables)/);
    if (ENGINE === 'sqlite') expect(existsSync(database.url.slice('sqlite:'.length))).toBe(false);
    await database.drop();
  });
});
