import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp, createLogger, GamesService, loadConfig, UnitOfWork } from '../support/application.js';
import { command, type Ended } from '../support/command.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { shownOf } from '../support/audit-entry.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { auditLinesOf } from '../support/operator.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

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
const run = (...parameters: string[]): Promise<Ended> =>
  command('games-import', { parameters, folder: folder.path, env: { DATABASE_URL: database.url } });

function importFile(name: string, content: string): Promise<Ended> {
  writeFileSync(join(folder.path, name), content);
  return run('--file', name);
}

const importLines = (lines: readonly string[]): Promise<Ended> =>
  importFile('games.csv', [HEADER, ...lines].join('\r\n'));

/** Ids in an order that is not theirs. */
const LINES = Array.from(
  { length: 1_000 },
  (_, index) => `agt-${index},"Game, ${index} 🌞",AGT,${index % 2}`,
);

function stored(): Promise<Record<string, unknown>[]> {
  return query(database.url, 'SELECT * FROM games ORDER BY id');
}

/** What the trail has of games: the demo's deposits are there too. */
async function gameLines(): Promise<ReturnType<typeof shownOf>[]> {
  const lines = await auditLinesOf(database.url);
  return lines.map(shownOf).filter(({ subjectType }) => subjectType === 'game');
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

  it('leaves a line of the audit trail for each game that it changed, and one for the whole', async () => {
    await migrated();
    expect(await importLines(LINES)).toMatchObject({ code: 0 });
    const created = await gameLines();
    expect(created).toHaveLength(LINES.length + 1);
    await importLines([
      ...LINES.slice(0, 4),
      'agt-4,Other,AGT,0',
      'agt-5,"Game, 5 🌞",NET,FALSE',
      'new,New,AGT,TRUE',
    ]);
    const game = (gameId: string, name: string, providerCode: string, enabled: boolean): object => ({
      gameId,
      name,
      providerCode,
      enabled,
    });
    const by = { operatorKeyId: 'server', operatorKeyName: 'server', requestId: null, subjectType: 'game' };
    const put = { ...by, action: 'game.put' };
    const lines = await gameLines();
    expect(lines.filter(({ subjectId }) => subjectId === 'agt-4')).toEqual([
      { ...put, subjectId: 'agt-4', before: null, after: game('agt-4', 'Game, 4 🌞', 'AGT', false) },
      {
        ...put,
        subjectId: 'agt-4',
        before: game('agt-4', 'Game, 4 🌞', 'AGT', false),
        after: game('agt-4', 'Other', 'AGT', false),
      },
    ]);
    expect(lines.slice(created.length + 1)).toEqual([
      {
        ...put,
        subjectId: 'agt-5',
        before: game('agt-5', 'Game, 5 🌞', 'AGT', true),
        after: game('agt-5', 'Game, 5 🌞', 'NET', false),
      },
      { ...put, subjectId: 'new', before: null, after: game('new', 'New', 'AGT', true) },
      {
        ...by,
        action: 'game.import',
        subjectId: 'catalogue',
        before: null,
        after: { created: 1, changed: 2, unchanged: 4 },
      },
    ]);
  });

  it('reads what a spreadsheet saves, and names the line of what it cannot', async () => {
    await migrated();
    const rows = 'agt-1;Book, of Sun;AGT;TRUE\r\nagt-2;Other;AGT;FALSE\r\n;;;\r\n';
    const saved = await importFile('excel.csv', `\uFEFF${HEADER.replaceAll(',', ';')}\r\n${rows}`);
    expect(saved).toEqual(succeeded('2 games created, 0 changed, 0 unchanged'));
    expect((await stored()).map(({ name, enabled }) => [name, enabled])).toEqual([
      ['Book, of Sun', 1],
      ['Other', 0],
    ]);
    expect(await importLines(['agt-1,Other,AGT,WAHR'])).toEqual({
      code: 1,
      output: 'line 2: enabled "WAHR" must be TRUE, FALSE, 1 or 0, in English\n\nNothing was imported.\n',
    });
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
    expect(await gameLines()).toEqual([]);
  });

  it('needs the tables, and makes no database', async () => {
    const { code, output } = await importLines(LINES);
    expect(code).toBe(2);
    if (ENGINE === 'mysql') {
      expect(output).toMatch(/lacks tables .*migration:run/);
    } else {
      const path = database.url.slice('sqlite:'.length);
      expect(output).toMatch(/^There is no SQLite file .* Set DATABASE_URL\.\n$/);
      expect(existsSync(path)).toBe(false);
      writeFileSync(path, '');
      expect((await importLines(LINES)).output).toMatch(/lacks tables .*migration:run/);
    }
  });
});
