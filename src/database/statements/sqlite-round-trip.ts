import type { SqliteDatabase } from '../connection/sqlite-database.js';
import type { RoundTrip, Row, Statement } from './statement.js';

/** On a database that prepares each text once. */
export function sqliteRoundTrip(database: SqliteDatabase): RoundTrip {
  const run = ({ sql, values, matches }: Statement): Row[] => {
    const prepared = database.prepare(sql);
    if (prepared.reader) return prepared.all(...values) as Row[];
    const { changes } = prepared.run(...values);
    if (matches === undefined || changes === matches) return [];
    throw new Error(`A statement matched ${changes} rows and not ${matches}`);
  };
  return (statements) => new Promise((resolve) => resolve(statements.map(run)));
}
