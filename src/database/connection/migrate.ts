import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';
import type { DatabaseConfig } from '../../config/database-config.js';
import { dataSourceOptions } from './data-source-options.js';
import { sqliteFailure } from './sqlite-failures.js';
import {
  MIGRATION_LOCK_WAIT_SECONDS,
  MIGRATION_PATIENCE_MS,
  MIGRATION_PAUSE_MS,
  MIGRATION_TIMEOUT_MS,
} from '../waits.js';

const ER_LOCK_WAIT_TIMEOUT = 1205;

/** A migration stopped. The message says what is there and what to do. */
export class MigrationError extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/**
 * Runs the pending migrations on `dataSource`'s database, once, however many instances start at the same time.
 * @returns the names of the migrations that were run here.
 * @throws MigrationError
 */
export async function migrate(dataSource: DataSource, database: DatabaseConfig): Promise<string[]> {
  if (database.engine === 'sqlite') {
    return orExplain(
      dataSource,
      async () => namesOf(await dataSource.runMigrations({ transaction: 'each' })),
      'nothing of it is there',
    );
  }
  // A connection of its own: it may wait and work for longer than any statement of the service.
  const patient = await new DataSource({
    ...dataSourceOptions({ ...database, poolSize: 1 }, MIGRATION_TIMEOUT_MS),
  }).initialize();
  const runner = patient.createQueryRunner();
  try {
    return await whileLocked(runner, database.database, async () => {
      await giveWayToTransactions(runner);
      const executor = new MigrationExecutor(patient, runner);
      executor.transaction = 'none'; // MySQL commits each change of the schema by itself
      return orExplain(
        dataSource,
        async () => namesOf(await executor.executePendingMigrations()),
        'what it did before that is there, and is left as it is when it is run again',
      );
    });
  } finally {
    await runner.release();
    await patient.destroy();
  }
}

/**
 * A change of the schema waits for every transaction that has read the table, and all calls that come after it wait for
 * the change. So it waits for a second at most, lets them pass, and tries again.
 */
async function giveWayToTransactions(runner: QueryRunner): Promise<void> {
  const logger = new Logger('Database');
  await runner.query('SET SESSION lock_wait_timeout = 1');
  const query = runner.query.bind(runner) as (...statement: unknown[]) => Promise<unknown>;
  runner.query = async (...statement: unknown[]): Promise<never> => {
    const startedAt = performance.now();
    for (let isTold = false; ; isTold = true) {
      try {
        return (await query(...statement)) as never;
      } catch (error) {
        if (!isLockWait(error) || performance.now() - startedAt > MIGRATION_PATIENCE_MS) throw error;
        if (!isTold)
          logger.warn(`a migration waits for a long transaction, and is tried again: ${told(statement[0])}`);
        await sleep(MIGRATION_PAUSE_MS);
      }
    }
  };
}

function isLockWait(error: unknown): boolean {
  const { errno } = (error instanceof QueryFailedError ? error.driverError : {}) as { errno?: number };
  return errno === ER_LOCK_WAIT_TIMEOUT;
}

/** @param left what of the migration that failed is there */
async function orExplain<T>(dataSource: DataSource, work: () => Promise<T>, left: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (dataSource.options.type !== 'mysql' && sqliteFailure(error)) throw error; // the file, and not what was to be done with it
    // On a connection of the service: that of the migration may be gone. It may be another's turn, but the order is the same.
    const [stopped] = await new MigrationExecutor(dataSource).getPendingMigrations().catch(() => []);
    const statement = error instanceof QueryFailedError ? ` at: ${told(error.query)}` : '';
    throw new MigrationError(
      `Migration ${stopped?.name ?? 'unknown'} stopped (${(error as Error).message})${statement}. All before it are done; of this ` +
        `one ${left}. Mend what the message says, and start again or run npm run migration:run: it goes on from there.` +
        (isLockWait(error) ? ' Here a transaction kept the table: SHOW PROCESSLIST shows whose.' : ''),
      { cause: error },
    );
  }
}

/** Statements of migrations have their values apart, so none is told. */
function told(statement: unknown): string {
  const text = String(statement).replace(/\s+/g, ' ').trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A lock by name, which the server drops with the connection. Names are at most 64 characters, for all databases. */
async function whileLocked<T>(runner: QueryRunner, databaseName: string, work: () => Promise<T>): Promise<T> {
  const name = `gpas-oas-migrate-${createHash('sha256').update(databaseName).digest('hex').slice(0, 32)}`;
  const rows = (await runner.query('SELECT GET_LOCK(?, ?) AS locked', [
    name,
    MIGRATION_LOCK_WAIT_SECONDS,
  ])) as {
    locked: number | string | null;
  }[];
  if (Number(rows[0]?.locked) !== 1) {
    throw new Error(
      `Another instance has been migrating this database for ${MIGRATION_LOCK_WAIT_SECONDS} seconds`,
    );
  }
  try {
    return await work();
  } finally {
    // The server drops it with the connection, which may be what failed.
    await runner.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined);
  }
}

function namesOf(executed: readonly { name: string }[]): string[] {
  return executed.map(({ name }) => name);
}
