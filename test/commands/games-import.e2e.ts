import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Game } from '../../src/games/game.types.js';
import {
  createApp,
  createLogger,
  GamesService,
  loadConfig,
  MAX_GAMES_PER_PAGE,
  UnitOfWork,
} from '../support/application.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

const SCRIPT = join(import.meta.dirname, '../../dist/src/commands/import-games.js');
const HEADER = 'game_id,name,provider_code,enabled';

let folder: TemporaryFolder;
let database: TestDatabase;
let app: NestExpressApplication | undefined;

beforeAll(() => {
  folder = new TemporaryFolder('oas-games-');
});
afterAll(() => folder.remove());
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await stop();
  await database.drop();
});

/** The server on the test's database; returns where it listens. */
async function start(): Promise<string> {
  app = await createApp(
    loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: database.url }),
    createLogger('silent'),
  );
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

async function stop(): Promise<void> {
  await app?.close();
  app = undefined;
}

/** Migrates the database and leaves it to the command. */
async function migrated(): Promise<void> {
  await start();
  await stop();
}

/** `npm run games:import` with these arguments. */
function run(...parameters: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [SCRIPT, ...parameters],
      { cwd: folder.path, env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: database.url } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number((error as { code?: unknown }).code) : 0, output: stdout + stderr }),
    );
  });
}

function importFile(name: string, content: string): ReturnType<typeof run> {
  writeFileSync(join(folder.path, name), content);
  return run('--file', name);
}

const importLines = (lines: readonly string[]): ReturnType<typeof run> =>
  importFile('games.csv', [HEADER, ...lines].join('\r\n'));

/** Ids in an order that is not theirs. */
const LINES = Array.from(
  { length: 1_000 },
  (_, index) => `agt-${index},"Game, ${index} 🌞",AGT,${index % 2}`,
);

function stored(): Promise<Record<string, unknown>[]> {
  return query(database.url, 'SELECT * FROM games ORDER BY id');
}

const succeeded = (words: string): object => ({ code: 0, output: `${words}\n` });

