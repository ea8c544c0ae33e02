import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  dataSourceOptions,
  loadConfig,
  SqliteDatabase,
  SqliteThread,
  ThreadedDataSource,
} from '../support/application.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { balance, debit, openFundedSession, send } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';

let database: TestDatabase;
let path: string;
beforeEach(async () => {
  database = await createTestDatabase();
  path = database.url.slice('sqlite:'.length);
});
afterEach(() => database.drop());

it('a commit that waits for the file keeps nothing else waiting', async () => {
  const server = await ServerProcess.start(database.url);
  const session = await openFundedSession(server.url, 'waits', { real: 10 });
  const other = new SqliteDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  let isAnswered = false;
  const bet = debit(server.url, session, 'waits-1', { value: 4 }).finally(() => (isAnswered = true));
  for (let times = 0; times < 20; times += 1) {
    const startedAt = performance.now();
    expect((await send(server.url, { method: 'GET', target: '/health/live' })).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
  expect((await balance(server.url, session)).status).toBe(200); // behind one try of the commit, not all
  expect(isAnswered).toBe(false);
  other.exec('COMMIT');
  other.close();
  expect((await bet).status).toBe(201);
  await server.kill('SIGTERM');
  const booked = `SELECT COUNT(*) AS booked FROM movements WHERE external_reference = 'waits-1'`;
  expect(await query(database.url, booked)).toEqual([{ booked: 1 }]);
});

describe('the thread of a file', () => {
  const statement = (sql: string, ...values: (string | number)[]) => ({ sql, values });

  it('answers each question in its turn, and leaves what stands behind a failure undone', async () => {
    const thread = new SqliteThread(path);
    const made = thread.run([statement('CREATE TABLE letters (letter TEXT PRIMARY KEY)')]);
    const insert = (letter: string) => statement('INSERT INTO letters VALUES (?)', letter);
    const twice = thread.run([insert('a'), insert('a'), insert('b')]);
    const none = thread.run([
      { ...statement(`UPDATE letters SET letter = 'c' WHERE letter = 'b'`), matches: 1 },
    ]);
    const found = thread.roundTrip([insert('d'), statement('SELECT letter FROM letters ORDER BY letter')]);
    await expect(made).resolves.toEqual([{ changes: 0, lastInsertRowid: 0 }]);
    await expect(twice).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
      message: 'UNIQUE constraint failed: letters.letter',
    });
    await expect(none).rejects.toThrow('A statement matched 0 rows and not 1');
    await expect(found).resolves.toEqual([[], [{ letter: 'a' }, { letter: 'd' }]]);
    await thread.close();
  });

  it('does what it was asked before it ends, and nothing after that', async () => {
    const thread = new SqliteThread(path);
    const made = thread.run([statement('CREATE TABLE letters (letter TEXT)')]);
    const closed = thread.close();
    await expect(thread.run([statement('SELECT 1')])).rejects.toThrow('The database connection is not open');
    await expect(made).resolves.toHaveLength(1);
    await closed;
    await thread.close();
    expect(await query(database.url, 'SELECT letter FROM letters')).toEqual([]);
  });

  it('says why it cannot open a file, and ends', async () => {
    mkdirSync(`${path}-folder`);
    const thread = new SqliteThread(`${path}-folder`);
    await expect(thread.opened).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' });
    await expect(thread.run([statement('SELECT 1')])).rejects.toThrow('is not open');
    await thread.close();
  });

  it('gives TypeORM what better-sqlite3 gives it', async () => {
    const options = dataSourceOptions(loadConfig({ DATABASE_URL: database.url }).database);
    const dataSource = await new ThreadedDataSource(options).initialize();
    await dataSource.query('CREATE TABLE letters (letter TEXT UNIQUE, kind INTEGER)');
    const insert = (letter: string, kind: boolean | number) =>
      dataSource.createQueryRunner().query('INSERT INTO letters VALUES (?, ?)', [letter, kind], true);
    expect(await insert('a', true)).toMatchObject({ affected: 1, raw: 1 });
    expect(await insert('b', 1)).toMatchObject({ affected: 1, raw: 2 });
    await expect(insert('a', 1)).rejects.toMatchObject({
      name: 'QueryFailedError',
      driverError: { code: 'SQLITE_CONSTRAINT_UNIQUE' },
    });
    const rows = [
      { letter: 'a', kind: 1 },
      { letter: 'b', kind: 1 },
    ];
    expect(await dataSource.query('SELECT * FROM letters')).toEqual(rows);
    const structured = await dataSource.createQueryRunner().query('SELECT * FROM letters', [], true);
    expect(structured).toMatchObject({ records: rows, raw: rows });
    for (const [name, value] of [
      ['foreign_keys', 1],
      ['synchronous', 2],
      ['journal_mode', 'wal'],
    ] as const)
      expect(await dataSource.query(`PRAGMA ${name}`)).toEqual([{ [name]: value }]);
    await dataSource.destroy();
    await expect(dataSource.query('SELECT 1')).rejects.toThrow();
  });
});
