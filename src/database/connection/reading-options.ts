import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../../config/config.js';
import { dataSourceOptions } from './data-source-options.js';

/** A page is read by an index; this is for a server that is busy with players. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * The application's options for a command that only reads, beside servers: the same URL leads to the same database.
 * @throws Error where there is no SQLite file, which opening it would make
 */
export function readingOptions(database: DatabaseConfig): DataSourceOptions {
  if (database.engine === 'mysql') {
    return dataSourceOptions({ ...database, poolSize: 1 }, STATEMENT_TIMEOUT_MS);
  }
  if (database.path !== ':memory:' && !existsSync(database.path)) {
    throw new Error(`there is no SQLite file ${database.path}. Set DATABASE_URL.`);
  }
  return {
    ...dataSourceOptions(database),
    // Not opened read-only: SQLite could not read then what a killed server left in its log.
    prepareDatabase: (connection: Database) => void connection.pragma('query_only = ON'),
  } as DataSourceOptions;
}
