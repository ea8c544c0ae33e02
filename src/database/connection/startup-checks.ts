import type { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

/** The database is there but must not be used as it is set up. The message says how to mend it. */
export class UnsafeDatabaseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsafeDatabaseError';
  }
}

/**
 * Refuses a database that would change or lose what is written to it, and warns of one that may lose the last second.
 * @throws UnsafeDatabaseError
 */
export async function checkDatabase(dataSource: DataSource, logger: Logger): Promise<void> {
  if (dataSource.options.type === 'mysql') return checkMysql(dataSource, logger);
  const [{ synchronous } = { synchronous: undefined }] =
    await dataSource.query<{ synchronous: number }[]>('PRAGMA synchronous');
  if (synchronous !== 2) throw new UnsafeDatabaseError('SQLite must run with synchronous = FULL');
}

async function checkMysql(dataSource: DataSource, logger: Logger): Promise<void> {
  const rows = await dataSource.query<{ name: string; value: string }[]>(
    `SELECT 'sql_mode' AS name, @@SESSION.sql_mode AS value
     UNION ALL SELECT 'flush', CAST(@@GLOBAL.innodb_flush_log_at_trx_commit AS CHAR)`,
  );
  const valueOf = (name: string): string => rows.find((row) => row.name === name)?.value ?? '';
  if (!/\bSTRICT_(TRANS|ALL)_TABLES\b/.test(valueOf('sql_mode'))) {
    throw new UnsafeDatabaseError(
      'The database server is not strict: it would shorten references and clamp amounts silently. ' +
        'Add STRICT_TRANS_TABLES to its sql_mode.',
    );
  }
  if (valueOf('flush') !== '1') {
    logger.warn(
      'innodb_flush_log_at_trx_commit is not 1: a crash of the database server can lose movements that were ' +
        'acknowledged. Set it to 1.',
    );
  }
}
