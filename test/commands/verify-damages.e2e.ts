import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerVerification, loadConfig, withDatabase } from '../support/application.js';
import { type DamagedCopies, damagedCopiesOf } from '../support/damages/damaged-copies.js';
import type { Damage } from '../support/damages/damage.js';
import { DAMAGES } from '../support/damages/damages.js';
import { ENGINE } from '../support/databases.js';
import { type RunningApp, startApp } from '../support/server.js';
import { playSmallLedger } from '../support/damages/small-ledger.js';

/** What `npm run verify-ledger` would print of it. */
function findingsIn(databaseUrl: string): Promise<string[]> {
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl });
  return withDatabase(config, 'read', async ({ dataSource }) => {
    const lines: string[] = [];
    const verification = new LedgerVerification(dataSource, { key: null, onProgress: () => undefined });
    for await (const { subject, problem } of verification.run()) lines.push(`${subject}: ${problem}`);
    return lines;
  });
}

let server: RunningApp;
let copies: DamagedCopies;

beforeAll(async () => {
  server = await startApp();
  await playSmallLedger(server.url);
  await server.app.close();
  copies = await damagedCopiesOf(server.database.url);
});
afterAll(() => server.database.drop());

const damages = DAMAGES.filter(({ onlySqlite }) => ENGINE === 'sqlite' || onlySqlite === undefined);
const refused = DAMAGES.filter((damage) => !damages.includes(damage));

describe('a verification', () => {
  it('finds nothing in a ledger that has every kind of row', async () => {
    expect(await findingsIn(server.database.url)).toEqual([]);
  });

  it.each(damages.map((damage): [string, Damage] => [damage.name, damage]))('finds %s', async (_, damage) => {
    const lines = await copies.with(damage, findingsIn);
    expect(lines).toContainEqual(expect.stringMatching(damage.says));
  });

  it('finds nothing once all is as it was', async () => {
    expect(await findingsIn(server.database.url)).toEqual([]);
  });
});

if (refused.length > 0) {
  describe('the database itself', () => {
    it.each(refused.map((damage): [string, Damage] => [damage.name, damage]))(
      'refuses %s',
      async (_, damage) => {
        // A fraction is rounded where the column says so: then it is no damage of this kind.
        const looked = copies.with(damage, findingsIn);
        await expect(
          looked.then(
            (lines) => lines.some((line) => damage.says.test(line)),
            () => false,
          ),
        ).resolves.toBe(false);
      },
    );
  });
}
