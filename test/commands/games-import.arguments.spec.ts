import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command, type Ended } from '../support/command.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

/* What games:import says before it asks for a database: the same on every engine, so it is shown once. */

let folder: TemporaryFolder;
beforeAll(() => {
  folder = new TemporaryFolder('oas-games-');
  mkdirSync(join(folder.path, 'folder.csv'));
  writeFileSync(join(folder.path, 'large.csv'), 'game_id,name,provider_code,enabled');
  truncateSync(join(folder.path, 'large.csv'), 50_000_001);
});
afterAll(() => folder.remove());

const run = (...parameters: string[]): Promise<Ended> =>
  command('games-import', { parameters, folder: folder.path });

describe('games:import', () => {
  it('explains itself', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: npm run games:import -- --file games\.csv\n/);
  });

  it('names a hundred problems and counts the others', async () => {
    const lines = Array.from({ length: 150 }, () => 'x');
    writeFileSync(
      join(folder.path, 'games.csv'),
      ['game_id,name,provider_code,enabled', ...lines].join('\r\n'),
    );
    const { code, output } = await run('--file', 'games.csv');
    expect(code).toBe(1);
    expect(output.match(/^line /gm)).toHaveLength(100);
    expect(output).toContain('\nand 50 more problems\n');
  });

  it.each<[string, string[], RegExp]>([
    ['no file', [], /^--file is missing\.\n\nUsage/],
    ['an empty name', ['--file', ''], /^--file is missing/],
    ['an unknown option', ['--files', 'games.csv'], /^Unknown option '--files'.*\n\nUsage/],
    ['an argument too many', ['games.csv'], /^Unexpected argument 'games\.csv'/],
    ['a file that is not there', ['--file', 'nowhere.csv'], /^There is no file \/.*\/nowhere\.csv\.\n$/],
    ['another extension', ['--file', 'games.xlsx'], /games\.xlsx must end with \.csv or \.json/],
    ['a folder', ['--file', 'folder.csv'], /folder\.csv is not a file/],
    ['a path through a file', ['--file', 'large.csv/games.csv'], /games\.csv cannot be read: ENOTDIR/],
    ['a file that is too large', ['--file', 'large.csv'], /large\.csv is larger than 50 MB: split it/],
  ])('refuses %s in clear words', async (_, parameters, words) => {
    const { code, output } = await run(...parameters);
    expect(code).toBe(2);
    expect(output).toMatch(words);
    expect(output).not.toMatch(/ {4}at /);
  });
});
