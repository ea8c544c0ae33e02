/** What a statement may carry. Instants travel as `instantText` writes them, money as whole minor units. */
export type Value = string | number | null;

/** One statement with a `?` for each of its values, and none elsewhere; the same text serves both engines. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Value[];
  /** How many rows it must match: where it matches others, it fails, and with it its transaction. */
  readonly matches?: number;
}

/** A row as the engine gives it: 64-bit integers are text on MySQL and numbers on SQLite, instants a Date on MySQL. */
export type Row = Readonly<Record<string, string | number | Date | null>>;

/**
 * Runs statements one after the other on one connection: one round trip, where the database is a server. The first that
 * fails ends them, so that those behind it are not run.
 * @returns the rows of each; none of one that writes
 */
export type RoundTrip = (statements: readonly Statement[]) => Promise<readonly (readonly Row[])[]>;

/** What stands between the brackets of IN: a `?` for each of them, and for none of them what nothing equals. */
export function placesFor(values: readonly unknown[]): string {
  return values.length === 0 ? 'NULL' : values.map(() => '?').join(', ');
}

/** Adds rows to a table, in one statement; none for no rows. */
export function insertInto(
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): Statement[] {
  if (rows.length === 0) return [];
  const places = `(${placesFor(columns)})`;
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => places).join(', ')}`;
  return [{ sql, values: rows.flat() }];
}
