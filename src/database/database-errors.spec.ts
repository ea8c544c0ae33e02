import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { classifyDatabaseError, type DatabaseErrorClass, isConnectionBroken } from './database-errors.js';
import { TurnTimeoutError } from './turns.js';

/** Errors with a number, as a server of the MySQL protocol sends them. */
const BY_NUMBER: readonly [number, string, DatabaseErrorClass][] = [
  [1213, 'ER_LOCK_DEADLOCK', 'lock'],
  [1205, 'ER_LOCK_WAIT_TIMEOUT', 'lock'],
  [1020, 'ER_CHECKREAD', 'lock'],
  [1040, 'ER_CON_COUNT_ERROR', 'not-executed'],
  [1047, 'ER_UNKNOWN_COM_ERROR', 'not-executed'],
  [1203, 'ER_TOO_MANY_USER_CONNECTIONS', 'not-executed'],
  [1290, 'ER_OPTION_PREVENTS_STATEMENT', 'not-executed'],
  [1836, 'ER_READ_ONLY_MODE', 'not-executed'],
  [1792, 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', 'not-executed'],
  [1129, 'ER_HOST_IS_BLOCKED', 'not-executed'],
  [1226, 'ER_USER_LIMIT_REACHED', 'not-executed'],
  [1637, 'ER_TOO_MANY_CONCURRENT_TRXS', 'not-executed'],
  [2002, 'CR_CONNECTION_ERROR', 'not-executed'],
  [2003, 'CR_CONN_HOST_ERROR', 'not-executed'],
  [3032, 'ER_SERVER_OFFLINE_MODE', 'not-executed'],
  [3159, 'ER_SECURE_TRANSPORT_REQUIRED', 'not-executed'],
  [1053, 'ER_SERVER_SHUTDOWN', 'unknown'],
  [1180, 'ER_ERROR_DURING_COMMIT', 'unknown'],
  [1317, 'ER_QUERY_INTERRUPTED', 'unknown'],
  [1927, 'ER_CONNECTION_KILLED', 'unknown'],
  [1969, 'ER_STATEMENT_TIMEOUT', 'unknown'],
  [1152, 'ER_ABORTING_CONNECTION', 'unknown'],
  [1158, 'ER_NET_READ_ERROR', 'unknown'],
  [1159, 'ER_NET_READ_INTERRUPTED', 'unknown'],
  [1160, 'ER_NET_ERROR_ON_WRITE', 'unknown'],
  [1161, 'ER_NET_WRITE_INTERRUPTED', 'unknown'],
  [3101, 'ER_TRANSACTION_ROLLBACK_DURING_COMMIT', 'lock'],
  [1206, 'ER_LOCK_TABLE_FULL', 'lock'],
  [1613, 'ER_XA_RBTIMEOUT', 'lock'],
  [1614, 'ER_XA_RBDEADLOCK', 'lock'],
  [8002, 'TiDB: ErrForUpdateCantRetry', 'lock'],
  [8005, 'TiDB: ErrWriteConflictInTiDB', 'lock'],
  [8022, 'TiDB: ErrTxnRetryable', 'lock'],
  [8028, 'TiDB: ErrInfoSchemaChanged', 'lock'],
  [8229, 'TiDB: ErrTxnTooOld', 'lock'],
  [9007, 'TiDB: ErrWriteConflict', 'lock'],
  [8027, 'TiDB: ErrInfoSchemaExpired', 'unknown'],
  [9001, 'TiDB: ErrPDServerTimeout', 'unknown'],
  [9002, 'TiDB: ErrTiKVServerTimeout', 'unknown'],
  [9003, 'TiDB: ErrTiKVServerBusy', 'unknown'],
  [9004, 'TiDB: ErrResolveLockTimeout', 'unknown'],
  [9005, 'TiDB: ErrRegionUnavailable', 'unknown'],
  [1105, 'ER_UNKNOWN_ERROR', 'bug'],
  [1153, 'ER_NET_PACKET_TOO_LARGE', 'unknown'],
  [1184, 'ER_NEW_ABORTING_CONNECTION', 'unknown'],
  [2006, 'CR_SERVER_GONE_ERROR', 'unknown'],
  [2013, 'CR_SERVER_LOST', 'unknown'],
  [3100, 'ER_RUN_HOOK_ERROR', 'unknown'],
  [3024, 'ER_QUERY_TIMEOUT', 'unknown'],
  [4031, 'ER_CLIENT_INTERACTION_TIMEOUT', 'unknown'],
  [27, 'EE_SYNC', 'unknown'],
  [1062, 'ER_DUP_ENTRY', 'duplicate'],
  [1586, 'ER_DUP_ENTRY_WITH_KEY_NAME', 'duplicate'],
  [29, 'EE_FILENOTFOUND', 'bug'],
  [1054, 'ER_BAD_FIELD_ERROR', 'bug'],
  [1064, 'ER_PARSE_ERROR', 'bug'],
  [1146, 'ER_NO_SUCH_TABLE', 'bug'],
  [1264, 'ER_WARN_DATA_OUT_OF_RANGE', 'bug'],
  [1366, 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 'bug'],
  [1406, 'ER_DATA_TOO_LONG', 'bug'],
  [3819, 'ER_CHECK_CONSTRAINT_VIOLATED', 'bug'],
  [4025, 'ER_CONSTRAINT_FAILED', 'bug'],
];

/** Errors of sockets and drivers: a code, and at most a number of libuv's, which is negative. */
const BY_CODE: readonly [string, number | undefined, DatabaseErrorClass][] = [
  ['ECONNREFUSED', -111, 'not-executed'],
  ['ENOTFOUND', -3008, 'not-executed'],
  ['EAI_AGAIN', -3001, 'not-executed'],
  ['EHOSTUNREACH', -113, 'unknown'],
  ['ENETUNREACH', -101, 'unknown'],
  ['ENETDOWN', -100, 'unknown'],
  ['ENETRESET', -102, 'unknown'],
  ['ECONNABORTED', -103, 'unknown'],
  ['ERR_STREAM_DESTROYED', undefined, 'unknown'],
  ['ECONNRESET', -104, 'unknown'],
  ['EPIPE', -32, 'unknown'],
  ['EPROTO', -71, 'unknown'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', undefined, 'unknown'],
  ['HANDSHAKE_SSL_ERROR', undefined, 'not-executed'],
  ['HANDSHAKE_NO_SSL_SUPPORT', undefined, 'not-executed'],
  ['ETIMEDOUT', -110, 'unknown'],
  ['ETIMEDOUT', undefined, 'unknown'],
  ['PROTOCOL_CONNECTION_LOST', undefined, 'unknown'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', undefined, 'unknown'],
  ['SQLITE_BUSY', undefined, 'lock'],
  ['SQLITE_BUSY_SNAPSHOT', undefined, 'lock'],
  ['SQLITE_LOCKED', undefined, 'lock'],
  ['SQLITE_CONSTRAINT_UNIQUE', undefined, 'duplicate'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', undefined, 'duplicate'],
  ['SQLITE_CONSTRAINT_CHECK', undefined, 'bug'],
  ['SQLITE_CONSTRAINT_NOTNULL', undefined, 'bug'],
  ['SQLITE_ERROR', undefined, 'bug'],
  ['SQLITE_FULL', undefined, 'bug'],
  ['SQLITE_CORRUPT', undefined, 'bug'],
  ['ERR_INVALID_ARG_TYPE', undefined, 'bug'],
];

/** What the two ways of an error mean for the connection it came from. */
const expectClass = (error: unknown, expected: DatabaseErrorClass): void => {
  expect(classifyDatabaseError(error)).toBe(expected);
  expect(isConnectionBroken(error)).toBe(expected === 'unknown' || expected === 'not-executed');
};

const wrapped = (error: Error): QueryFailedError => new QueryFailedError('COMMIT', [], error);

describe('the class of a database error', () => {
  it.each(BY_NUMBER)(
    'of %i %s is %s, as the driver throws it and as TypeORM wraps it',
    (errno, code, expected) => {
      const error = Object.assign(new Error(`${code} on server`), { errno, code, sqlState: 'HY000' });
      expectClass(error, expected);
      expectClass(wrapped(error), expected);
    },
  );

  it.each(BY_CODE)(
    'of %s (errno %p) is %s, as the driver throws it and as TypeORM wraps it',
    (code, errno, expected) => {
      const error = Object.assign(new Error(`${code} on socket`), {
        code,
        ...(errno === undefined ? {} : { errno }),
      });
      expectClass(error, expected);
      expectClass(wrapped(error), expected);
    },
  );

  it.each([
    "Can't add new command when connection is in closed state",
    "Can't write in closed state",
    'Connection is closed',
  ])('of "%s", without number or code, is unknown', (message) => {
    expectClass(new Error(message), 'unknown');
    expectClass(wrapped(new Error(message)), 'unknown');
  });

  it("of TiDB's number for anything is by the mark of what may be run again", () => {
    const error = Object.assign(new Error('tikv aborts txn: Error(Txn(Mvcc)) [try again later]'), {
      errno: 1105,
      code: 'ER_UNKNOWN_ERROR',
    });
    expectClass(error, 'lock');
    expectClass(wrapped(error), 'lock');
  });

  it('of a wait for a turn is that nothing was executed', () => {
    expectClass(new TurnTimeoutError(5_000), 'not-executed');
  });

  it('is by the number where number and message disagree', () => {
    const error = Object.assign(new Error('Duplicate entry for a connection in closed state'), {
      errno: 1062,
    });
    expectClass(error, 'duplicate');
  });

  it('does not depend on the realm or class of what was thrown', () => {
    expectClass({ errno: 1213, code: 'ER_LOCK_DEADLOCK', message: 'Deadlock found' }, 'lock');
    expectClass({ message: "Can't write in closed state" }, 'unknown');
  });

  it.each([
    ['an error of our own', new Error('A commit must give one outcome for each command')],
    ['a type error', new TypeError('x is not a function')],
    ['a number that is text', Object.assign(new Error('x'), { errno: '1213' })],
    ['a code that is no text', Object.assign(new Error('x'), { code: 1213 })],
    ['the name of a property of every object', Object.assign(new Error('x'), { code: 'constructor' })],
    ['an empty object', {}],
    ['text', 'ECONNRESET'],
    ['a number', 1213],
    ['null', null],
    ['undefined', undefined],
  ])('of %s is bug', (_, thrown) => {
    expectClass(thrown, 'bug');
  });
});
