import { DataSource, type DataSourceOptions, QueryFailedError, QueryResult, type QueryRunner } from 'typeorm';
import type { Value } from '../statements/statement.js';
import { SqliteThread } from './sqlite-thread.js';

/** TypeORM's data source, for whom a thread of its own works on a SQLite file; on MySQL it is TypeORM's own. */
export class ThreadedDataSource extends DataSource {
  /** TypeORM has one for SQLite, until it is destroyed. */
  private readonly threaded = new WeakSet<QueryRunner>();

  constructor(options: DataSourceOptions) {
    super(options.type === 'better-sqlite3' ? threaded(options) : options);
  }

  override createQueryRunner(...mode: Parameters<DataSource['createQueryRunner']>): QueryRunner {
    const runner = super.createQueryRunner(...mode);
    if (this.options.type !== 'better-sqlite3' || this.threaded.has(runner)) return runner;
    this.threaded.add(runner);
    runner.query = (sql: string, parameters?: unknown[], isStructured?: boolean) =>
      this.runOnThread(runner, sql, parameters, isStructured);
    return runner;
  }

  override async destroy(): Promise<void> {
    if (this.options.type !== 'better-sqlite3') return super.destroy();
    const thread = (await this.createQueryRunner().connect()) as SqliteThread;
    await super.destroy();
    await thread.close();
  }

  /** What TypeORM's own does, but for events, to which nobody listens. */
  private async runOnThread(
    runner: QueryRunner,
    sql: string,
    parameters: readonly unknown[] = [],
    isStructured = false,
  ): Promise<never> {
    const values = parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)) as Value[];
    this.logger.logQuery(sql, values, runner);
    const thread = (await runner.connect()) as SqliteThread;
    const result = new QueryResult();
    try {
      const [done = []] = await thread.run([{ sql, values }]);
      if ('changes' in done) Object.assign(result, { raw: done.lastInsertRowid, affected: done.changes });
      else Object.assign(result, { raw: done, records: done });
    } catch (error) {
      throw new QueryFailedError(sql, values, error as Error);
    }
    return (isStructured ? result : result.raw) as never;
  }
}

type SqliteOptions = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;

function threaded(options: SqliteOptions): SqliteOptions {
  return {
    ...options,
    driver: SqliteThread,
    prepareDatabase: async (thread: SqliteThread) => {
      try {
        await thread.opened;
        await options.prepareDatabase?.(thread);
      } catch (error) {
        await thread.close();
        throw error;
      }
    },
  };
}
