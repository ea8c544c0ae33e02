import { parse } from 'csv-parse/sync';
import { type NamedMovement, type PartialSum, reportOf, type ReportRow } from './report.rules.js';

/** GPAS's figures of one row: those it gives, as decimal text. */
export interface Figures {
  readonly date: string;
  readonly gameId: string;
  readonly currency: string;
  readonly totals: ReadonlyMap<TotalName, string>;
}

/** A file of GPAS's. */
export interface GpasFile {
  readonly figures: readonly Figures[];
  /** Where it has a row for each movement, which its figures are then the sum of. */
  readonly movements: readonly NamedMovement[] | null;
}

/** What the type of a movement may be called. */
const KINDS: Readonly<Record<string, PartialSum['kind']>> = {
  bet: 'BET',
  GAME_DEBIT: 'BET',
  win: 'WIN',
  GAME_CREDIT: 'WIN',
  bet_rollback: 'BET_ROLLBACK',
  win_rollback: 'WIN_ROLLBACK',
};

/** GPAS's names of the totals, and where they are in a row of ours. */
export const TOTALS = {
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
 * Reads a file of GPAS's: CSV with a header, or JSON in the form of `GET /reconciliation`. A row has the totals of a day,
 * game and currency under GPAS's names, or one movement: external_reference, type and value.
 * @throws FiguresError naming the row and what is wrong with it
 */
export function parseFigures(text: string, format: 'csv' | 'json'): GpasFile {
  const rows = format === 'csv' ? csvRows(text) : jsonRows(text);
  if (rows.some((fields) => 'external_reference' in fields)) {
    const movements = rows.map(movementOf);
    return { figures: reportOf(movements, new Map()).map(figuresOfRow), movements };
  }
  const figures = rows.map(figuresOf);
  const keys = new Set<string>();
  figures.forEach((each, index) => {
    if (keys.has(keyOf(each))) throw new FiguresError(`row ${index + 1} is there twice: ${keyOf(each)}`);
    keys.add(keyOf(each));
  });
  return { figures, movements: null };
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
  const where = `row ${index + 1}`;
  const totals = TOTAL_NAMES.flatMap((name) => {
    const value = fields[name];
    if (value === undefined || value === '' || value === null) return [];
    return [[name, decimalOf(value, `${where}: ${name}`)] as const];
  });
  if (totals.length === 0) throw new FiguresError(`${where} has none of ${TOTAL_NAMES.join(', ')}`);
  return {
    date: textOf(fields, 'date', where),
    gameId: textOf(fields, 'game_id', where),
    currency: textOf(fields, 'currency', where),
    totals: new Map(totals),
  };
}

function figuresOfRow(row: ReportRow): Figures {
  const { date, gameId, currency } = row;
  return {
    date,
    gameId,
    currency,
    totals: new Map(TOTAL_NAMES.map((name) => [name, String(row[TOTALS[name]])])),
  };
}

function movementOf(fields: Fields, index: number): NamedMovement {
  const where = `row ${index + 1}`;
  const type = textOf(fields, 'type', where);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) throw new FiguresError(`${where}: type must be one of ${Object.keys(KINDS).join(', ')}`);
  const value = decimalOf(fields['value'], `${where}: value`);
  if (value.startsWith('-')) throw new FiguresError(`${where}: value is negative: ${value}`);
  const [whole = '', fraction = ''] = value.split('.');
  return {
    date: textOf(fields, 'date', where),
    gameId: textOf(fields, 'game_id', where),
    currency: textOf(fields, 'currency', where),
    reference: textOf(fields, 'external_reference', where),
    kind,
    amountMinor: BigInt(whole + fraction),
    decimals: fraction.length,
    count: 1,
  };
}

function textOf(fields: Fields, name: string, where: string): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new FiguresError(`${where} has no ${name}`);
  return value;
}

/** Written the way ours are. */
function decimalOf(value: unknown, where: string): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new FiguresError(`${where} is no decimal number`);
  if (!/^-?\d+(?:\.\d*)?$/.test(text)) throw new FiguresError(`${where} is no decimal number: ${text}`);
  return plainDecimal(text);
}

/** No zero that says nothing, no minus before a zero. */
export function plainDecimal(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  const digits = fraction === '' ? whole : `${whole}.${fraction}`;
  return digits === '0' ? '0' : sign + digits;
}

export function keyOf({ date, gameId, currency }: Pick<Figures, 'date' | 'gameId' | 'currency'>): string {
  return `${date} ${gameId} ${currency}`;
}
