import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig, DatabaseTls } from '../../config/database-config.js';
import { CONNECT_TIMEOUT_MS, LOCK_WAIT_SECONDS, QUERY_TIMEOUT_MS } from '../waits.js';
import { migrations } from '../migrations/index.js';
import { mysqlDriver } from './mysql-driver.js';
import { SqliteDatabase } from '../sqlite/sqlite-database.js';

/**
 * TypeORM's options for both engines, for the application and for `ormconfig.ts`. The schema changes by migrations
 * only. TypeORM's own log stays off: it prints statements with their values.
 */
export function dataSourceOptions(
  database: DatabaseConfig,
  queryTimeoutMs: number = QUERY_TIMEOUT_MS,
): DataSourceOptions {
  const shared = {
    migrations,
    migrationsTableName: 'migrations',
    synchronize: false,
    migrationsRun: false,
    logging: false,
  } as const;
  if (database.engine === 'sqlite') {
    return {
      ...shared,
      type: 'better-sqlite3',
      driver: SqliteDatabase,
      database: database.path,
      timeout: LOCK_WAIT_SECONDS * 1_000,
      statementCacheSize: 0, // the driver's own is the one
      prepareDatabase: makeDurable,
    };
  }
  return {
    ...shared,
    type: 'mysql',
    driver: mysqlDriver(queryTimeoutMs),
    host: database.host,
    port: database.port,
    username: database.user,
    password: database.password,
    database: database.database,
    poolSize: database.poolSize,
    charset: 'utf8mb4',
    timezone: 'Z',
    // Integers past 2^53 arrive as text instead of as a neighbouring number.
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    multipleStatements: true, // see mysqlRoundTrip
    enableQueryTimeout: true,
    maxQueryExecutionTime: queryTimeoutMs,
    ...(database.tls ? { ssl: sslOf(database.tls) } : {}),
  };
}

/** `verifyIdentity` is no option of TypeORM's types, but one of mysql2, which gets it: without it any host's certificate is good. */
function sslOf({ verified, ca, cert, key }: DatabaseTls): object {
  return { rejectUnauthorized: verified, verifyIdentity: verified, ca, cert, key };
}

/** An acknowledged commit survives a power cut: better-sqlite3 is built with the weaker NORMAL for WAL. */
async function makeDurable(connection: { pragma(source: string): unknown }): Promise<void> {
  await connection.pragma('journal_mode = WAL');
  await connection.pragma('synchronous = FULL');
}
