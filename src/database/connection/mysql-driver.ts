import type { Socket } from 'node:net';
import mysql, { type Pool, type PoolOptions } from 'mysql2';
import { LOCK_WAIT_SECONDS, QUERY_TIMEOUT_MS } from '../waits.js';

/**
 * mysql2 as TypeORM loads it, with every new connection set up before it serves: READ COMMITTED, because under
 * REPEATABLE READ the gap locks of different references deadlock each other; UTC; a short lock wait.
 * A connection that refuses this is destroyed, so that no statement runs under other rules.
 */
export const mysqlDriver = {
  ...mysql,
  createPool(options: PoolOptions): Pool {
    const pool = mysql.createPool(options);
    pool.on('connection', (connection) => {
      const orDestroy = (error: unknown): void => {
        // The socket and not the connection: whoever waits on it must hear of its end.
        if (error) (connection as unknown as { stream: Socket }).stream.destroy();
      };
      const timeout = QUERY_TIMEOUT_MS;
      connection.query({ sql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', timeout }, orDestroy);
      connection.query(
        { sql: `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`, timeout },
        orDestroy,
      );
    });
    return pool;
  },
};
