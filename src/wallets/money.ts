/**
 * Money is a bigint count of minor units; the number of decimals belongs to the wallet's currency and travels beside
 * it. No float ever carries an amount: a JSON number is read as the text it stands for, and written from such a text.
 */

/** Largest amount and largest total balance, in minor units: 15 digits survive a JSON number exactly. */
export const MAX_MINOR = 999_999_999_999_999n;

const MAX_DIGITS = MAX_MINOR.toString().length;

/** Why a `value` is refused; each is an INVALID_REQUEST with the message of {@link AMOUNT_PROBLEM_MESSAGES}. */
export type AmountProblem = 'malformed' | 'too-many-decimals' | 'too-large';

export const AMOUNT_PROBLEM_MESSAGES: Readonly<Record<AmountProblem, string>> = {
  malformed: 'value must be an amount such as "100" or "100.50"',
  'too-many-decimals': 'value has more decimals than the currency',
  'too-large': 'value is beyond the largest amount',
};

/** `0` or digits without a leading zero, optionally a point and digits. */
const DECIMAL_TEXT = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Whether a `value` has the form of an amount in some currency (protocol §5, "form of `value`"). It is the part of
 * the check that needs no wallet; {@link parseAmount} is the whole.
 */
export function isAmountForm(value: unknown): value is string | number {
  const text = decimalTextOf(value);
  return text !== undefined && DECIMAL_TEXT.test(text);
}

/**
 * Reads a `value` as minor units of a currency with that many decimals. Text counts as it stands, a JSON number as
 * the shortest decimal that stands for it. Decimals beyond the currency's must be zeros: nothing is ever rounded.
 *
 * @returns the amount, from 0 to {@link MAX_MINOR}, or why there is none
 */
export function parseAmount(value: unknown, decimals: number): bigint | AmountProblem {
  const match = DECIMAL_TEXT.exec(decimalTextOf(value) ?? '');
  if (match === null) return 'malformed';
  const [, whole = '', fraction = ''] = match;
  if (!/^0*$/.test(fraction.slice(decimals))) return 'too-many-decimals';
  // Before BigInt sees it: a text of thousands of digits is not worth the arithmetic.
  if (whole.length > MAX_DIGITS) return 'too-large';
  const minor = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return minor > MAX_MINOR ? 'too-large' : minor;
}

/**
 * The JSON number for an amount or balance; `JSON.stringify` prints it as its shortest form (915000n BRL: 9150).
 * Exact, because at most 15 significant digits go in. A negative figure (a loss in a report) is allowed.
 *
 * @throws RangeError beyond {@link MAX_MINOR} either way: such a figure must be written as text
 */
export function toJsonNumber(minor: bigint, decimals: number): number {
  if (minor > MAX_MINOR || minor < -MAX_MINOR) {
    throw new RangeError('An amount of more than 15 digits is not exact as a JSON number');
  }
  return Number(toDecimalText(minor, decimals));
}

/** An amount as text with all the decimals of its currency: 915000n BRL is `9150.00`. Exact at any size. */
export function toDecimalText(minor: bigint, decimals: number): string {
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The decimal text that a `value` stands for; undefined where it stands for none. */
function decimalTextOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  // A number written `-0` is written as negative, and refused like the text.
  if (typeof value !== 'number' || !Number.isFinite(value) || Object.is(value, -0)) return undefined;
  return shortestDecimal(value);
}

/** JavaScript's shortest form of a number, without the exponent that it takes from 1e21 up and below 1e-6. */
function shortestDecimal(value: number): string {
  const text = String(value);
  const match = /^([0-9])(?:\.([0-9]+))?e-([0-9]+)$/.exec(text);
  if (match !== null) return `0.${'0'.repeat(Number(match[3]) - 1)}${match[1]}${match[2] ?? ''}`;
  // Six digits beyond the largest amount: only that it is a whole number matters now.
  return text.includes('e') ? BigInt(value).toString() : text;
}
