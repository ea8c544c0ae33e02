import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command, type Ended } from '../support/command.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

/* What reconcile says before it asks for a database: the same on every engine, so it is shown once. */

const DAY = '2026-02-05';
const HEAD = 'date,game_id,currency,total_bet,total_win,transaction_count_bet\n';

let folder: TemporaryFolder;
beforeAll(() => {
  folder = new TemporaryFolder('reconcile');
  writeFileSync(join(folder.path, 'value.csv'), `${HEAD}${DAY},agt-54,EUR,x,3,1\n`);
  writeFileSync(join(folder.path, 'day.csv'), `${HEAD}2020-01-01,agt-54,EUR,1,3,1\n`);
  writeFileSync(join(folder.path, 'none.csv'), HEAD);
  writeFileSync(join(folder.path, 'nothing.csv'), '');
  writeFileSync(join(folder.path, 'page.csv'), '<!DOCTYPE html>\n');
  writeFileSync(join(folder.path, 'fail.json'), '{"status":"fail"}');
  writeFileSync(join(folder.path, 'wide.csv'), Buffer.from(`\uFEFF${HEAD}`, 'utf16le'));
  writeFileSync(join(folder.path, 'huge.csv'), HEAD);
  truncateSync(join(folder.path, 'huge.csv'), 1_000_000_000);
  mkdirSync(join(folder.path, 'folder.csv'));
});
afterAll(() => folder.remove());

const run = (...parameters: string[]): Promise<Ended> =>
  command('reconcile', {
    parameters,
    folder: folder.path,
    env: { DATABASE_URL: 'sqlite:/nowhere/oas.sqlite' },
  });

describe('npm run reconcile', () => {
  it.each<[string, string[], string]>([
    [
      'a value that is no number',
      ['--file', 'value.csv', '--date', DAY],
      'value.csv: row 1: total_bet is no decimal number: "x"',
    ],
    ['a row of another day', ['--file', 'day.csv', '--date', DAY], 'has a row of 2020-01-01'],
    ['no file', ['--date', DAY], '--file'],
    ['a file that is not there', ['--file', 'nowhere.csv', '--date', DAY], 'There is no file'],
    ['a folder', ['--file', 'folder.csv', '--date', DAY], 'is not a file'],
    ['a file of 1 GB', ['--file', 'huge.csv', '--date', DAY], 'is larger than'],
    ['UTF-16', ['--file', 'wide.csv', '--date', DAY], 'wide.csv: is not UTF-8'],
    ['an empty file', ['--file', 'nothing.csv', '--date', DAY], 'is empty: expected the header date,game_id'],
    ['a page', ['--file', 'page.csv', '--date', DAY], 'line 1 is "<!DOCTYPE html>": expected the header'],
    ['a failure', ['--file', 'fail.json', '--date', DAY], 'its status is "fail": expected "success"'],
    ['a day that is none', ['--file', 'none.csv', '--date', '2026-02-30'], 'must be a day like'],
  ])(
    'says that it cannot use %s, with another exit code than for a difference',
    async (_, parameters, words) => {
      expect(await run(...parameters)).toMatchObject({ code: 2, output: expect.stringContaining(words) });
    },
  );

  it('explains itself', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, output: expect.stringContaining('Usage') });
  });
});
