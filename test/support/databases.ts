import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { queryMysql } from './mysql-server.js';

/** Which engine this run of the test file is for: each runs once for each. */
export const ENGINE = (globalThis as unknown as { TEST_ENGINE: 'sqlite' | 'mysql' }).TEST_ENGINE;

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A new, empty database of the engine under test. */
export function createTestDatabase(): Promise<TestDatabase> {
  return ENGINE === 'mysql' ? createMysqlDatabase() : Promise.resolve(createSqliteFile());
}

function createSqliteFile(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'oas-sqlite-'));
  return {
    url: `sqlite:${join(folder, 'oas.sqlite')}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function createMysqlDatabase(): Promise<TestDatabase> {
  const root = process.env['TEST_MYSQL_URL'];
  if (!root) throw new Error('TEST_MYSQL_URL is not set: the global set-up of the mysql project does so');
  const name = `oas_${randomBytes(6).toString('hex')}`;
  const rootUrl = new URL(root);
  rootUrl.pathname = '/mysql';
  const url = new URL(root);
  url.pathname = `/${name}`;
  await queryMysql(rootUrl.href, `CREATE DATABASE ${name}`, []);
  return {
    url: url.href,
    drop: async () => {
      await queryMysql(rootUrl.href, `DROP DATABASE ${name}`, []);
    },
  };
}

/** One statement on a database, from outside the application, so that a test does not trust what it tests. */
export async function query<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  if (url.startsWith('mysql:')) return queryMysql<Row>(url, sql, parameters);
  const database = new BetterSqlite3(url.slice('sqlite:'.length), { fileMustExist: true });
  try {
    const statement = database.prepare(sql);
    if (statement.reader) return statement.all(...parameters) as Row[];
    statement.run(...parameters);
    return [];
  } finally {
    database.close();
  }
}
