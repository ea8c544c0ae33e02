import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';
import type { DatabaseConfig } from '../../config/database-config.js';
import { dataSourceOptions } from './data-source-options.js';
import { tellOfLongWork, told } from './long-work.js';
import { sqliteFailure } from '../sqlite/sqlite-failures.js';
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
export function migrate(dataSource: DataSource, database: DatabaseConfig): Promise<string[]> {
  return withExecutor(dataSource, database, (executor, left) =>
    orExplain(database, async () => (await executor.executePendingMigrations()).map(({ name }) => name), {
      // On a connection of the service: that of the migration may be gone. It may be another's turn, but the order is the same.
      stopped: async () => (await new MigrationExecutor(dataSource).getPendingMigrations())[0],
      left: `All before it are done; of this one ${left}`,
      again: 'start again or run npm run migration:run',
    }),
  );
}

/**
 * Takes back the migration that was run last.
 * @returns its name; undefined where there is none.
 * @throws MigrationError
 */
export function revertLast(dataSource: DataSource, database: DatabaseConfig): Promise<string | undefined> {
  return withExecutor(dataSource, database, async (executor, left) => {
    const last = (await executor.getExecutedMigrations())[0];
    await orExplain(database, () => executor.undoLastMigration(), {
      stopped: () => Promise.resolve(last),
      left: `It is not taken back; of what does so ${left}`,
      again: 'run npm run migration:revert again',
    });
    return last?.name;
  });
}

/** @param work is told what of a migration that fails is left */
async function withExecutor<T>(
  dataSource: DataSource,
  database: DatabaseConfig,
  work: (executor: MigrationExecutor, left: string) => Promise<T>,
): Promise<T> {
  const logger = new Logger('Database');
  if (database.engine === 'sqlite') {
    const runner = dataSource.createQueryRunner();
    tellOfLongWork(runner, logger);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    return work(executor, 'nothing is there');
  }
  // A connection of its own: it may wait and work for longer than any statement of the service.
  const patient = await new DataSource({
    ...dataSourceOptions({ ...database, poolSize: 1 }, MIGRATION_TIMEOUT_MS),
  }).initialize();
  const runner = patient.createQueryRunner();
  try {
    return await whileLocked(runner, database.database, async () => {
      await giveWayToTransactions(runner, logger);
      tellOfLongWork(runner, logger);
      const executor = new MigrationExecutor(patient, runner);
      executor.transaction = 'none'; // MySQL commits each change of the schema by itself
      return work(executor, 'what it did before that is there, and is left as it is when it is run again');
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
async function giveWayToTransactions(runner: QueryRunner, logger: Logger): Promise<void> {
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

interface Failure {
  /** The migration that stopped. */
  readonly stopped: () => Promise<{ name: string } | undefined>;
  /** What of it is there. */
  readonly left: string;
  /** What is to be done, once the cause is mended. */
  readonly again: string;
}

async function orExplain<T>(
  { engine }: DatabaseConfig,
  work: () => Promise<T>,
  { stopped, left, again }: Failure,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (engine === 'sqlite' && sqliteFailure(error)) throw error; // the file, and not what was to be done with it
    const migration = await stopped().catch(() => undefined);
    const statement = error instanceof QueryFailedError ? ` at: ${told(error.query)}` : '';
    throw new MigrationError(
      `Migration ${migration?.name ?? 'unknown'} stopped (${(error as Error).message})${statement}. ${left}. ` +
        `Mend what the message says, and ${again}: it goes on from there.` +
        (isLockWait(error) ? ' Here a transaction kept the table: SHOW PROCESSLIST shows whose.' : ''),
      { cause: error },
    );
  }
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
