import type { SqliteDatabase } from '../connection/sqlite-database.js';
import type { RoundTrip, Row, Statement, Value } from './statement.js';

/** A list of IN, or a place outside of one. */
const PLACES = / IN \((\?(?:, \?)+)\)|\?/g;

export function sqliteRoundTrip(database: SqliteDatabase): RoundTrip {
  const run = (statement: Statement): Row[] => {
    const { sql, values } = withFullLists(statement);
    const prepared = database.prepare(sql);
    if (prepared.reader) return prepared.all(...values) as Row[];
    const { changes } = prepared.run(...values);
    const { matches } = statement;
    if (matches === undefined || changes === matches) return [];
    throw new Error(`A statement matched ${changes} rows and not ${matches}`);
  };
  return (statements) => new Promise((resolve) => resolve(statements.map(run)));
}

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
