import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** Another process serves this SQLite file. */
export class DatabaseInUseError extends Error {
  constructor(path: string) {
    super(
      `The SQLite file ${path} is in use by another server process. Stop that one first, or give this one its own ` +
        'DATABASE_URL; to run several servers on one database use MySQL.',
    );
    this.name = 'DatabaseInUseError';
  }
}

/**
 * One server process for one SQLite file: TypeORM begins its transactions deferred, which a second writer breaks.
 * The lock is an exclusive transaction on a file beside the database, so the operating system drops it with its owner,
 * however that ends, and leaves the database itself free for tools that read it. It is beside the file itself, whatever
 * links lead there.
 * @returns what releases the lock.
 * @throws DatabaseInUseError
 */
export function lockSqliteFile(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  mkdirSync(dirname(resolve(path)), { recursive: true });
  closeSync(openSync(path, 'a')); // made if it is not there: only then has it a real path, through links too
  const lock = new BetterSqlite3(`${realpathSync(path)}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw (error as { code?: string }).code === 'SQLITE_BUSY' ? new DatabaseInUseError(path) : error;
  }
  return () => lock.close();
}
