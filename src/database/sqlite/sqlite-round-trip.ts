import type { Statement, Value } from '../statements/statement.js';
import type { SqliteDatabase } from './sqlite-database.js';

/** What a statement did: its rows, where it is one that has rows. */
export type Done =
  readonly unknown[] | { readonly changes: number; readonly lastInsertRowid: number | bigint };

/**
 * Runs statements one after the other; the first that fails ends them.
 * @throws what better-sqlite3 throws, and where a statement matches other rows than it must
 */
export function runAll(database: SqliteDatabase, statements: readonly Statement[]): Done[] {
  return statements.map((statement) => run(database, statement));
}

function run(database: SqliteDatabase, statement: Statement): Done {
  const { sql, values } = withFullLists(statement);
  const prepared = database.prepare(sql);
  if (prepared.reader) return prepared.all(...values);
  const { changes, lastInsertRowid } = prepared.run(...values);
  const { matches } = statement;
  if (matches === undefined || changes === matches) return { changes, lastInsertRowid };
  throw new Error(`A statement matched ${changes} rows and not ${matches}`);
}

/** A list of IN, or a place outside of one. */
const PLACES = / IN \((\?(?:, \?)+)\)|\?/g;

/**
 * The same statement with each list of IN filled up to a power of two by its last value: batches of all sizes, with
 * several lists in one statement, would otherwise make texts by the thousand.
 */
export function withFullLists({ sql, values }: Statement): Statement {
  if (!sql.includes(' IN (?, ')) return { sql, values };
  const filled: Value[] = [];
  let read = 0;
  const text = sql.replace(PLACES, (place: string, list: string | undefined) => {
    const count = list === undefined ? 1 : list.split(', ').length;
    const taken = values.slice(read, (read += count));
    filled.push(...taken);
    if (list === undefined) return place;
    const places = 2 ** Math.ceil(Math.log2(count));
    const last = taken.at(-1) ?? null;
    for (let missing = places - count; missing > 0; missing -= 1) filled.push(last);
    return ` IN (?${', ?'.repeat(places - 1)})`;
  });
  return { sql: text, values: filled };
}
