import type { Database, Statement as Prepared } from 'better-sqlite3';
import type { RoundTrip, Row, Statement } from './statement.js';

/** A text for each size of batch that came. */
const MAX_PREPARED = 500;
const preparedOf = new WeakMap<Database, Map<string, Prepared>>();

/** Each statement is prepared once: that is dearer than to run it. */
export function sqliteRoundTrip(database: Database): RoundTrip {
  const run = ({ sql, values, matches }: Statement): Row[] => {
    const prepared = prepare(database, sql);
    if (prepared.reader) return prepared.all(...values) as Row[];
    const { changes } = prepared.run(...values);
    if (matches === undefined || changes === matches) return [];
    throw new Error(`A statement matched ${changes} rows and not ${matches}`);
  };
  return (statements) => new Promise((resolve) => resolve(statements.map(run)));
}

function prepare(database: Database, sql: string): Prepared {
  const known = preparedOf.get(database) ?? new Map<string, Prepared>();
  preparedOf.set(database, known);
  const prepared = known.get(sql) ?? database.prepare(sql);
  known.set(sql, prepared);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_PREPARED) break;
    known.delete(oldest);
  }
  return prepared;
}
