import type { DataSource } from './application.js';
import { ENGINE, query } from './databases.js';

type Statement = [sql: string, parameters: unknown[]];

/** The statements that read a table from now on, as the database gets them. */
export function statementsOn({ logger }: DataSource, table: string): Statement[] {
  const statements: Statement[] = [];
  const logQuery = logger.logQuery.bind(logger);
  logger.logQuery = (sql, parameters, runner): void => {
    if (sql.startsWith('SELECT') && sql.includes(table)) {
      statements.push([sql, [...((parameters as unknown[] | undefined) ?? [])]]);
    }
    logQuery(sql, parameters, runner);
  };
  return statements;
}

/** How the database would execute it, as one text. */
export async function planOf(databaseUrl: string, [sql, parameters]: Statement): Promise<string> {
  const explain = ENGINE === 'mysql' ? 'EXPLAIN FORMAT=TRADITIONAL' : 'EXPLAIN QUERY PLAN';
  const plan = await query(databaseUrl, `${explain} ${sql}`, parameters);
  return JSON.stringify(plan, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
