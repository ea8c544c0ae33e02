import { QueryFailedError } from 'typeorm';

/**
 * What an error of the database says about the transaction it ended.
 * - `lock`: rolled back, by a deadlock, a lock wait or a certification failure; the whole may run again.
 * - `not-executed`: nothing reached the database; the whole may run again.
 * - `unknown`: it may or may not be committed; run again only where own effects are recognised by their ids.
 * - `duplicate`: a unique key is taken, by another process or by our own first try.
 * - `bug`: anything else; running it again would fail again.
 */
export type DatabaseErrorClass = 'lock' | 'not-executed' | 'unknown' | 'duplicate' | 'bug';

const CLASS_OF_ERRNO: ReadonlyMap<number, DatabaseErrorClass> = new Map([
  [1213, 'lock'], // deadlock, and Galera's certification failure
  [1205, 'lock'], // lock wait; rolls back the statement only, so ROLLBACK must follow
  [1020, 'lock'], // record has changed since last read
  [3101, 'lock'], // group replication: certification failure
  [8022, 'lock'], // TiDB: the transaction must be run again
  [9007, 'lock'], // TiDB: write conflict
  [1040, 'not-executed'], // too many connections
  [1047, 'not-executed'], // Galera: the node is not ready
  [1203, 'not-executed'], // the user has too many connections
  [1290, 'not-executed'], // read-only
  [1836, 'not-executed'], // read-only
  [1053, 'unknown'], // server shutdown in progress
  [1152, 'unknown'], // connection aborted
  [1158, 'unknown'], // network read error
  [1159, 'unknown'], // network read time limit
  [1160, 'unknown'], // network write error
  [1161, 'unknown'], // network write time limit
  [1180, 'unknown'], // error during COMMIT
  [1317, 'unknown'], // query execution was interrupted
  [1969, 'unknown'], // the server's own time limit (MariaDB)
  [1927, 'unknown'], // connection was killed (MariaDB)
  [3024, 'unknown'], // the server's own time limit
  [3159, 'not-executed'], // TLS is required
  [4031, 'unknown'], // disconnected by the server for inactivity
  [27, 'unknown'], // EE_SYNC: the log could not be flushed
  [1062, 'duplicate'],
  [1586, 'duplicate'],
]);

const CLASS_OF_CODE: ReadonlyMap<string, DatabaseErrorClass> = new Map([
  ['ECONNREFUSED', 'not-executed'],
  ['ENOTFOUND', 'not-executed'],
  ['EAI_AGAIN', 'not-executed'],
  ['TURN_TIMEOUT', 'not-executed'],
  ['ECONNRESET', 'unknown'],
  ['ECONNABORTED', 'unknown'],
  ['EHOSTUNREACH', 'unknown'],
  ['ENETDOWN', 'unknown'],
  ['ENETRESET', 'unknown'],
  ['ENETUNREACH', 'unknown'],
  ['EPIPE', 'unknown'],
  ['ERR_STREAM_DESTROYED', 'unknown'],
  ['ETIMEDOUT', 'unknown'],
  ['PROTOCOL_CONNECTION_LOST', 'unknown'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'unknown'],
  ['SQLITE_BUSY', 'lock'],
  ['SQLITE_BUSY_SNAPSHOT', 'lock'],
  ['SQLITE_LOCKED', 'lock'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'duplicate'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'duplicate'],
]);

/** Classifies what TypeORM, mysql2, better-sqlite3 or the socket threw. */
export function classifyDatabaseError(error: unknown): DatabaseErrorClass {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof cause !== 'object' || cause === null) return 'bug';
  const { errno, code, message = '' } = cause as { errno?: number; code?: string; message?: string };
  const known =
    CLASS_OF_ERRNO.get(errno ?? 0) ?? (typeof code === 'string' ? CLASS_OF_CODE.get(code) : undefined);
  if (known) return known;
  if (message === 'Pool is closed.') return 'not-executed';
  // A killed connection: mysql2 refuses the next command on it without a number or a code.
  return /closed state|connection is closed/i.test(message) ? 'unknown' : 'bug';
}

/** True where the connection itself is in doubt and must not serve anybody again. */
export function isConnectionBroken(error: unknown): boolean {
  const errorClass = classifyDatabaseError(error);
  return errorClass === 'unknown' || errorClass === 'not-executed';
}
