/**
 * What a column's value must look like whatever the other rows say. SQLite keeps a word or a fraction in a column of
 * integers and anything in a column of text; a constraint may have been dropped on either engine.
 */

/** As it comes from the driver: BIGINT is text on MySQL and a number on SQLite, an instant a Date or a text. */
export type Value = string | number | bigint | Date | null | undefined;
export type Row = Readonly<Record<string, Value>>;

/** What is wrong with a value, as the end of a sentence; null where nothing is. */
type Form = (value: Value) => string | null;
export type Forms = Readonly<Record<string, Form>>;

const KEY = /^[!-~]{1,128}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const WHOLE = /^-?[0-9]{1,19}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/;

const fits =
  (test: (value: Value) => boolean, what: string): Form =>
  (value) =>
    test(value) ? null : what;

/** An id of anybody's: visible ASCII without spaces. */
export const key = fits((value) => typeof value === 'string' && KEY.test(value), 'no id');
/** An id that this server made: UUIDv7, whose first 48 bits are its millisecond. */
export const uuid = fits((value) => typeof value === 'string' && UUID.test(value), 'no UUIDv7');
export const text = fits((value) => typeof value === 'string', 'no text');
export const whole = fits(
  (value) =>
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && WHOLE.test(value),
  'no whole number',
);
export const instant = fits((value) => !Number.isNaN(instantOf(value)), 'no instant');
export const json = fits((value) => jsonOf(value) !== undefined, 'no JSON');

export const oneOf = (words: readonly string[]): Form =>
  fits((value) => typeof value === 'string' && words.includes(value), `none of ${words.join(', ')}`);

export const nullable =
  (form: Form): Form =>
  (value) =>
    value === null ? null : form(value);

/** What is wrong with the columns of a row, each by itself. */
export function formProblems(row: Row, forms: Forms, prefix = ''): string[] {
  const problems: string[] = [];
  for (const column in forms) {
    const value = row[prefix + column];
    const problem = forms[column]?.(value) ?? null;
    if (problem === null) continue;
    problems.push(
      value === null || value === undefined
        ? `has no ${column}`
        : `its ${column} is ${shown(value)}, ${problem}`,
    );
  }
  return problems;
}

/** A value in a line: whatever it is, short and without line breaks. */
export function shown(value: Value): string {
  const told = value instanceof Date ? String(value.getTime()) : String(value);
  return told.length > 60
    ? `${JSON.stringify(told.slice(0, 60))}…`
    : /^[!-~]+$/.test(told)
      ? told
      : JSON.stringify(told);
}

/** Milliseconds; NaN for what is no instant. */
export function instantOf(value: Value): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'string' && INSTANT.test(value) ? Date.parse(`${value.replace(' ', 'T')}Z`) : NaN;
}

/** The milliseconds that a UUIDv7 begins with; NaN for what is none. */
export function timeOfId(id: Value): number {
  return typeof id === 'string' && UUID.test(id)
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : NaN;
}

/** Undefined for what is no JSON. */
export function jsonOf(value: Value): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The object that a text of JSON stands for; an empty one for all else, so that its fields are just absent. */
export function objectOf(value: Value): Readonly<Record<string, unknown>> {
  const parsed = jsonOf(value);
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
}

/**
 * How far apart the clocks of two servers may be (docs/operations.md: they run NTP), with the waits of a command. What
 * lies further back than that came in another order than it says.
 */
export const CLOCKS_MS = 3_600_000;

/** An instant in a line. */
export function instantText(ms: number): string {
  return !Number.isFinite(ms) ? 'no instant' : new Date(ms).toISOString();
}
