import { isLosslessNumber } from 'lossless-json';
import { type Columns, type Fields, FiguresError, type FileFormat, rowsOf, textOfFile } from './gpas-rows.js';
import { shown } from '../files/shown.rules.js';
import { type MovementName, type NamedMovement, reportOf, type ReportRow } from './report.rules.js';

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
const KINDS: Readonly<Record<string, MovementName>> = {
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
export type TotalName = keyof typeof TOTALS;
const TOTAL_NAMES = Object.keys(TOTALS) as TotalName[];

const COLUMNS = {
  keys: ['date', 'game_id', 'currency'],
  totals: TOTAL_NAMES,
  movement: ['external_reference', 'type', 'value'],
} as const satisfies Columns;

/**
 * Reads a file of GPAS's: CSV with a header, or JSON in the form of `GET /reconciliation`. A row has the totals of a day,
 * game and currency under GPAS's names, or one movement: external_reference, type and value.
 * @throws FiguresError naming the row and what is wrong with it; also for what is no list of figures at all, which must
 *   not pass for a day without any
 */
export function parseFigures(file: string | Uint8Array, format: FileFormat): GpasFile {
  const text = textOfFile(typeof file === 'string' ? Buffer.from(file) : file, COLUMNS);
  const rows = rowsOf(text, format, COLUMNS);
  if (rows.some((fields) => 'external_reference' in fields)) {
    const movements = rows.map(movementOf);
    return { figures: reportOf(movements, new Map()).map(figuresOfRow), movements };
  }
  const names = TOTAL_NAMES.filter((name) => rows.some((fields) => isGiven(fields[name])));
  const keys = new Set<string>();
  const figures = rows.map((fields, index) => {
    const row = figuresOf(fields, names, `row ${index + 1}`);
    if (keys.has(keyOf(row))) throw new FiguresError(`row ${index + 1} is there twice: ${keyOf(row)}`);
    keys.add(keyOf(row));
    return row;
  });
  return { figures, movements: null };
}

/** @param names of the totals that the file has: each of its rows has them, or it would agree in what it does not say */
function figuresOf(fields: Fields, names: readonly TotalName[], where: string): Figures {
  if (names.length === 0) throw new FiguresError(`${where} has none of ${TOTAL_NAMES.join(', ')}`);
  const totals = names.map((name) => {
    const value = fields[name];
    if (!isGiven(value)) throw new FiguresError(`${where} has no ${name}`);
    return [name, decimalOf(value, `${where}: ${name}`)] as const;
  });
  return {
    date: textOf(fields, 'date', where),
    gameId: textOf(fields, 'game_id', where),
    currency: textOf(fields, 'currency', where),
    totals: new Map(totals),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
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
  if (!isGiven(value)) throw new FiguresError(`${where} has no ${name}`);
  if (typeof value !== 'string') throw new FiguresError(`${where}: ${name} is no text`);
  return value;
}

/** Written the way ours are. */
function decimalOf(value: unknown, where: string): string {
  const text = isLosslessNumber(value) ? withoutExponent(value.value) : value;
  if (typeof text !== 'string') throw new FiguresError(`${where} is no decimal number`);
  if (!/^-?\d+(?:\.\d*)?$/.test(text)) {
    throw new FiguresError(
      `${where} is no decimal number: ${shown(text)}${text.includes(',') ? ', write 1234.50' : ''}`,
    );
  }
  return plainDecimal(text);
}

/** Beyond any sum of money. */
const MAX_EXPONENT = 40;

/** What a number of JSON's stands for, digit by digit: `1.5e3` is 1500. */
function withoutExponent(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const shift = Number(exponent);
  if (shift === 0 || Math.abs(shift) > MAX_EXPONENT) return number;
  const digits = '0'.repeat(Math.max(0, -shift)) + whole + fraction.padEnd(Math.max(0, shift), '0');
  const point = whole.length + Math.max(0, -shift) + shift;
  return `${sign}${digits.slice(0, point) || '0'}.${digits.slice(point)}`;
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
