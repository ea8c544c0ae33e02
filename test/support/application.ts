import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSourceOptions } from 'typeorm';
import type * as AppSetupFile from '../../src/app.setup.js';
import type * as ServeFile from '../../src/serve.js';
import type * as ExplainStartFailureFile from '../../src/commands/explain-start-failure.js';
import type * as AppModuleFile from '../../src/app.module.js';
import type * as ConfigFile from '../../src/config/config.js';
import type * as LoggerFile from '../../src/logging/logger.js';
import type * as MetricsFile from '../../src/metrics/metrics.js';
import type * as ErrorFilterFile from '../../src/errors/error.filter.js';
import type * as UnitOfWorkFile from '../../src/database/unit-of-work.js';
import type * as DataSourceOptionsFile from '../../src/database/connection/data-source-options.js';
import type * as SqliteDatabaseFile from '../../src/database/sqlite/sqlite-database.js';
import type * as SqliteThreadFile from '../../src/database/sqlite/sqlite-thread.js';
import type * as ThreadedDataSourceFile from '../../src/database/sqlite/threaded-data-source.js';
import type * as CommandDatabaseFile from '../../src/database/connection/command-database.js';
import type * as LedgerVerificationFile from '../../src/movements/verification/ledger-verification.js';
import type * as CheckpointFile from '../../src/movements/verification/checkpoint.js';
import type * as StoredLedgerKeysFile from '../../src/ledger-keys/stored-ledger-keys.js';
import type * as SecretBoxFile from '../../src/secrets/secret-box.js';
import type * as LongWorkFile from '../../src/database/connection/long-work.js';
import type * as MigrateFile from '../../src/database/connection/migrate.js';
import type * as MigrationsIndexFile from '../../src/database/migrations/index.js';
import type * as RouteAccessFile from '../../src/auth/route-access.js';
import type * as FailedSignaturesFile from '../../src/auth/failures/failed-signatures.js';
import type * as OperatorKeyTypesFile from '../../src/operator-keys/operator-key.types.js';
import type * as GamesServiceFile from '../../src/games/games.service.js';
import type * as WalletRowsFile from '../../src/wallets/wallet-rows.js';
import type * as LedgerStoreFile from '../../src/movements/ledger/ledger-store.js';
import type * as MovementsServiceFile from '../../src/movements/movements.service.js';
import type * as SessionsServiceFile from '../../src/sessions/sessions.service.js';
import type * as IncidentsServiceFile from '../../src/incidents/incidents.service.js';
import type * as ReconciliationServiceFile from '../../src/reconciliation/reconciliation.service.js';
import type * as TotalsMakerFile from '../../src/reconciliation/totals/totals-maker.js';
import type * as NestCore from '@nestjs/core';
import type * as NestCommon from '@nestjs/common';
import type * as Typeorm from 'typeorm';
import { importNatively } from './native.js';

/*
 * What tests use of the application from the inside, as `npm run build` left it: the very modules that `startApp` runs,
 * so that what is asked of its container by class is found.
 */

const ROOT = join(import.meta.dirname, '../..');
const built = <Module>(path: string): Promise<Module> =>
  importNatively<Module>(pathToFileURL(join(ROOT, 'dist/src', `${path}.js`)).href);

/** What the build made of a file beside a test, for a module that the test composes the server with. */
export function builtBeside<Module>(testFolder: string, file: string): Promise<Module> {
  return importNatively<Module>(pathToFileURL(join(ROOT, 'dist', relative(ROOT, testFolder), file)).href);
}

