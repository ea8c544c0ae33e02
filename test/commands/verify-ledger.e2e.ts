import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command } from '../support/command.js';
import { playSmallLedger } from '../support/damages/small-ledger.js';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
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
import { type RunningApp, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

/* What each damage makes it say: verify-damages.e2e.ts. */

let server: RunningApp;

beforeAll(async () => {
  server = await startApp();
  await playSmallLedger(server.url);
});
afterAll(() => server.stop());

/** Every kind of row, again and again: what is read while it is written. */
async function play(url: string, isOver: () => boolean): Promise<void> {
  const [first, second] = [await openFundedSession(url, 'busy'), await openFundedSession(url, 'busy-2')];
  for (let turn = 0; !isOver(); turn += 1) {
    const reference = (what: string): string => `busy-${what}-${turn}`;
    const id = sessionIdOf(await openSession(url, 'busy'));
    await Promise.all([
      debit(url, id, reference('bet'), { value: 1 }),
      credit(url, second, reference('win'), { value: 2 }),
      callOperator(url, 'POST', '/operator/wallets/busy/deposits', {
        externalReference: reference('in'),
        value: 3,
        subWallet: 'BONUS',
      }),
    ]);
    await Promise.all([
      rollback(url, first, reference('back'), reference('bet')),
      rollback(url, second, reference('never'), reference('unseen')),
      debit(url, first, reference('win'), { value: 5 }),
    ]);
    await closeSession(url, id);
    await credit(url, id, reference('late'));
    await callOperator(url, 'PATCH', '/operator/wallets/busy-2', { status: turn % 2 ? 'BLOCKED' : 'ACTIVE' });
  }
}

describe('verify-ledger', () => {
  it('finds that everything agrees after real play, and says what it has walked', async () => {
    expect(await verifyLedger(server.database.url)).toEqual({
      code: 0,
      output: expect.stringMatching(
        /^6 wallets, 19 movements, \d+ bindings, 5 sessions, \d+ incidents, \d+ sightings, \d+ audit entries, 1 parent systems, \d+ hours, all agree\n$/,
      ),
    });
  });

  it('agrees while play goes on', async () => {
    const game = { isOver: false };
    const verify = async (): Promise<unknown[]> => {
      try {
        const results = [];
        for (let run = 0; run < 3; run += 1) results.push(await verifyLedger(server.database.url));
        return results;
      } finally {
        game.isOver = true;
      }
    };
    const [results] = await Promise.all([verify(), play(server.url, () => game.isOver)]);
    const agreed = { code: 0, output: expect.stringContaining('all agree') };
    expect(results).toEqual([agreed, agreed, agreed]);
  });

  it('says what it sees and what not', async () => {
    const { code, output } = await command('verify-ledger', { parameters: ['--help'] });
    expect(code).toBe(0);
    expect(output).toContain('Exit codes: 0 all agree; 1 something does not; 2');
    expect(output).toContain('It cannot see');
    const wrong = await command('verify-ledger', { parameters: ['--all'] });
    expect(wrong.code).toBe(2);
    expect(wrong.output).toContain("Unknown option '--all'");
  });

  it('names each in one line with what it is of, counts them and ends with 1', async () => {
    const { url } = server.database;
    await query(url, `UPDATE wallets SET real_minor = real_minor + 1, decimals = 3 WHERE id = 'c'`);
    await query(url, `UPDATE incidents SET resolved_at = last_at WHERE external_reference = 'late'`);
    await query(url, `DELETE FROM reference_bindings WHERE external_reference = 'early-back'`);
    const { code, output } = await verifyLedger(url);
    const lines = output.split('\n').filter((line) => / (has|is OPEN|a TOMBSTONE|left) /.test(line));
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(
        /^wallet c: seq 1, .* is not as it was sealed: .*; the wallet has 1 real .* at seq 3; has 3 decimals, EUR has 2$/,
      ),
      'reference early of BL13GT: a TOMBSTONE, and the rollback that left it is not there',
      expect.stringMatching(/^incident [0-9a-f-]{36}: is OPEN and its resolved_at is set$/),
      expect.stringMatching(
        /^wallet c, audit entry [0-9a-f-]{36} \(wallet.deposit\): left 10 real and 0 bonus, /,
      ),
    ]);
    expect(output).toMatch(/\n4 do not agree among \d+ wallets, \d+ movements, /);
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
