import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TotalsMaker } from '../support/application.js';
import { command, type Ended } from '../support/command.js';
import { query } from '../support/databases.js';
import { openFundedSession } from '../support/gpas.js';
import { insertManyBets } from '../support/many-movements.js';
import { type RunningApp, startApp } from '../support/server.js';

const HOUR_MS = 3_600_000;
/** Those of an hour that is over, and one a day later. */
const AT = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 72 * HOUR_MS);
const DAY = AT.toISOString().slice(0, 10);

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
  await openFundedSession(server.url, 'many');
  const at = AT.toISOString().replace('T', ' ').replace('Z', '');
  await insertManyBets(server.database.url, {
    name: 'many',
    walletId: 'many',
    count: 5_000,
    at,
    spread: true,
  });
  await server.app.get(TotalsMaker).bringUpToDate();
  await server.app.close(); // on SQLite the command has the file alone
});
afterAll(() => server.database.drop());

const run = (...parameters: string[]): Promise<Ended> =>
  command('rebuild-totals', { parameters, env: { DATABASE_URL: server.database.url } });
const kept = (): Promise<object[]> =>
  query(
    server.database.url,
    'SELECT kind, movements, amount_high * 1048576 + amount_low AS minor FROM movement_totals',
  );
const spoil = (): Promise<object[]> =>
  query(
    server.database.url,
    'UPDATE movement_totals SET movements = movements - 1, amount_low = amount_low - 100',
  );

const RIGHT = [expect.objectContaining({ kind: 'BET', movements: 5_000 })];

describe('rebuild-totals', () => {
  it('makes the totals of all hours again, those with nothing in them too', async () => {
    const before = await kept();
    expect(before).toEqual(RIGHT);
    await spoil();
    expect(await run()).toEqual({
      code: 0,
      output: expect.stringMatching(/^the totals of 7[12] hours were made$/m),
    });
    expect(await kept()).toEqual(before);
  });

  it('makes those of the days that it is given, and of no other', async () => {
    await spoil();
    const next = new Date(AT.getTime() + 24 * HOUR_MS).toISOString().slice(0, 10);
    expect((await run('--from', next, '--to', next)).code).toBe(0);
    expect(await kept()).not.toEqual(RIGHT);
    expect(await run('--from', DAY, '--to', DAY)).toEqual({
      code: 0,
      output: expect.stringMatching(/^the totals of \d+ hours were made$/m),
    });
    expect(await kept()).toEqual(RIGHT);
  });

  it('makes none of an hour that is not over', async () => {
    const later = new Date(Date.now() + 48 * HOUR_MS).toISOString().slice(0, 10);
    expect(await run('--from', later, '--to', later)).toEqual({
      code: 0,
      output: 'the totals of 0 hours were made\n',
    });
  });

  it.each([
    [['--from', '2026-02-05']],
    [['--from', '2026-02-30', '--to', '2026-02-30']],
    [['--from', '2026-02-05', '--to', '2026-02-04']],
  ])('refuses %j', async (parameters) => {
    expect(await run(...parameters)).toEqual({
      code: 2,
      output: '--from and --to must both be days like 2026-02-05, in their order\n',
    });
  });
});
