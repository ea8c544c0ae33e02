import mysql, { type Pool, type PoolOptions } from 'mysql2';
import { LOCK_WAIT_SECONDS } from './limits.js';

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
        if (error) connection.destroy();
      };
      connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', orDestroy);
      connection.query(
        `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`,
        orDestroy,
      );
    });
    return pool;
  },
};
