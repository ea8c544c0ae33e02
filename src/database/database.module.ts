import {
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config.js';
import { ClockComparison } from './clock-comparison.js';
import { dataSourceOptions } from './connection/data-source-options.js';
import { migrate } from './connection/migrate.js';
import { checkDatabase } from './connection/startup-checks.js';
import { lockSqliteFile } from './sqlite/sqlite-file-lock.js';
import { ThreadedDataSource } from './sqlite/threaded-data-source.js';
import { UnitOfWork } from './unit-of-work.js';

const RELEASE_FILE_LOCK = Symbol('releases the lock on the SQLite file');

/** Locks, connects, checks and migrates at start, and gives every module the one {@link UnitOfWork}. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(RELEASE_FILE_LOCK) private readonly releaseFileLock: () => void) {}

  static forRoot(database: DatabaseConfig): DynamicModule {
    let releaseFileLock = (): void => undefined;
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(database),
            autoLoadEntities: true,
            toRetry: () => false, // say at once what is wrong; whoever started the process starts it again
          }),
          dataSourceFactory: async (options) => {
            if (database.engine === 'sqlite') releaseFileLock = lockSqliteFile(database.path);
            try {
              return await openDatabase(database, options);
            } catch (error) {
              releaseFileLock();
              throw error;
            }
          },
        }),
      ],
      providers: [
        UnitOfWork,
        ClockComparison,
        { provide: RELEASE_FILE_LOCK, useValue: () => releaseFileLock() },
      ],
      exports: [UnitOfWork],
    };
  }

  onApplicationShutdown(): void {
    this.releaseFileLock();
  }
}

async function openDatabase(database: DatabaseConfig, options?: DataSourceOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  const dataSource = await new ThreadedDataSource(options ?? dataSourceOptions(database)).initialize();
  try {
    await checkDatabase(dataSource, logger);
    if (database.migrateOnStart) {
      const names = await migrate(dataSource, database);
      if (names.length > 0) logger.log(`migrated: ${names.join(', ')}`);
    }
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