describe('games:import', () => {
  it('creates games, finds them unchanged, changes what differs and leaves the others', async () => {
    await migrated();
    expect(await importLines(LINES)).toEqual(succeeded('1000 games created, 0 changed, 0 unchanged'));
    const rows = await stored();
    expect(rows).toHaveLength(1_000);
    expect(rows.find((row) => row['id'] === 'agt-7')).toEqual({
      id: 'agt-7',
      name: 'Game, 7 🌞',
      provider_code: 'AGT',
      enabled: 1,
    });
    expect(await importLines(LINES)).toEqual(succeeded('0 games created, 0 changed, 1000 unchanged'));
    expect(await stored()).toEqual(rows);

    const changes = [
      { gameId: 'agt-1', name: 'Other', providerCode: 'AGT', enabled: true },
      { gameId: 'agt-2', name: 'Game, 2 🌞', providerCode: 'NET', enabled: false },
      { gameId: 'agt-3', name: 'Game, 3 🌞', providerCode: 'AGT', enabled: false },
      { gameId: 'agt-5', name: 'Game, 5 🌞', providerCode: 'AGT', enabled: true },
      { gameId: 'AGT-5', name: 'New', providerCode: 'AGT', enabled: true },
    ];
    expect(await importFile('games.json', JSON.stringify(changes))).toEqual(
      succeeded('1 games created, 3 changed, 1 unchanged'),
    );
    const after = new Map((await stored()).map((row) => [row['id'], row]));
    for (const row of rows) {
      if (!/^agt-[123]$/.test(String(row['id']))) expect(after.get(row['id'])).toEqual(row);
    }
    expect(['agt-1', 'agt-2', 'agt-3', 'AGT-5'].map((id) => Object.values(after.get(id) ?? {}))).toEqual([
      ['agt-1', 'Other', 'AGT', 1],
      ['agt-2', 'Game, 2 🌞', 'NET', 0],
      ['agt-3', 'Game, 3 🌞', 'AGT', 0],
      ['AGT-5', 'New', 'AGT', 1],
    ]);
  });

  it('leaves everything as it was if one line is wrong, and names all that are', async () => {
    await migrated();
    await importLines(LINES);
    const rows = await stored();
    const { code, output } = await importLines([
      ...LINES.map((line) => line.replace(/\d$/, '0')),
      'agt 1000,Game,AGT,1',
      'agt-0,Game,AGT,1',
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/^line 1002: game_id "agt 1000" .*\nline 1003: game_id "agt-0" .* line 2 .*\n/);
    expect(output).toMatch(/\nNothing was imported\.\n$/);
    expect(await stored()).toEqual(rows);
  });

  it('counts the problems that it does not name', async () => {
    const { code, output } = await importLines(Array.from({ length: 150 }, () => 'x'));
    expect(code).toBe(1);
    expect(output.match(/^line /gm)).toHaveLength(100);
    expect(output).toContain('\nand 50 more problems\n');
  });

  it('decides which bets are taken', async () => {
    await migrated();
    await importLines(['agt-on,On,AGT,true', 'agt-off,Off,AGT,false']);
    const url = await start();
    const id = await openFundedSession(url, 'w');
    expect((await debit(url, id, 'on', { gameid: 'agt-on' })).status).toBe(201);
    expect((await debit(url, id, 'unknown', { gameid: 'agt-unknown' })).status).toBe(201);
    expect(await debit(url, id, 'off', { gameid: 'agt-off' })).toMatchObject({
      status: 400,
      body: { code: 1009, type: 'INVALID_GAME_ID' },
    });
  });

  it('works beside a server on MySQL; on SQLite it says what to do instead', async () => {
    const url = await start();
    const id = await openFundedSession(url, 'w');
    const { code, output } = await importLines(['agt-off,Off,AGT,false']);
    const { status } = await debit(url, id, 'off', { gameid: 'agt-off' });
    if (ENGINE === 'mysql') {
      expect([code, status]).toEqual([0, 400]);
    } else {
      expect([code, status]).toEqual([2, 201]);
      expect(output).toMatch(
        /^A server is using the SQLite file\. Stop it .* PUT \/operator\/games\/:gameId/,
      );
    }
  });

  it('gives up while another writer keeps one of its games', async () => {
    await start();
    await app!.get(UnitOfWork).write(async (transaction) => {
      const held = { id: 'agt-999', name: 'Held', providerCode: 'AGT', enabled: true };
      await app!.get(GamesService, { strict: false }).put(transaction, held);
      const { code, output } = await importLines(LINES);
      expect(code).toBe(2);
      expect(output).toMatch(
        ENGINE === 'mysql' ? /^Somebody else is changing the same games\. .* run it again\.\n$/ : /^A server/,
      );
    });
    expect((await stored()).map(({ id }) => id)).toEqual(['agt-999']);
  });

  it('needs the tables, and makes no database', async () => {
    const { code, output } = await importLines(LINES);
    expect(code).toBe(2);
    if (ENGINE === 'mysql') {
      expect(output).toMatch(/lacks tables .*migration:run/);
    } else {
      const path = database.url.slice('sqlite:'.length);
      expect(output).toMatch(/there is no SQLite file .* Set DATABASE_URL\.\n$/);
      expect(existsSync(path)).toBe(false);
      writeFileSync(path, '');
      expect((await importLines(LINES)).output).toMatch(/lacks tables .*migration:run/);
    }
  });

  it('explains itself', async () => {
    const { code, output } = await run('--help');
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: npm run games:import -- --file games\.csv\n/);
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
    mkdirSync(join(folder.path, 'folder.csv'), { recursive: true });
    writeFileSync(join(folder.path, 'large.csv'), HEADER);
    truncateSync(join(folder.path, 'large.csv'), 50_000_001);
    const { code, output } = await run(...parameters);
    expect(code).toBe(2);
    expect(output).toMatch(words);
    expect(output).not.toMatch(/ {4}at /);
  });
});

