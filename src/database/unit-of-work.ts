import { setImmediate as nextTurnOfLoop, setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolConnection } from 'mysql2';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Config } from '../config/config.js';
import type { DatabaseConfig } from '../config/database-config.js';
import { GpasError } from '../errors/gpas-error.js';
import { requestContext } from '../logging/request-context.js';
import { connectionsInUse, connectionsWaitedFor } from '../metrics/metrics.js';
import type { SqliteThread } from './sqlite/sqlite-thread.js';
import { mysqlRoundTrip } from './statements/mysql-round-trip.js';
import { OpenTransaction, type TransactionManager } from './statements/open-transaction.js';
import type { RoundTrip, Row, Statement } from './statements/statement.js';
import { classifyDatabaseError, isConnectionBroken } from './database-errors.js';
import {
  aloneAtOnce,
  GENTLE_ALONE_MS,
  GENTLE_MS,
  GENTLE_WAIT_MS,
  keptForCommits,
  LAST_TRY_MS,
  MAX_TRIES,
  QUERY_TIMEOUT_MS,
  TURN_WAIT_MS,
} from './waits.js';
import { Turns } from './turns.js';

declare const opened: unique symbol;

/** An open transaction. Only {@link UnitOfWork} makes one, so a write outside a transaction does not compile. */
export interface Transaction {
  readonly [opened]: true;
  /** The transaction's own manager; the data source's would work beside it. */
  readonly manager: TransactionManager;
  /** Spread into find options: locks the rows on MySQL; SQLite has one transaction at a time and no row locks. */
  readonly rowLock: { lock?: { mode: 'pessimistic_write' } };
  /** The same for the end of a SELECT. */
  readonly rowLockClause: '' | 'FOR UPDATE';
  /** Reads, one statement after the other, in one round trip. */
  select(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]>;
  /** Keeps these for the commit: they are run last, in their order, in one round trip with it. */
  writeLast(statements: readonly Statement[]): void;
}

/** What may be read outside a transaction. */
export type Reader = Pick<EntityManager, 'find' | 'findOne' | 'findOneBy' | 'query'>;

/**
 * Owns the use of the database: every read and write of the application goes through here.
 * Holds: a failed transaction leaves nothing behind, neither rows nor locks; a connection in doubt is destroyed;
 * on SQLite all work, reads included, takes turns, because TypeORM has one connection there and concurrent
 * transactions would mix on it; the queues' commits, and what is read for all callers together, go ahead of everything else:
 * on MySQL they have connections that nothing else takes, on SQLite every second turn.
 */
@Injectable()
export class UnitOfWork {
  /** For each {@link BatchQueue} on it. */
  readonly aloneAtOnce: number;
  private readonly engine: DatabaseConfig['engine'];
  private readonly timeoutMs: number;
  private readonly gentleMs: number;
  private readonly turns: Turns;
  /** Of the long reads among themselves: each takes its next connection, and rests, in one of these. */
  private readonly gentleTurns: Turns;

  constructor(
    private readonly dataSource: DataSource,
    config: Config,
  ) {
    const { database } = config;
    const connections = database.engine === 'mysql' ? database.poolSize : 1;
    this.aloneAtOnce = aloneAtOnce(connections);
    this.gentleMs = connections > 1 ? GENTLE_MS : GENTLE_ALONE_MS;
    this.turns = new Turns(connections, TURN_WAIT_MS, keptForCommits(connections));
    this.gentleTurns = new Turns(Math.ceil(connections / 2), GENTLE_WAIT_MS);
    this.engine = database.engine;
    this.timeoutMs = dataSource.options.maxQueryExecutionTime ?? QUERY_TIMEOUT_MS;
  }

