import { instantFrom, instantText } from '../../database/columns.js';
import { insertInto, placesFor, type Statement } from '../../database/statements/statement.js';
import type { Reader } from '../../database/unit-of-work.js';
import type { Period } from '../days.js';
import type { Part, PartialSum } from '../report.rules.js';
import { amountOf, type HourSum } from './movement-sums.js';

/** The totals of one day that are kept, and of which hours they are. */
export interface KeptDay {
  /** When each begins, in their order. */
  readonly hours: readonly Date[];
  readonly sums: readonly PartialSum[];
}

interface KeptRow {
  readonly game_id: string | null;
  readonly currency: string;
  readonly decimals: number;
  readonly kind: Part['kind'];
  readonly high: string | number;
  readonly low: string | number;
  readonly number: string | number;
}

const ROWS_PER_STATEMENT = 500;

/**
 * Reads first which hours have totals and then those: totals are replaced in one transaction and never taken away, so
 * what is read of an hour that is made again meanwhile is of before or after it, and whole.
 */
export async function readKeptDay(
  reader: Reader,
  { from, until }: Period,
  parentSystemId: string | undefined,
): Promise<KeptDay> {
  const made = await reader.query<{ hour: string | Date }[]>(
    'SELECT hour FROM movement_hours WHERE hour >= ? AND hour < ? AND checked_at IS NOT NULL ORDER BY hour',
    [instantText(from), instantText(until)],
  );
  const hours = made.map(({ hour }) => instantFrom(hour));
  const rows = await reader.query<KeptRow[]>(
    `SELECT game_id, currency, decimals, kind, SUM(amount_high) AS high, SUM(amount_low) AS low, SUM(movements) AS number
     FROM movement_totals WHERE hour IN (${placesFor(hours)}) ${parentSystemId === undefined ? '' : 'AND parent_system_id = ?'}
     GROUP BY game_id, currency, decimals, kind`,
    [...hours.map(instantText), ...(parentSystemId === undefined ? [] : [parentSystemId])],
  );
  const date = from.toISOString().slice(0, 10);
  const sums = rows.map((row) => ({
    date,
    gameId: row.game_id,
    currency: row.currency,
    decimals: row.decimals,
    kind: row.kind,
    amountMinor: amountOf(BigInt(row.high), BigInt(row.low)),
    count: Number(row.number),
  }));
  return { hours, sums };
}

/** Puts these totals of an hour in the place of those that it had. */
export function replaceTotals(hour: Date, sums: readonly HourSum[]): Statement[] {
  const rows = sums.map((sum, ordinal) => [
    instantText(hour),
    ordinal,
    sum.parentSystemId,
    sum.gameId,
    sum.currency,
    sum.decimals,
    sum.kind,
    String(sum.high),
    String(sum.low),
    sum.count,
  ]);
  const statements: Statement[] = [
    { sql: 'DELETE FROM movement_totals WHERE hour = ?', values: [instantText(hour)] },
  ];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    statements.push(...insertInto('movement_totals', COLUMNS, rows.slice(start, start + ROWS_PER_STATEMENT)));
  }
  return statements;
}

const COLUMNS = [
  'hour',
  'ordinal',
  'parent_system_id',
  'game_id',
  'currency',
  'decimals',
  'kind',
  'amount_high',
  'amount_low',
  'movements',
];
