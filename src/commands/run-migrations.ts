import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../database/connection/data-source-options.js';
import { migrate } from '../database/connection/migrate.js';
import { lockSqliteFile } from '../database/connection/sqlite-file-lock.js';
import { defineCommand, readConfig } from './command.js';

const HELP = `Usage: npm run migration:run

Runs the migrations that DATABASE_URL has not had yet, as a server does at its start unless MIGRATE_ON_START=false; a SQLite
file that is not there is made. On SQLite stop the server first.

Exit codes: 0 nothing is left to migrate; 2 the database cannot be used.
`;

/** `npm run migration:run`: the migrations a server would run at start, for installations where it does not. */
export const runMigrations = defineCommand({
  help: HELP,
  options: {},
  failure: 'The database could not be migrated',
  async run(_, invocation) {
    const { database } = readConfig(invocation);
    const release = database.engine === 'sqlite' ? lockSqliteFile(database.path) : (): void => undefined;
    try {
      const dataSource = await new DataSource(dataSourceOptions(database)).initialize();
      try {
        const names = await migrate(dataSource, database);
        invocation.out(names.length > 0 ? `migrated: ${names.join(', ')}\n` : 'nothing to migrate\n');
        return 0;
      } finally {
        await dataSource.destroy();
      }
    } finally {
      release();
    }
  },
});