describe('GamesService', () => {
  let games: GamesService;
  let unitOfWork: UnitOfWork;

  beforeEach(async () => {
    await start();
    games = app!.get(GamesService, { strict: false });
    unitOfWork = app!.get(UnitOfWork);
  });

  const game = (id: string, name = 'A game', enabled = true): Game => ({
    id,
    name,
    providerCode: id.startsWith('net') ? 'NET' : 'AGT',
    enabled,
  });
  const put = (value: Game): ReturnType<GamesService['put']> =>
    unitOfWork.write((transaction) => games.put(transaction, value));
  const importAll = (list: readonly Game[]): ReturnType<GamesService['importAll']> =>
    unitOfWork.write((transaction) => games.importAll(transaction, list));

  it('puts a game in and tells what was there', async () => {
    expect(await put(game('agt-1'))).toEqual({ before: null, after: game('agt-1') });
    const changed: Game = { id: 'agt-1', name: 'Other', providerCode: 'NET', enabled: false };
    expect(await put(changed)).toEqual({ before: game('agt-1'), after: changed });
    expect(await put(changed)).toEqual({ before: changed, after: changed });
    expect(await games.list({ limit: 10 })).toEqual([changed]);
  });

  it('of many puts of one new game, one creates it and each other sees the one before', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = `agt-${round}`;
      // The last two are alike.
      const values = Array.from({ length: 8 }, (_, index) => game(id, `Name ${Math.min(index, 6)}`));
      const done = await Promise.all(values.map(put));
      expect(done.filter(({ before }) => before === null)).toHaveLength(1);
      const [last] = await query<{ name: string }>(database.url, 'SELECT name FROM games WHERE id = ?', [id]);
      const names = [...done.map(({ before }) => before?.name ?? ''), last!.name];
      expect(names.sort()).toEqual(['', ...done.map(({ after }) => after.name)].sort());
    }
  });

  it('two imports at the same time both count what they did, in whatever order their lists are', async () => {
    for (let round = 0; round < 5; round += 1) {
      const list = Array.from({ length: 500 }, (_, index) => game(`r${round}-${index}`));
      const [one, other] = await Promise.all([importAll(list), importAll([...list].reverse())]);
      expect(one.created + other.created).toBe(500);
      expect(one.unchanged + other.unchanged).toBe(500);
      expect(one.changed + other.changed).toBe(0);
    }
  });

  it('keeps nothing of an import that fails', async () => {
    await put(game('agt-1'));
    const list = Array.from({ length: 300 }, (_, index) => game(`agt-${index}`, 'Other'));
    const failed = unitOfWork.write(async (transaction) => {
      await games.importAll(transaction, list);
      throw new Error('too late');
    });
    await expect(failed).rejects.toThrow('too late');
    await expect(importAll([...list, game('agt-1')])).rejects.toThrow('given twice');
    expect(await stored()).toEqual([{ id: 'agt-1', name: 'A game', provider_code: 'AGT', enabled: 1 }]);
  });

  it('lists page by page, in the order of the ids, what is asked for', async () => {
    const all = ['A', 'Z', 'a', 'net-1', 'net-2', 'net-3', 'z'].map((id) => game(id, id, id !== 'net-2'));
    await importAll([...all].reverse());
    const ids = async (asked: Parameters<GamesService['list']>[0]): Promise<string[]> =>
      (await games.list(asked)).map(({ id }) => id);
    expect(await games.list({ limit: MAX_GAMES_PER_PAGE })).toEqual(all);
    expect(await ids({ limit: 3 })).toEqual(['A', 'Z', 'a']);
    expect(await ids({ limit: 3, after: 'a' })).toEqual(['net-1', 'net-2', 'net-3']);
    expect(await ids({ limit: 3, after: 'net-3' })).toEqual(['z']);
    expect(await ids({ limit: 3, after: 'z' })).toEqual([]);
    expect(await ids({ limit: 2, after: 'net-1', providerCode: 'NET' })).toEqual(['net-2', 'net-3']);
    expect(await ids({ limit: 10, enabled: false })).toEqual(['net-2']);
    expect(await ids({ limit: 10, enabled: true, providerCode: 'NET' })).toEqual(['net-1', 'net-3']);
    for (const limit of [0, -1, 1.5, MAX_GAMES_PER_PAGE + 1, Number.NaN]) {
      expect(() => games.list({ limit })).toThrow(RangeError);
    }
  });

  it('finds those of the ids that are there, and asks nothing for none', async () => {
    await importAll([game('a'), game('b')]);
    const found = await unitOfWork.read((reader) => games.findAll(reader, ['b', 'c', 'b']));
    expect(found).toEqual([game('b')]);
    const noReader = undefined as never;
    expect(await games.findAll(noReader, [])).toEqual([]);
  });
});
