import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { Config } from '../../config/config.js';
import type { DatabaseConfig } from '../../config/database-config.js';
import { UnitOfWork } from '../unit-of-work.js';
import { dataSourceOptions } from './data-source-options.js';
import { lockSqliteFile, refuseSecondName } from '../sqlite/sqlite-file-lock.js';
import type { SqliteThread } from '../sqlite/sqlite-thread.js';
import { ThreadedDataSource } from '../sqlite/threaded-data-source.js';

/** For a server that is busy with players, and for a commit of much. */
const STATEMENT_TIMEOUT_MS = 60_000;
const ENTITIES = [join(import.meta.dirname, '../../**/*.entity.{js,ts}')];

/** There is no SQLite file where DATABASE_URL says. */
export class MissingDatabaseError extends Error {
  constructor(path: string) {
    super(`There is no SQLite file ${path}. Set DATABASE_URL.`);
    this.name = 'MissingDatabaseError';
  }
}

/** What a command has of the database. */
export interface CommandDatabase {
  readonly dataSource: DataSource;
  readonly unitOfWork: UnitOfWork;
}

/**
 * Opens DATABASE_URL for a command, with the tables of every room, and closes it after `work`.
 * @param access to read, beside servers; or to write: then no server may use the same SQLite file
 * @throws DatabaseInUseError; MissingDatabaseError, because opening the file would make it; UnusableSqliteFileError
 */
export async function withDatabase<T>(
  config: Config,
  access: 'read' | 'write',
  work: (database: CommandDatabase) => Promise<T>,
): Promise<T> {
  const { database } = config;
  if (database.engine === 'sqlite' && database.path !== ':memory:' && !existsSync(database.path)) {
    throw new MissingDatabaseError(database.path);
  }
  if (database.engine === 'sqlite') refuseSecondName(database.path);
  const isLocked = database.engine === 'sqlite' && access === 'write';
  const release = isLocked ? lockSqliteFile(database.path) : (): void => undefined;
  try {
    const dataSource = await new ThreadedDataSource(optionsOf(database, access)).initialize();
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
  // Who only reads does so on one connection: the others are for servers.
  const isReader = access === 'read';
  const used = database.engine === 'mysql' && isReader ? { ...database, poolSize: 1 } : database;
  const options = { ...dataSourceOptions(used, STATEMENT_TIMEOUT_MS), entities: ENTITIES };
  if (database.engine === 'mysql' || !isReader) return options;
  return {
    ...options,
    // Not opened read-only: SQLite could not read then what a killed server left in its log.
    prepareDatabase: (thread: SqliteThread) => thread.pragma('query_only = ON'),
  } as unknown as DataSourceOptions;
}
