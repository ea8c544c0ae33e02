import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  allEntities,
  DataSource,
  dataSourceOptions,
  loadConfig,
  migrations,
} from '../support/application.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { startApp } from '../support/server.js';

const MIGRATIONS = join(import.meta.dirname, '../../src/database/migrations');

let database: TestDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await createTestDatabase();
  const options = dataSourceOptions(loadConfig({ DATABASE_URL: database.url }).database);
  dataSource = await new DataSource({
    ...options,
    entities: await allEntities(),
  }).initialize();
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function tables(): Promise<string[]> {
  const sql =
    ENGINE === 'mysql'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
      : `SELECT name FROM sqlite_master WHERE type = 'table'`;
  const rows = await query<{ name: string }>(database.url, sql);
  return rows.map(({ name }) => name).filter((name) => !/^(sqlite_|migrations|typeorm_)/.test(name));
}

/** The statements that TypeORM would need to make the schema that the entities describe. */
async function drift(): Promise<string[]> {
  if (ENGINE === 'mysql') {
    const [row] = await query<{ version: string }>(database.url, 'SELECT VERSION() AS version');
    // MariaDB reports the default of a nullable column as the text NULL; TypeORM knows that of its mariadb type only.
    if (row?.version.includes('MariaDB')) Object.assign(dataSource.driver.options, { type: 'mariadb' });
  }
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query: statement }) => statement);
}

describe('migrations', () => {
  it('are all in the list, in order', () => {
    const files = readdirSync(MIGRATIONS).filter((name) => /^\d+-.*\.ts$/.test(name));
    const stamps = migrations.map(({ name }) => /\d+$/.exec(name)?.[0]);
    expect(stamps).toEqual(files.map((file) => /^\d+/.exec(file)?.[0]).sort());
  });

  it('run up, down and up again, and leave nothing behind', async () => {
    await dataSource.runMigrations();
    const there = await tables();
    expect(there.length).toBeGreaterThan(2);
    for (const _ of migrations) await dataSource.undoLastMigration();
    expect(await tables()).toEqual([]);
    await dataSource.runMigrations();
    expect((await tables()).sort()).toEqual(there.sort());
  });

  it('make exactly the schema that the entities describe', async () => {
    await dataSource.runMigrations();
    expect(await drift()).toEqual([]);
  });

  it('would show a drift: a column taken away is missed', async () => {
    await dataSource.runMigrations();
    await query(database.url, 'ALTER TABLE sessions DROP COLUMN closed_by');
    expect((await drift()).length).toBeGreaterThan(0);
  });
});

describe('the schema', () => {
  it('is used by the application with the same entities as by ormconfig.ts', async () => {
    const server = await startApp();
    const names = (source: DataSource): string[] =>
      source.entityMetadatas.map(({ tableName }) => tableName).sort();
    expect(names(server.app.get(DataSource))).toEqual(names(dataSource));
    await server.stop();
  });

  it('tells keys apart that differ in case only, and refuses what its checks exclude', async () => {
    await dataSource.runMigrations();
    const insert = (id: string, status = 'ACTIVE'): Promise<unknown> =>
      query(
        database.url,
        `INSERT INTO wallets (id, player_id, code, currency, decimals, status, created_at)
         VALUES (?, 'p', 'CASINO', 'EUR', 2, ?, '2026-01-01 00:00:00.000')`,
        [id, status],
      ).catch((error: unknown) => {
        throw new Error(String(error));
      });
    await insert('a');
    await insert('A');
    await expect(insert('a')).rejects.toThrow();
    await expect(insert('b', 'ASLEEP')).rejects.toThrow();
    const rows = await query<{ id: string }>(database.url, `SELECT id FROM wallets WHERE id = 'A'`);
    expect(rows).toEqual([{ id: 'A' }]);
  });
});
