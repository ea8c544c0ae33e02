import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Config, DatabaseConfig } from '../../config/config.js';
import { UnitOfWork } from '../unit-of-work.js';
import { dataSourceOptions } from './data-source-options.js';
import { lockSqliteFile } from './sqlite-file-lock.js';

/** For a server that is busy with players, and for a commit of much. */
const STATEMENT_TIMEOUT_MS = 60_000;
const ENTITIES = [join(import.meta.dirname, '../../**/*.entity.{js,ts}')];

/** What a command has of the database. */
export interface CommandDatabase {
  readonly dataSource: DataSource;
  readonly unitOfWork: UnitOfWork;
}

/**
 * Opens DATABASE_URL for a command, with the tables of every room, and closes it after `work`.
 * @param access to read, beside servers; or to write: then no server may use the same SQLite file
 * @throws DatabaseInUseError; Error where there is no SQLite file, which opening it would make
 */
export async function withDatabase<T>(
  config: Config,
  access: 'read' | 'write',
  work: (database: CommandDatabase) => Promise<T>,
): Promise<T> {
  const { database } = config;
  if (database.engine === 'sqlite' && database.path !== ':memory:' && !existsSync(database.path)) {
    throw new Error(`there is no SQLite file ${database.path}. Set DATABASE_URL.`);
  }
  const isLocked = database.engine === 'sqlite' && access === 'write';
  const release = isLocked ? lockSqliteFile(database.path) : (): void => undefined;
  try {
    const dataSource = await new DataSource(optionsOf(database, access)).initialize();
    try {
      return await work({ dataSource, unitOfWork: new UnitOfWork(dataSource, config) });
    } finally {
      await dataSource.destroy();
    }
  } finally {
    release();
  }
}

function optionsOf(database: DatabaseConfig, access: 'read' | 'write'): DataSourceOptions {
  const options = { ...dataSourceOptions(database, STATEMENT_TIMEOUT_MS), entities: ENTITIES };
  if (database.engine === 'mysql' || access === 'write') return options;
  return {
    ...options,
    // Not opened read-only: SQLite could not read then what a killed server left in its log.
    prepareDatabase: (connection: Database) => void connection.pragma('query_only = ON'),
  } as DataSourceOptions;
}
