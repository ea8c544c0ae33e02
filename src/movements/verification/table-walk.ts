import type { DataSource } from 'typeorm';
import type { Row } from './forms.js';
import type { Finding } from './verified.types.js';
import { inOneLine } from './wallet-verification.js';

export const ROWS_PER_PAGE = 500;

/** One table, whose rows are checked each by itself and with what stands beside it in the statement. */
export interface TableCheck {
  /** As the progress and the summary name its rows. */
  readonly plural: string;
  /** Columns and joins, up to where the conditions go. */
  readonly select: string;
  /** The columns of the primary key, all of them texts; the last may be a number. Qualified. */
  readonly key: readonly string[];
  /** Looks up what the statement cannot join, for all rows of a page at once, and puts it beside them. */
  readonly enrich?: (dataSource: DataSource, rows: readonly Row[]) => Promise<Row[]>;
  subjectOf(row: Row): string;
  /** Pure: what is wrong with the row, as ends of sentences. */
  problemsOf(row: Row): string[];
}

type OnPage = (rows: readonly Row[]) => void | Promise<void>;

/**
 * Walks a table in the order of its primary key, a page at a time, and yields what is wrong.
 *
 * Beside live traffic: a statement is one instant on either engine, so what it joins was committed together or one before
 * the other; what a check looks up later can only be more, because nothing but a session, a wallet's balance or an incident is
 * ever changed and nothing deleted. A suspicion is read once more, by its key, before it is told: what came about between two
 * statements is gone then.
 * @param onPage is given every page
 */
export async function* walkTable(
  dataSource: DataSource,
  check: TableCheck,
  onPage: OnPage,
): AsyncGenerator<Finding> {
  const [first = '', ...rest] = check.key;
  if (rest.length === 0) {
    yield* walkRange(dataSource, check, { columns: [first], fixed: '', values: [] }, onPage);
    return;
  }
  // A key of several columns is walked within each value of the first: one range of the index for either engine.
  for (let value = await nextOf(dataSource, check, ''); value !== null;) {
    yield* walkRange(
      dataSource,
      check,
      { columns: rest, fixed: `${first} = ? AND `, values: [value] },
      onPage,
    );
    value = await nextOf(dataSource, check, value);
  }
}

/** The next value of the key's first column. */
async function nextOf(
  dataSource: DataSource,
  { select, key }: TableCheck,
  after: string,
): Promise<string | null> {
  const [first = ''] = key;
  const table = /FROM (\w+ \w+)/.exec(select)?.[1] ?? '';
  const [row] = await dataSource.query<Row[]>(
    `SELECT MIN(${first}) AS next FROM ${table} WHERE ${first} > ?`,
    [after],
  );
  return row?.['next'] === null || row?.['next'] === undefined ? null : String(row['next']);
}

interface Range {
  /** One column, or two of which the second is a small number. */
  readonly columns: readonly string[];
  readonly fixed: string;
  readonly values: readonly unknown[];
}

async function* walkRange(
  dataSource: DataSource,
  check: TableCheck,
  { columns, fixed, values }: Range,
  onPage: OnPage,
): AsyncGenerator<Finding> {
  const [column = '', second] = columns;
  const order = `ORDER BY ${columns.join(', ')} LIMIT ${ROWS_PER_PAGE}`;
  const beyond =
    second === undefined ? `${column} > ?` : `${column} >= ? AND (${column} > ? OR ${second} > ?)`;
  let after: unknown[] = second === undefined ? [''] : ['', '', -1];
  for (;;) {
    const rows = await read(dataSource, check, `${fixed}${beyond} ${order}`, [...values, ...after]);
    for (const row of rows) {
      const finding = check.problemsOf(row).length === 0 ? null : await lookAgain(dataSource, check, row);
      if (finding !== null) yield finding;
    }
    await onPage(rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_PAGE) return;
    const [at, next] = columns.map((name) => last[columnOf(name)]);
    after = second === undefined ? [at] : [at, at, next];
  }
}

async function read(
  dataSource: DataSource,
  { select, enrich }: TableCheck,
  conditions: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const rows = await dataSource.query<Row[]>(`${select} WHERE ${conditions}`, [...values]);
  return enrich === undefined || rows.length === 0 ? rows : enrich(dataSource, rows);
}

async function lookAgain(dataSource: DataSource, check: TableCheck, row: Row): Promise<Finding | null> {
  const conditions = check.key.map((name) => `${name} = ?`).join(' AND ');
  const [again] = await read(
    dataSource,
    check,
    conditions,
    check.key.map((name) => row[columnOf(name)]),
  );
  // Nothing is ever deleted: a row that is gone is a finding too.
  const problems = again === undefined ? ['was there and is gone'] : check.problemsOf(again);
  return problems.length === 0 ? null : { subject: check.subjectOf(row), problem: inOneLine(problems) };
}

function columnOf(qualified: string): string {
  return qualified.slice(qualified.indexOf('.') + 1);
}
