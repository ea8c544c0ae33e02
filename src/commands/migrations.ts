import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../database/connection/data-source-options.js';
import { migrate, revertLast } from '../database/connection/migrate.js';
import { lockSqliteFile } from '../database/sqlite/sqlite-file-lock.js';
import type { DatabaseConfig } from '../config/database-config.js';
import { defineCommand, type Invocation, readConfig } from './command.js';

const RUN_HELP = `Usage: npm run migration:run

Runs the migrations that DATABASE_URL has not had yet, as a server does at its start unless MIGRATE_ON_START=false; a SQLite
file that is not there is made. On SQLite stop the server first.

Exit codes: 0 nothing is left to migrate; 2 the database cannot be used.
`;

const REVERT_HELP = `Usage: npm run migration:revert

Takes back the migration that DATABASE_URL had last, with what only its columns and tables hold: for the way back to an older
version. Stop the servers first.

Exit codes: 0 it is taken back, or there was none; 2 the database cannot be used.
`;

/** `npm run migration:run`: the migrations a server would run at start, for installations where it does not. */
export const runMigrations = defineCommand({
  help: RUN_HELP,
  options: {},
  failure: 'The database could not be migrated',
  async run(_, invocation) {
    const names = await withSchema(invocation, migrate);
    invocation.out(names.length > 0 ? `migrated: ${names.join(', ')}\n` : 'nothing to migrate\n');
    return 0;
  },
});

/** `npm run migration:revert`: one step of the way back to an older version. */
export const revertMigration = defineCommand({
  help: REVERT_HELP,
  options: {},
  failure: 'The migration could not be reverted',
  async run(_, invocation) {
    const name = await withSchema(invocation, revertLast);
    invocation.out(name === undefined ? 'nothing to take back\n' : `taken back: ${name}\n`);
    return 0;
  },
});

/** Opens DATABASE_URL for a change of its schema; a SQLite file must be nobody else's meanwhile. */
async function withSchema<T>(
  invocation: Invocation,
  work: (dataSource: DataSource, database: DatabaseConfig) => Promise<T>,
): Promise<T> {
  const { database } = readConfig(invocation);
  const release = database.engine === 'sqlite' ? lockSqliteFile(database.path) : (): void => undefined;
  try {
    const dataSource = await new DataSource(dataSourceOptions(database)).initialize();
    try {
      return await work(dataSource, database);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    release();
  }
}
