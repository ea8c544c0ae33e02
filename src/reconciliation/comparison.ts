import { toDecimalText } from '../wallets/money.js';
import { type Figures, keyOf, plainDecimal, TOTALS } from './gpas-file.js';
import { type NamedMovement, type ReportRow, UNKNOWN } from './report.rules.js';

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

/** Finds where movements differ from GPAS's, reference by reference. Ours are told in any order and number of parts. */
export class ReferenceComparison {
  private readonly theirs = new Map<string, string[]>();
  private readonly lines: string[] = [];

  constructor(movements: readonly NamedMovement[]) {
    // A reference is one of its parent system's: two of those may both have it.
    for (const movement of movements) {
      const known = this.theirs.get(movement.reference);
      if (known) known.push(wordsOf(movement));
      else this.theirs.set(movement.reference, [wordsOf(movement)]);
    }
  }

  addOurs(movements: readonly NamedMovement[]): void {
    for (const movement of movements) {
      const { reference } = movement;
      const ours = wordsOf(movement);
      const theirs = this.theirs.get(reference) ?? [];
      const [other] = theirs.splice(Math.max(0, theirs.indexOf(ours)), 1);
      if (other === undefined) this.lines.push(`${reference}: ${ours} is here only`);
      else if (other !== ours) this.lines.push(`${reference}: ${other} at GPAS, ${ours} here`);
    }
  }

  /** One line for each difference, once ours are all told. */
  differences(): string[] {
    const missing = [...this.theirs].flatMap(([reference, rest]) =>
      rest.map((words) => `${reference}: ${words} is at GPAS only`),
    );
    return [...this.lines, ...missing].sort();
  }
}

function wordsOf({ kind, amountMinor, decimals, currency, gameId }: NamedMovement): string {
  const amount = plainDecimal(toDecimalText(amountMinor, decimals));
  return `${kind.toLowerCase()} of ${amount} ${currency} in ${gameId ?? UNKNOWN}`;
}
