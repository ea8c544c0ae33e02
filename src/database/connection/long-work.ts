import type { LoggerService } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';

/** Tables of fewer rows are changed within seconds. */
const MANY_ROWS = 1_000_000;
const TOLD_EVERY_MS = 10_000;

/** A statement that walks a whole table: on SQLite TypeORM makes a new one, and copies. */
const WALKS =
  /^\s*(?:ALTER TABLE|CREATE (?:UNIQUE )?INDEX [`"]?\w+[`"]? ON|INSERT INTO\s+"temporary_\w+".* FROM)\s+(?:[`"]?\w+[`"]?\.)?[`"]?(?!temporary_)(?<table>\w+)/is;

/** Has a migration tell of a large table before it changes it, and every few seconds that it goes on. */
export function tellOfLongWork(
  runner: QueryRunner,
  logger: Pick<LoggerService, 'warn' | 'log'>,
  manyRows = MANY_ROWS,
): void {
  const query = runner.query.bind(runner) as (...statement: unknown[]) => Promise<unknown>;
  let toldAt = performance.now();
  runner.query = async (...statement: unknown[]): Promise<never> => {
    const text = String(statement[0]);
    const table = WALKS.exec(text)?.groups?.['table'];
    const rows = table === undefined ? 0 : await rowsOf(table, runner, query);
    if (rows >= manyRows) {
      logger.warn(`${table} has about ${rows} rows, so this may take minutes: ${told(text)}`);
      toldAt = performance.now();
    } else if (performance.now() - toldAt > TOLD_EVERY_MS) {
      logger.log(`a migration goes on: ${told(text)}`);
      toldAt = performance.now();
    }
    return (await query(...statement)) as never;
  };
}

/** By the server's estimate, or the highest id that SQLite gave: nothing is counted. */
async function rowsOf(
  table: string,
  runner: QueryRunner,
  query: (...statement: unknown[]) => Promise<unknown>,
): Promise<number> {
  const [found] = (await query(
    runner.dataSource.options.type === 'mysql'
      ? `EXPLAIN FORMAT=TRADITIONAL SELECT * FROM \`${table}\``
      : `SELECT MAX(rowid) AS "rows" FROM "${table}"`,
  )) as { rows: number | string | null }[];
  return Number(found?.rows ?? 0);
}

/** A statement in a line. Those of migrations have their values apart, so none is told. */
export function told(statement: unknown): string {
  const text = String(statement).replace(/\s+/g, ' ').trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
