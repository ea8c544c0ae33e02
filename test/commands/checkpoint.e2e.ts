import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DamagedCopies, damagedCopiesOf } from '../support/damages/damaged-copies.js';
import { lose, wallet } from '../support/damages/damage.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { credit, debit, openFundedSession } from '../support/gpas.js';
import { startApp } from '../support/server.js';
import { TemporaryFolder } from '../support/temporary-folder.js';
import { findingsIn, verifyLedger } from '../support/verify-ledger.js';

let database: TestDatabase;
let url: string;
let copies: DamagedCopies;
const folder = new TemporaryFolder('oas-checkpoints-');
const file = join(folder.path, 'monday');

const against = (databaseUrl: string, path = file): ReturnType<typeof verifyLedger> =>
  verifyLedger(databaseUrl, ['--against', path]);

beforeAll(async () => {
  database = await createTestDatabase();
  ({ url } = database);
  const server = await startApp({ database });
  const ids = [];
  for (const walletId of ['a', 'b', 'c']) {
    const id = await openFundedSession(server.url, walletId);
    for (let turn = 0; turn < 3; turn += 1) await debit(server.url, id, `${walletId}-${turn}`, { value: 1 });
    ids.push(id);
  }
  expect(await verifyLedger(url, ['--checkpoint', file])).toMatchObject({ code: 0 });
  // Play goes on after it.
  await credit(server.url, ids[0]!, 'a-later', { value: 2 });
  await openFundedSession(server.url, 'a-new-one');
  await server.stop();
  copies = await damagedCopiesOf(url);
});
afterAll(async () => {
  await folder.remove();
  await database.drop();
});

/** Takes the last two bets of `b` away with all that names them, and sets the wallet back to what it was before. */
async function cut(): Promise<string[]> {
  const [row] = await query<Record<string, string>>(
    url,
    `SELECT seal, real_after_minor AS real_minor, created_at FROM movements WHERE external_reference = 'b-0'`,
  );
  return [
    ...lose('b-1', 'b-2'),
    wallet(
      `seal = '${row!['seal']}', real_minor = ${row!['real_minor']}, seq = 2, moved_at = '${row!['created_at']}'`,
      'b',
    ),
  ];
}

const GONE = ['movements', 'reference_bindings', 'sessions', 'audit_entries'].map(
  (table) => `DELETE FROM ${table} WHERE ${table === 'audit_entries' ? 'subject_id' : 'wallet_id'} = 'b'`,
);

describe('a checkpoint', () => {
  it('agrees with the ledger that has gone on since', async () => {
    expect(await against(url)).toMatchObject({ code: 0, output: expect.stringContaining('all agree') });
  });

  it('shows a wallet whose last movements were taken away, which nothing else does', async () => {
    const [alone, beside] = await copies.with({ name: '', sql: await cut(), says: /./ }, async (copy) => [
      await findingsIn(copy),
      await against(copy),
    ]);
    expect(alone).toEqual([]);
    expect(beside).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^wallet b: is not what the checkpoint of 20\S+Z has at seq 4: it was cut/m,
      ),
    });
  });

  it('shows a wallet that was taken away with all its rows', async () => {
    const sql = [...GONE, `DELETE FROM wallets WHERE id = 'b'`];
    const [alone, beside] = await copies.with({ name: '', sql, says: /./ }, async (copy) => [
      await findingsIn(copy),
      await findingsIn(copy, file),
    ]);
    expect(alone).toEqual([]);
    expect(beside).toEqual([
      expect.stringMatching(/^wallet b: is not there; at 20\S+Z it had movements up to seq 4$/),
    ]);
  });

  it('shows every wallet that is gone, the last ones too', async () => {
    const sql = ['movements', 'reference_bindings', 'sessions', 'wallets', 'audit_entries'].map(
      (table) => `DELETE FROM ${table}`,
    );
    const lines = await copies.with({ name: '', sql, says: /./ }, (copy) => findingsIn(copy, file));
    expect(lines.filter((line) => line.includes('is not there; at'))).toHaveLength(4); // the demo's too
  });

  it('is not written of a ledger that does not agree', async () => {
    const other = join(folder.path, 'damaged');
    const { code, output } = await copies.with(
      { name: '', sql: wallet('real_minor = real_minor + 1', 'b'), says: /./ },
      (copy) => verifyLedger(copy, ['--checkpoint', other]),
    );
    expect([code, existsSync(other)]).toEqual([1, false]);
    expect(output).toContain('No checkpoint was written');
  });

  it('that cannot be used is refused in words', async () => {
    expect(await against(url, join(folder.path, 'nowhere'))).toMatchObject({
      code: 2,
      output: expect.stringContaining('cannot be read'),
    });
  });

  it('needs the key', async () => {
    expect(await verifyLedger(url, ['--against', file], { SECRETS_KEY: '' })).toEqual({
      code: 2,
      output: 'A checkpoint needs the key of the ledger: set SECRETS_KEY\n',
    });
    expect(await verifyLedger(url, [], { SECRETS_KEY: '' })).toMatchObject({
      code: 0,
      output: expect.stringContaining('The seals are not looked at: SECRETS_KEY is not set'),
    });
  });
});
