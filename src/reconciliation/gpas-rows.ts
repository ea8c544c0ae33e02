import { isUtf8 } from 'node:buffer';
import { parse as parseCsv } from 'csv-parse/sync';
import { isLosslessNumber, parse as parseJson } from 'lossless-json';
import { separatorOf } from '../files/csv.rules.js';
import { shown, visible } from '../files/shown.rules.js';

/** What is wrong with a file of figures, in words that say where. */
export class FiguresError extends Error {}

export type FileFormat = 'csv' | 'json';

/** A row by the names of its columns; a number of JSON's is a {@link LosslessNumber}, with all its digits. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a row must have, and of what else it must have one or all. */
export interface Columns {
  readonly keys: readonly string[];
  readonly totals: readonly string[];
  /** Of a file with a row for each movement; the first tells that it is one. */
  readonly movement: readonly string[];
}

/** The text of a file. @throws FiguresError where it is not UTF-8, or holds nothing */
export function textOfFile(bytes: Uint8Array, columns: Columns): string {
  if (!isUtf8(bytes)) throw new FiguresError('is not UTF-8: save the file as UTF-8');
  const text = new TextDecoder().decode(bytes); // without the byte order mark
  if (text.trim() === '')
    throw new FiguresError(`is empty: expected ${headerWords(columns)}, or a list of JSON`);
  return text;
}

/** @throws FiguresError for what holds no rows: a file that is something else must not pass for one without any */
export function rowsOf(text: string, format: FileFormat, columns: Columns): Fields[] {
  return format === 'csv' ? csvRows(text, columns) : jsonRows(text);
}

function csvRows(text: string, columns: Columns): Fields[] {
  const [firstLine = ''] = /^.*$/m.exec(text.trimStart()) ?? [];
  const delimiter = separatorOf(firstLine);
  checkHeader(firstLine, headerOf(firstLine, delimiter), columns);
  try {
    return parseCsv(text, {
      columns: true,
      delimiter,
      bom: true,
      skip_empty_lines: true,
      // What a spreadsheet saves of rows that were emptied.
      skip_records_with_empty_values: true,
      trim: true,
    });
  } catch (error) {
    throw new FiguresError(visible((error as Error).message));
  }
}

function headerOf(line: string, delimiter: string): string[] {
  try {
    return parseCsv(line, { delimiter, trim: true })[0] ?? [];
  } catch {
    return [];
  }
}

function checkHeader(line: string, header: readonly string[], columns: Columns): void {
  const { keys, totals, movement } = columns;
  const [movementName = ''] = movement;
  const needed = header.includes(movementName) ? [...keys, ...movement] : keys;
  const known = [...keys, ...totals, ...movement].filter((name) => header.includes(name));
  const missing = needed.filter((name) => !header.includes(name));
  const twice = known.filter((name) => header.indexOf(name) !== header.lastIndexOf(name));
  const refuse = (what: string): never => {
    throw new FiguresError(`line 1 is ${shown(line)}: ${what}`);
  };
  if (known.length === 0) refuse(`expected ${headerWords(columns)}`);
  if (missing.length > 0) refuse(`misses ${missing.join(', ')}`);
  if (twice.length > 0) refuse(`has ${twice.join(', ')} twice`);
  if (known.length === keys.length) refuse(`expected ${headerWords(columns)}`);
}

function headerWords({ keys, totals, movement }: Columns): string {
  return `the header ${keys.join(',')} and one or more of ${totals.join(', ')}, or ${movement.join(',')}`;
}

function jsonRows(text: string): Fields[] {
  let value: unknown;
  try {
    value = parseJson(text); // JSON.parse would round what has more than 15 digits
  } catch (error) {
    throw new FiguresError(`is not JSON: ${visible((error as Error).message)}`);
  }
  const rows = listOf(value);
  const stranger = rows.findIndex((row) => !isObject(row));
  if (stranger >= 0) {
    throw new FiguresError(
      `row ${stranger + 1} is ${jsonShown(rows[stranger])}: expected an object with its figures`,
    );
  }
  return rows as Fields[];
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  if (isObject(value)) {
    const { status = 'success', data } = value;
    if (status !== 'success')
      throw new FiguresError(`its status is ${jsonShown(status)}: expected "success"`);
    if (Array.isArray(data)) return data as unknown[];
  }
  throw new FiguresError(
    `found ${whatOf(value)}: expected a list of rows, or { "status": "success", "data": [ rows ] } as GET /reconciliation has it`,
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function whatOf(value: unknown): string {
  if (!isObject(value)) return jsonShown(value);
  const names = Object.keys(value).slice(0, 5).map(visible).join(', ').slice(0, 100);
  return names === '' ? 'an object without fields' : `an object with ${names}`;
}

function jsonShown(value: unknown): string {
  return shown(isLosslessNumber(value) ? Number(value.value) : value);
}
