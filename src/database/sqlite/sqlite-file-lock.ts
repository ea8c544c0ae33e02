import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SqliteDatabase } from './sqlite-database.js';
import { sqliteFailure, UnusableSqliteFileError } from './sqlite-failures.js';

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
 * @throws DatabaseInUseError; UnusableSqliteFileError
 */
export function lockSqliteFile(path: string): () => void {
  if (path === ':memory:') return () => undefined;
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    closeSync(openSync(path, 'a')); // made if it is not there: only then has it a real path, through links too
    refuseSecondName(path);
    const lock = lockFile(`${realpathSync(path)}.lock`);
    return () => lock.close();
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw sqliteFailure(error) ?? error;
    if (isLockable(path)) throw new DatabaseInUseError(path);
    throw new UnusableSqliteFileError('its file system has no locks', 'Put it on a disk of this machine.');
  }
}

/**
 * Refuses a file that has two names, by a hard link: SQLite keeps a log for each, and who comes by the one sees neither the
 * lock of the other nor what is in its log.
 * @throws UnusableSqliteFileError
 */
export function refuseSecondName(path: string): void {
  if (path === ':memory:' || statSync(path).nlink === 1) return;
  throw new UnusableSqliteFileError(
    'a hard link gives it a second name',
    'Two servers that came by both would destroy it. find -samefile shows the other name: remove that one.',
  );
}

function lockFile(path: string): SqliteDatabase {
  const lock = new SqliteDatabase(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Whether a file beside it, which nobody else knows, can be locked: SQLite says the same where there are no locks at all. */
function isLockable(path: string): boolean {
  const probe = `${realpathSync(path)}.lock-${randomUUID()}`;
  try {
    lockFile(probe).close();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}
