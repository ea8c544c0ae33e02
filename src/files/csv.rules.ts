import type { JsonText } from './exact-json.js';

/** What stands between the cells of a row. */
export type Separator = ',' | ';';

/**
 * The separator of a CSV file, told by its header. A spreadsheet saves semicolons where the comma is the decimal point
 * of the country. No column that is read has either in its name.
 */
export function separatorOf(header: string): Separator {
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

/** Begins a file that spreadsheets open: without it Excel takes UTF-8 for the code page of its country. */
export const BYTE_ORDER_MARK = '\uFEFF';

type Cell = string | number | JsonText | null;

/** A row of CSV (RFC 4180), its texts marked as {@link markedText} does. */
export function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = markedText(cell?.toString() ?? '');
  return /[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const MARK = "'";

/**
 * A text that a spreadsheet leaves as it is. A mark stands before what it would run as a formula or take for a number, a
 * date or a truth, and after every separator inside that a formula follows: a spreadsheet that splits at another
 * separator than the comma ignores the quotes. Marks are added by a rule that adding them does not change, so taking
 * one away wherever the rule puts one gives the text back.
 */
export function markedText(text: string): string {
  const marked = PLACE.test(text) && FORMULA_SIGN.test(text) ? markFormulas(text) : text;
  return marked === text && isReadAsValue(text.replace(/^'+/, '')) ? MARK + text : marked;
}

/** With the full-width forms, which some spreadsheets take for the others. */
const FORMULA_SIGN = /[=+\-@＝＋－＠]/;
/** Where a mark may stand; most texts, tags among them, have no such place and are not read on. */
const PLACE = /^[\p{Z}\p{C}"'=+\-@＝＋－＠]|[;|\t\r\n]/u;
const SEPARATOR = /[;|\t\r\n]/;
/** What a spreadsheet may skip before a formula. */
const SKIPPED = /[\p{Z}\p{C}"']/u;

/** From the end, so that a text of any form is read once. */
function markFormulas(text: string): string {
  const characters = Array.from(text);
  let leadsToFormula = false;
  for (let index = characters.length - 1; index >= 0; index -= 1) {
    const character = characters[index] ?? '';
    if (leadsToFormula && SEPARATOR.test(character)) characters[index] = character + MARK;
    if (FORMULA_SIGN.test(character)) leadsToFormula = true;
    else if (!SKIPPED.test(character)) leadsToFormula = false;
  }
  return (leadsToFormula ? MARK : '') + characters.join('');
}

/** Come back as they went: up to 15 digits, none of them a zero that says nothing. */
const PLAIN_NUMBER = /^(0|[1-9]\d{0,14})$/;
const TRUTH = /^(true|false)$/i;
const EXPONENT = /^[\d.,]+e[+-]?\d+$/i;
const TIME = /^\d[\d:.\s]*[ap]m?$/i;
/** In English: other languages have names of months that are codes of providers too. */
const MONTH =
  'jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?';
const DATE = new RegExp(`^[\\d\\s,./-]*(${MONTH})[\\d\\s,./-]*$`, 'i');

/** Whether a spreadsheet would make another value of it than text: `007`, `1-2`, `12e5`, `MAR1`, `10%`, `true`. */
function isReadAsValue(text: string): boolean {
  if (TRUTH.test(text)) return true;
  if (!/\p{N}/u.test(text) || PLAIN_NUMBER.test(text)) return false;
  return !/\p{L}/u.test(text) || EXPONENT.test(text) || TIME.test(text) || DATE.test(text);
}
