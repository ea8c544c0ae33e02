import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DamagedCopies, damagedCopiesOf } from '../support/damages/damaged-copies.js';
import { lose, wallet } from '../support/damages/damage.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { credit, debit, openFundedSession } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';
import { TemporaryFolder } from '../support/temporary-folder.js';
import { verifyLedger } from '../support/verify-ledger.js';

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
  const server = await ServerProcess.start(url);
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
  await server.kill('SIGTERM');
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
    const sql = await cut();
    const [alone, beside] = await copies.with({ name: '', sql, says: /./ }, (copy) =>
      Promise.all([verifyLedger(copy), against(copy)]),
    );
    expect(alone).toMatchObject({ code: 0 });
    expect(beside).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^wallet b: is not what the checkpoint of 20\S+Z has at seq 4: it was cut/m,
      ),
    });
  });

  it('shows a wallet that was taken away with all its rows', async () => {
    const sql = [...GONE, `DELETE FROM wallets WHERE id = 'b'`];
    const [alone, beside] = await copies.with({ name: '', sql, says: /./ }, (copy) =>
      Promise.all([verifyLedger(copy), against(copy)]),
    );
    expect(alone).toMatchObject({ code: 0 });
    expect(beside).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^wallet b: is not there; at 20\S+Z it had movements up to seq 4$/m),
    });
  });

  it('shows every wallet that is gone, the last ones too', async () => {
    const sql = ['movements', 'reference_bindings', 'sessions', 'wallets', 'audit_entries'].map(
      (table) => `DELETE FROM ${table}`,
    );
    const { code, output } = await copies.with({ name: '', sql, says: /./ }, (copy) => against(copy));
    expect(code).toBe(1);
    expect(output.match(/^wallet \S+: is not there/gm)).toHaveLength(4); // the demo's too
  });

  it('is written once, and not over another file', async () => {
    const before = readFileSync(file, 'utf8');
    expect(await verifyLedger(url, ['--checkpoint', file])).toEqual({
      code: 2,
      output: `${file} is there already: name another file\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
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

  it.each<[string, (text: string) => string, RegExp]>([
    ['a digit that was changed', (text) => text.replace('["b",4,', '["b",3,'), /its root does not hold/],
    ['a line that was taken away', (text) => text.replace(/^\["b".*\n/m, ''), /its root does not hold/],
    ['its end missing', (text) => text.slice(0, text.lastIndexOf('{')), /has no root: it was cut off/],
    ['something after its end', (text) => `${text}["z",1,"x"]\n`, /goes on after its root/],
    ['other things in it', () => '{"hello":"world"}\n', /is no checkpoint of this program/],
    ['no JSON in it', () => 'hello\n', /is no checkpoint of this program/],
    ['nothing in it', () => '', /has no root/],
  ])('with %s is refused', async (_, change, says) => {
    const other = join(folder.path, 'changed');
    writeFileSync(other, change(readFileSync(file, 'utf8')));
    const { code, output } = await against(url, other);
    expect([code, output]).toEqual([2, expect.stringMatching(says)]);
  });

  it('that is not there, or of another ledger, is refused in words', async () => {
    expect(await against(url, join(folder.path, 'nowhere'))).toMatchObject({
      code: 2,
      output: expect.stringContaining('cannot be read'),
    });
    const another = await createTestDatabase();
    await (await ServerProcess.start(another.url)).kill('SIGTERM');
    const answer = await against(another.url);
    await another.drop();
    expect(answer).toMatchObject({ code: 2, output: expect.stringContaining('of another ledger') });
  });

  it('needs the key', async () => {
    for (const parameters of [
      ['--against', file],
      ['--checkpoint', join(folder.path, 'x')],
    ]) {
      expect(await verifyLedger(url, parameters, { SECRETS_KEY: '' })).toEqual({
        code: 2,
        output: 'A checkpoint needs the key of the ledger: set SECRETS_KEY\n',
      });
    }
    expect(await verifyLedger(url, [], { SECRETS_KEY: '' })).toMatchObject({
      code: 0,
      output: expect.stringContaining('The seals are not looked at: SECRETS_KEY is not set'),
    });
    copyFileSync(file, join(folder.path, 'copy')); // wherever it lies
    expect(await against(url, join(folder.path, 'copy'))).toMatchObject({ code: 0 });
  });
});
