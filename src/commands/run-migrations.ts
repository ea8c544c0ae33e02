import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { dataSourceOptions } from '../database/connection/data-source-options.js';
import { migrate } from '../database/connection/migrate.js';
import { lockSqliteFile } from '../database/connection/sqlite-file-lock.js';

/** `npm run migration:run`: the migrations a server would run at start, for installations where it does not. */
readEnvironmentFile();
const { database } = loadConfig();
const release = database.engine === 'sqlite' ? lockSqliteFile(database.path) : (): void => undefined;
const dataSource = await new DataSource(dataSourceOptions(database)).initialize();
try {
  const names = await migrate(dataSource, database);
  process.stdout.write(names.length > 0 ? `migrated: ${names.join(', ')}\n` : 'nothing to migrate\n');
} finally {
  await dataSource.destroy();
  release();
}
