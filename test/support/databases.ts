import { join } from 'node:path';
import { SqliteDatabase } from './application.js';
import { createMysqlDatabase, dropMysqlDatabase, queryMysql } from './mysql-server.js';
import { TemporaryFolder } from './temporary-folder.js';

/** Which engine this run of the test file is for: each runs once for each. */
export const ENGINE = (globalThis as unknown as { TEST_ENGINE: 'sqlite' | 'mysql' }).TEST_ENGINE;

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A new, empty database of the engine under test. */
export function createTestDatabase(): Promise<TestDatabase> {
  return ENGINE === 'mysql' ? createOnServer() : Promise.resolve(createFile());
}

function createFile(): TestDatabase {
  const folder = new TemporaryFolder('oas-sqlite-');
  return { url: `sqlite:${join(folder.path, 'oas.sqlite')}`, drop: () => folder.remove() };
}

async function createOnServer(): Promise<TestDatabase> {
  const rootUrl = process.env['TEST_MYSQL_ROOT_URL'];
  if (!rootUrl)
    throw new Error('TEST_MYSQL_ROOT_URL is not set: the global set-up of the mysql project does so');
  const url = await createMysqlDatabase(rootUrl);
  return { url, drop: () => dropMysqlDatabase(url) };
}

/**
 * One statement on a database, from outside the application, so that a test does not trust what it tests. Integers
 * past 2^53 come back as text on both engines.
 */
export async function query<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  if (url.startsWith('mysql:')) return queryMysql<Row>(url, sql, parameters);
  const database = new SqliteDatabase(url.slice('sqlite:'.length), { fileMustExist: true });
  try {
    const statement = database.prepare(sql).safeIntegers();
    if (statement.reader) return statement.all(...parameters).map((row) => withNumbers(row as object) as Row);
    statement.run(...parameters);
    return [];
  } finally {
    database.close();
  }
}

function withNumbers(row: object): object {
  const entries = Object.entries(row).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'bigint' ? readable(value) : value,
  ]);
  return Object.fromEntries(entries) as object;
}

function readable(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