export const { createApp } = await built<typeof AppSetupFile>('app.setup');
export const { serve } = await built<typeof ServeFile>('serve');
export const { explainStartFailure } = await built<typeof ExplainStartFailureFile>(
  'commands/explain-start-failure',
);
export const { AppModule } = await built<typeof AppModuleFile>('app.module');
export const { loadConfig } = await built<typeof ConfigFile>('config/config');
export const { createLogger } = await built<typeof LoggerFile>('logging/logger');
export const { callSeconds } = await built<typeof MetricsFile>('metrics/metrics');
export const { ErrorFilter } = await built<typeof ErrorFilterFile>('errors/error.filter');
export const { UnitOfWork } = await built<typeof UnitOfWorkFile>('database/unit-of-work');
export type UnitOfWork = InstanceType<typeof UnitOfWork>;
export const { SqliteDatabase } = await built<typeof SqliteDatabaseFile>('database/sqlite/sqlite-database');
export const { SqliteThread } = await built<typeof SqliteThreadFile>('database/sqlite/sqlite-thread');
export const { ThreadedDataSource } = await built<typeof ThreadedDataSourceFile>(
  'database/sqlite/threaded-data-source',
);
export const { dataSourceOptions } = await built<typeof DataSourceOptionsFile>(
  'database/connection/data-source-options',
);
export const { withDatabase } = await built<typeof CommandDatabaseFile>(
  'database/connection/command-database',
);
export const { LedgerVerification } = await built<typeof LedgerVerificationFile>(
  'movements/verification/ledger-verification',
);
export const { Checkpoint } = await built<typeof CheckpointFile>('movements/verification/checkpoint');
export const { readLedgerKey } = await built<typeof StoredLedgerKeysFile>('ledger-keys/stored-ledger-keys');
export const { SecretBox } = await built<typeof SecretBoxFile>('secrets/secret-box');
export const { tellOfLongWork } = await built<typeof LongWorkFile>('database/connection/long-work');
export const { migrate, revertLast } = await built<typeof MigrateFile>('database/connection/migrate');
export const { migrations } = await built<typeof MigrationsIndexFile>('database/migrations/index');
export const { PublicRoute, ROUTE_ACCESS } = await built<typeof RouteAccessFile>('auth/route-access');
export const { FailedSignatures } = await built<typeof FailedSignaturesFile>(
  'auth/failures/failed-signatures',
);
export const { OPERATOR_ROLES } = await built<typeof OperatorKeyTypesFile>(
  'operator-keys/operator-key.types',
);
export const { GamesService, MAX_GAMES_PER_PAGE } =
  await built<typeof GamesServiceFile>('games/games.service');
export type GamesService = InstanceType<typeof GamesService>;
export const { setBalances } = await built<typeof WalletRowsFile>('wallets/wallet-rows');
export const { loadBatch } = await built<typeof LedgerStoreFile>('movements/ledger/ledger-store');
export const { MovementsService } = await built<typeof MovementsServiceFile>('movements/movements.service');
export const { SessionsService } = await built<typeof SessionsServiceFile>('sessions/sessions.service');
export const { IncidentsService } = await built<typeof IncidentsServiceFile>('incidents/incidents.service');
export const { ReconciliationService } = await built<typeof ReconciliationServiceFile>(
  'reconciliation/reconciliation.service',
);
export const { TotalsMaker } = await built<typeof TotalsMakerFile>('reconciliation/totals/totals-maker');
export const { MetadataScanner, ModulesContainer, NestFactory, Reflector } =
  await importNatively<typeof NestCore>('@nestjs/core');
export const { Controller, Get, Module, RequestMethod, StreamableFile } =
  await importNatively<typeof NestCommon>('@nestjs/common');
export type DataSource = InstanceType<typeof DataSource>;
export const { DataSource, TableColumn, TableIndex } = await importNatively<typeof Typeorm>('typeorm');

/** Every entity there is: one that no module names is among them too. */
export async function allEntities(): Promise<NonNullable<DataSourceOptions['entities']>> {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.entity.ts'),
  );
  const modules = await Promise.all(
    files.map((file) => built<Record<string, unknown>>(file.slice(0, -'.ts'.length))),
  );
  return modules.flatMap((module) =>
    Object.values(module).filter((value) => typeof value === 'function'),
  ) as never;
}
