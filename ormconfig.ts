import 'reflect-metadata';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { loadConfig } from './src/config/config.js';
import { readEnvironmentFile } from './src/config/environment-file.js';
import { dataSourceOptions } from './src/database/connection/data-source-options.js';
import { MIGRATION_TIMEOUT_MS } from './src/database/waits.js';

readEnvironmentFile();

/** The application's data source for TypeORM's command line: the same options, with the entities of every module. */
export default new DataSource({
  ...dataSourceOptions(loadConfig().database, MIGRATION_TIMEOUT_MS),
  entities: [join(import.meta.dirname, 'src/**/*.entity.{js,ts}')],
});
