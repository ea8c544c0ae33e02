import type { PoolConnection, QueryError } from 'mysql2';
import type { RoundTrip, Row, Statement, Value } from './statement.js';

/**
 * Several statements in one packet, which is what a database that is a millisecond away is paid in. Prepared statements
 * cannot be sent so; instead no value is ever part of the grammar: text is either of characters that mean nothing to any
 * server between two quotes, or written as hexadecimal digits.
 * @param timeoutMs how long the answer to all of them is waited for
 */
export function mysqlRoundTrip(connection: PoolConnection, timeoutMs: number): RoundTrip {
  return (statements) =>
    new Promise((resolve, reject) => {
      const sql = statements.map(textOf).join('; ');
      connection.query({ sql, timeout: timeoutMs }, (error: QueryError | null, results: unknown) => {
        if (error) reject(error);
        else resolve(rowsOf(statements, results));
      });
    });
}

/** The guard is a SELECT, because an error inside a DO is swallowed; the packet ends at it, before its COMMIT. */
function textOf({ sql, values, matches }: Statement): string {
  const text = withValues(sql, values);
  if (matches === undefined) return text;
  return `${text}; SELECT 18446744073709551615 + ABS(ROW_COUNT() - ${literal(matches)})`;
}

function withValues(sql: string, values: readonly Value[]): string {
  const pieces = sql.split('?');
  if (pieces.length !== values.length + 1) throw new Error('A statement needs one value for each ?');
  let text = pieces[0] ?? '';
  for (const [index, value] of values.entries()) text += literal(value) + (pieces[index + 1] ?? '');
  return text;
}

/** Printable ASCII without the quote and the backslash: between two quotes it is itself, whatever `sql_mode` says. */
const PLAIN = /^[ -&(-[\]-~]*$/;

function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') {
    return PLAIN.test(value) ? `'${value}'` : `_utf8mb4 X'${Buffer.from(value).toString('hex')}'`;
  }
  if (!Number.isSafeInteger(value)) throw new Error('A number in a statement must be a safe integer');
  return String(value);
}

/** mysql2 gives a list of results only where there are several. */
function rowsOf(statements: readonly Statement[], results: unknown): readonly (readonly Row[])[] {
  const isOne = statements.length === 1 && statements[0]?.matches === undefined;
  const all = (isOne ? [results] : results) as readonly unknown[];
  let index = 0;
  return statements.map(({ matches }) => {
    const result = all[index];
    index += matches === undefined ? 1 : 2;
    return Array.isArray(result) ? (result as Row[]) : [];
  });
}
