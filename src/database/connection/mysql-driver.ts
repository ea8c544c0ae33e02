import { connect, type Socket } from 'node:net';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import { IDLE_TRUSTED_MS, LIVENESS_TIMEOUT_MS, QUERY_TIMEOUT_MS } from '../waits.js';
import { sessionStatements } from './mysql-session.js';

/** How long a connection is silent before the operating system asks whether it is still there. */
const KEEP_ALIVE_MS = 30_000;

/**
 * mysql2 as TypeORM loads it. Holds: every new connection is set up before it serves, and one that refuses this is
 * destroyed, so that no statement runs under other rules; a connection that was idle has shown that it lives before
 * anybody gets it.
 * @param timeoutMs how long a statement is waited for
 */
export function mysqlDriver(timeoutMs: number): object {
  return {
    ...mysql,
    createPool(options: PoolOptions): Pool {
      const pool = mysql.createPool({ ...options, stream: () => socketTo(options) });
      const statements = sessionStatements(timeoutMs);
      pool.on('connection', (connection) => setUp(connection, statements));
      askIdleOnes(pool);
      return pool;
    },
  };
}

function socketTo({ host = 'localhost', port = 3306 }: PoolOptions): Socket {
  const socket = connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  });
  // mysql2 leaves an address out of what it hands to TLS, which takes the name from here, and else is content with a
  // certificate of `localhost`. Node sets it for names only.
  (socket as Socket & { _host?: string })._host = host;
  return socket;
}

function setUp(connection: PoolConnection, statements: readonly string[]): void {
  const orDestroy = (error: Error | null): void => {
    // The socket and not the connection: whoever waits on it must hear of its end, and why.
    if (error) (connection as unknown as { stream: Socket }).stream.destroy(error);
  };
  for (const sql of statements) connection.query({ sql, timeout: QUERY_TIMEOUT_MS }, orDestroy);
}

/**
 * A server, a proxy or a firewall ends what is idle, and not all of them say so. So a connection that was idle is asked
 * first. Where it is dead, so are those that were idle beside it.
 */
function askIdleOnes(pool: Pool): void {
  const idleSince = new Map<PoolConnection, number>();
  pool.on('release', (connection) => idleSince.set(connection, performance.now()));
  pool.on('connection', (connection) => {
    for (const event of ['end', 'error']) connection.on(event, () => idleSince.delete(connection));
  });
  const take = pool.getConnection.bind(pool);
  pool.getConnection = (callback): void => {
    take((error, connection) => {
      const since = idleSince.get(connection);
      idleSince.delete(connection);
      const isTrusted = since === undefined || performance.now() - since < IDLE_TRUSTED_MS;
      if (error || isTrusted) {
        callback(error, connection);
        return;
      }
      connection.query({ sql: 'DO 0', timeout: LIVENESS_TIMEOUT_MS }, (death) => {
        if (!death) {
          callback(null, connection);
          return;
        }
        for (const dead of [connection, ...idleSince.keys()]) dead.destroy();
        idleSince.clear();
        pool.getConnection(callback);
      });
    });
  };
}