  /**
   * Runs `work` in one transaction and commits it; returns only when that is durable. Tries once: see
   * {@link BatchQueue} for whole retries.
   */
  write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.turns.take(() => this.transact(work, 'at once'));
  }

  /**
   * The same for a {@link BatchQueue}'s commit, which goes ahead: there are few, and all players wait for them. It begins
   * by its first `select`.
   */
  commit<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return this.turns.takeAhead(() => this.transact(work, 'by select'));
  }

  /** The same for a change that no queue tries again: whole, where a lock was in the way, for a bounded time. */
  async change<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.write(work);
      } catch (error) {
        const isOver = tries >= MAX_TRIES || performance.now() - startedAt > LAST_TRY_MS;
        if (isOver || classifyDatabaseError(error) !== 'lock') throw error;
      }
    }
  }

  /** Reads committed state; several statements of one `work` may see different instants. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.turns.take(() => this.onConnection((runner) => work(runner.manager)));
  }

  /** The same for a {@link SharedReading}, which all callers wait for: it goes ahead, as commits do. */
  readAhead<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.turns.takeAhead(() => this.onConnection((runner) => work(runner.manager)));
  }

  /**
   * The same for one part of much: rests afterwards as long as it read, so that play goes on beside who reads on.
   * However many read on at once, it is half of the connections that they have, and they rest before the next of them
   * reads: on SQLite, where reading stops the process, all together stop it no longer than one does. For a caller who
   * has gone, nothing more is read.
   * @returns also what load it was: more than 1 kept a connection for longer than it should
   */
  readGently<T>(work: (reader: Reader) => Promise<T>): Promise<{ result: T; load: number }> {
    return this.gentleTurns.take(async () => {
      if (requestContext()?.isOver) throw new GpasError('SYSTEM_ERROR', 'The caller has gone');
      const { result, ms } = await this.read(async (reader) => {
        const startedAt = performance.now(); // waiting for the connection kept nobody waiting
        return { result: await work(reader), ms: performance.now() - startedAt };
      });
      await sleep(ms);
      await nextTurnOfLoop(); // calls that came meanwhile are read first, though timers are always due
      return { result, load: ms / this.gentleMs };
    });
  }

  /** The rows of one statement, for a {@link BatchQueue} that only reads: it goes ahead, as commits do. */
  select(statement: Statement): Promise<readonly Row[]> {
    return this.turns.takeAhead(() =>
      this.onConnection(async (_, run) => {
        const [rows = []] = await run([statement]);
        return rows;
      }),
    );
  }

  private transact<T>(
    work: (transaction: Transaction) => Promise<T>,
    begins: 'at once' | 'by select',
  ): Promise<T> {
    return this.onConnection(async (runner, run) => {
      const open = new OpenTransaction(run, runner, this.engine);
      try {
        if (begins === 'at once') await open.begin();
        const result = await work(open as unknown as Transaction);
        await open.commit();
        return result;
      } catch (error) {
        // Whatever the ROLLBACK says: `error` is what the caller hears.
        if (!isConnectionBroken(error)) await open.rollBack().catch(() => destroy(runner));
        throw error;
      }
    });
  }

  /** In a turn. Where it is in doubt afterwards, the connection goes: a server rolls back what a lost one leaves. */
  private async onConnection<T>(work: (runner: QueryRunner, run: RoundTrip) => Promise<T>): Promise<T> {
    this.measure();
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner, this.roundTripOn(await runner.connect()));
    } catch (error) {
      if (isConnectionBroken(error)) await destroy(runner);
      throw error;
    } finally {
      await runner.release();
      this.measure();
    }
  }

  private roundTripOn(connection: unknown): RoundTrip {
    if (this.engine === 'sqlite') return (statements) => (connection as SqliteThread).roundTrip(statements);
    return mysqlRoundTrip(connection as PoolConnection, this.timeoutMs);
  }

  private measure(): void {
    connectionsInUse.set(this.turns.taken);
    connectionsWaitedFor.set(this.turns.waiting);
  }
}

async function destroy(runner: QueryRunner): Promise<void> {
  // A connection that could not be made has nothing to destroy. SQLite's has no destroy() and no way to break.
  const connection = (await runner.connect().catch(() => undefined)) as { destroy?: () => void } | undefined;
  connection?.destroy?.();
}
