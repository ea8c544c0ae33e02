import { parse } from 'csv-parse/sync';
import type { ReportRow } from './report.rules.js';

/** GPAS's figures of one row: those it gives, as decimal text. */
export interface Figures {
  readonly date: string;
  readonly gameId: string;
  readonly currency: string;
  readonly totals: ReadonlyMap<TotalName, string>;
}

/** GPAS's names of the totals, and where they are in a row of ours. */
const TOTALS = {
  total_bet: 'totalBet',
  total_bet_rollback: 'totalBetRollback',
  total_win: 'totalWin',
  total_win_rollback: 'totalWinRollback',
  total_ggr: 'totalGgr',
  transaction_count_bet: 'betCount',
  transaction_count_win: 'winCount',
  transaction_count_rollback: 'rollbackCount',
} as const satisfies Record<string, keyof ReportRow>;
type TotalName = keyof typeof TOTALS;
const TOTAL_NAMES = Object.keys(TOTALS) as TotalName[];

/** What is wrong with a file of figures, in words that say where. */
export class FiguresError extends Error {}

/**
 * Reads GPAS's figures: CSV with GPAS's field names as its header, or JSON in the form of `GET /reconciliation`.
 * @throws FiguresError naming the row and what is wrong with it
 */
export function parseFigures(text: string, format: 'csv' | 'json'): Figures[] {
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  const figures = rows.map(figuresOf);
  const keys = new Set<string>();
  figures.forEach((each, index) => {
    if (keys.has(keyOf(each))) throw new FiguresError(`row ${index + 1} is there twice: ${keyOf(each)}`);
    keys.add(keyOf(each));
  });
  return figures;
}

/** Where the figures differ from ours, one line each, in the order of day, game and currency. */
export function compare(ours: readonly ReportRow[], theirs: readonly Figures[]): string[] {
  const own = new Map(ours.map((row) => [keyOf(row), row]));
  const other = new Map(theirs.map((row) => [keyOf(row), row]));
  return [...new Set([...own.keys(), ...other.keys()])].sort().flatMap((key) => {
    const [ourRow, theirRow] = [own.get(key), other.get(key)];
    if (!theirRow) return [`${key}: is here only`];
    if (!ourRow) return [`${key}: is at GPAS only`];
    return [...theirRow.totals].flatMap(([name, theirTotal]) => {
      const ourTotal = String(ourRow[TOTALS[name]]);
      return ourTotal === theirTotal ? [] : [`${key}: ${name} is ${theirTotal} at GPAS, ${ourTotal} here`];
    });
  });
}

type Fields = Readonly<Record<string, unknown>>;

function csvRows(text: string): Fields[] {
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new FiguresError((error as Error).message);
  }
}

function jsonRows(text: string): Fields[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FiguresError((error as Error).message);
  }
  const rows = Array.isArray(value) ? (value as unknown[]) : (value as { data?: unknown } | null)?.data;
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) {
    throw new FiguresError('the file must hold a list of rows, or an object with one under data');
  }
  return rows as Fields[];
}

function figuresOf(fields: Fields, index: number): Figures {
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || value === '') throw new FiguresError(`row ${index + 1} has no ${name}`);
    return value;
  };
  const totals = TOTAL_NAMES.flatMap((name) => {
    const value = fields[name];
    if (value === undefined || value === '' || value === null) return [];
    return [[name, decimalOf(value, `row ${index + 1}: ${name}`)] as const];
  });
  if (totals.length === 0) throw new FiguresError(`row ${index + 1} has none of ${TOTAL_NAMES.join(', ')}`);
  return {
    date: text('date'),
    gameId: text('game_id'),
    currency: text('currency'),
    totals: new Map(totals),
  };
}

/** Written the way ours are: no zero that says nothing, no minus before a zero. */
function decimalOf(value: unknown, where: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new FiguresError(`${where} is no decimal number`);
  const match = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (!match) throw new FiguresError(`${where} is no decimal number: ${text}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return digits === '0' ? '0' : sign + digits;
}

function keyOf({ date, gameId, currency }: Pick<Figures, 'date' | 'gameId' | 'currency'>): string {
  return `${date} ${gameId} ${currency}`;
}
