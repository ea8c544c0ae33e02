import type { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { SESSION_VARIABLES } from './mysql-session.js';

/** The largest batch of movements, each of a call's largest body, with every character escaped, and room beside it. */
const LEAST_PACKET_BYTES = 4 * 1024 ** 2;

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
  const names = [...Object.keys(SESSION_VARIABLES), 'max_allowed_packet', 'innodb_flush_log_at_trx_commit'];
  const [values = {}] = await dataSource.query<Record<string, string | number | null>[]>(
    `SELECT ${names.map((name) => `@@${name} AS ${name}`).join(', ')}`,
  );
  const others = [...differences(values), ...(await otherIsolation(dataSource))];
  if (others.length > 0) {
    throw new UnsafeDatabaseError(
      `The database does not keep what this server sets for its connections (${others.join('; ')}). ` +
        'A proxy between them must keep the session of each connection: switch its sharing of connections off.',
    );
  }
  if (Number(values['max_allowed_packet']) < LEAST_PACKET_BYTES) {
    throw new UnsafeDatabaseError(
      `The database server takes statements of ${values['max_allowed_packet']} bytes only. ` +
        'Set its max_allowed_packet to 16M, at least to 4M.',
    );
  }
  if (Number(values['innodb_flush_log_at_trx_commit']) !== 1) {
    logger.warn(
      'innodb_flush_log_at_trx_commit is not 1: a crash of the database server can lose movements that were ' +
        'acknowledged. Set it to 1.',
    );
  }
}

/** What the session has otherwise than it was set. */
function differences(values: Readonly<Record<string, unknown>>): string[] {
  const sorted = (value: unknown): string => String(value).split(',').sort().join(',');
  return Object.entries(SESSION_VARIABLES)
    .filter(([name, value]) => sorted(values[name]) !== sorted(value))
    .map(([name]) => `${name} is ${String(values[name])}`);
}

/** MariaDB and MySQL name it otherwise, and some versions have both names. */
async function otherIsolation(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ Variable_name: string; Value: string }[]>(
    `SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')`,
  );
  return rows
    .filter(({ Value: value }) => value !== 'READ-COMMITTED')
    .map(({ Variable_name: name, Value: value }) => `${name} is ${value}`);
}
