import { createHash } from 'node:crypto';
import { DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import type { DatabaseConfig } from '../../config/database-config.js';
import { dataSourceOptions } from './data-source-options.js';
import { MIGRATION_LOCK_WAIT_SECONDS, MIGRATION_TIMEOUT_MS } from '../waits.js';

/**
 * Runs the pending migrations on `dataSource`'s database, once, however many instances start at the same time.
 * @returns the names of the migrations that were run here.
 */
export async function migrate(dataSource: DataSource, database: DatabaseConfig): Promise<string[]> {
  if (database.engine === 'sqlite') return namesOf(await dataSource.runMigrations({ transaction: 'each' }));
  // A connection of its own: it may wait and work for longer than any statement of the service.
  const patient = await new DataSource({
    ...dataSourceOptions({ ...database, poolSize: 1 }, MIGRATION_TIMEOUT_MS),
  }).initialize();
  const runner = patient.createQueryRunner();
  try {
    return await whileLocked(runner, database.database, async () =>
      namesOf(await new MigrationExecutor(patient, runner).executePendingMigrations()),
    );
  } finally {
    await runner.release();
    await patient.destroy();
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
    await runner.query('SELECT RELEASE_LOCK(?)', [name]);
  }
}

function namesOf(executed: readonly { name: string }[]): string[] {
  return executed.map(({ name }) => name);
}
