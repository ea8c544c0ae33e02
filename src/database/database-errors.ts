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
  [1206, 'lock'], // too many locks for the memory there is
  [1613, 'lock'], // rolled back: it took too long
  [1614, 'lock'], // rolled back: deadlock
  [3101, 'lock'], // group replication: certification failure
  [8002, 'lock'], // TiDB: a conflict at the commit, after SELECT FOR UPDATE
  [8005, 'lock'], // TiDB: write conflict
  [8022, 'lock'], // TiDB: the commit failed and is rolled back
  [8028, 'lock'], // TiDB: the schema changed meanwhile; rolled back
  [8229, 'lock'], // TiDB: the transaction took too long
  [9007, 'lock'], // TiDB: write conflict
  [1040, 'not-executed'], // too many connections
  [1047, 'not-executed'], // Galera: the node is not ready
  [1129, 'not-executed'], // host is blocked, until somebody flushes hosts
  [1203, 'not-executed'], // the user has too many connections
  [1226, 'not-executed'], // the user has used up what it may
  [1290, 'not-executed'], // read-only
  [1637, 'not-executed'], // too many transactions
  [1792, 'not-executed'], // read-only, by the transaction
  [1836, 'not-executed'], // read-only
  [2002, 'not-executed'], // a proxy reaches no server
  [2003, 'not-executed'], // a proxy reaches no server
  [3032, 'not-executed'], // offline mode
  [3159, 'not-executed'], // TLS is required
  [1053, 'unknown'], // server shutdown in progress
  [1152, 'unknown'], // connection aborted
  [1153, 'unknown'], // packet too large: the server closes the connection
  [1158, 'unknown'], // network read error
  [1159, 'unknown'], // network read time limit
  [1160, 'unknown'], // network write error
  [1161, 'unknown'], // network write time limit
  [1180, 'unknown'], // error during COMMIT
  [1184, 'unknown'], // connection aborted
  [1317, 'unknown'], // query execution was interrupted
  [1969, 'unknown'], // the server's own time limit (MariaDB)
  [1927, 'unknown'], // connection was killed (MariaDB)
  [2006, 'unknown'], // a proxy has lost the server
  [2013, 'unknown'], // a proxy has lost the server
  [3024, 'unknown'], // the server's own time limit
  [3100, 'unknown'], // group replication: the hook of the commit failed
  [4031, 'unknown'], // disconnected by the server for inactivity
  [8027, 'unknown'], // TiDB: this node's schema is outdated
  [9001, 'unknown'], // TiDB: placement driver timeout; ProxySQL: no server in time
  [9002, 'unknown'], // TiDB: storage timeout
  [9003, 'unknown'], // TiDB: storage is busy
  [9004, 'unknown'], // TiDB: resolving of locks timed out
  [9005, 'unknown'], // TiDB: region is unavailable
  [27, 'unknown'], // EE_SYNC: the log could not be flushed
  [1062, 'duplicate'],
  [1586, 'duplicate'],
]);

const CLASS_OF_CODE: ReadonlyMap<string, DatabaseErrorClass> = new Map([
  ['ECONNREFUSED', 'not-executed'],
  ['ENOTFOUND', 'not-executed'],
  ['EAI_AGAIN', 'not-executed'],
  ['TURN_TIMEOUT', 'not-executed'],
  ['HANDSHAKE_SSL_ERROR', 'not-executed'], // before the password was sent
  ['HANDSHAKE_NO_SSL_SUPPORT', 'not-executed'],
  ['ECONNRESET', 'unknown'],
  ['ECONNABORTED', 'unknown'],
  ['EHOSTUNREACH', 'unknown'],
  ['ENETDOWN', 'unknown'],
  ['ENETRESET', 'unknown'],
  ['ENETUNREACH', 'unknown'],
  ['EPIPE', 'unknown'],
  ['EPROTO', 'unknown'],
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
  // TiDB's number for anything, where its storage marks what may be run again.
  if (errno === 1105 && message.includes('[try again later]')) return 'lock';
  if (message === 'Pool is closed.') return 'not-executed';
  if (typeof code === 'string' && code.startsWith('ERR_SSL_')) return 'unknown'; // the encryption broke
  // A killed connection: mysql2 refuses the next command on it without a number or a code.
  return /closed state|connection is closed/i.test(message) ? 'unknown' : 'bug';
}

/** True where the connection itself is in doubt and must not serve anybody again. */
export function isConnectionBroken(error: unknown): boolean {
  const errorClass = classifyDatabaseError(error);
  return errorClass === 'unknown' || errorClass === 'not-executed';
}
