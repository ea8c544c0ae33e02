/** The jackpots that may pay, and how much each pays at most: whole units of the wallet's currency. */
const LARGEST_PAYMENT: ReadonlyMap<string, number> = new Map([
  ['daily', 1_000],
  ['grand', 500_000],
]);

/**
 * What speaks against paying this jackpot, for 1010; null where nothing does.
 * @param value as sent; whether the wallet's currency can express it is the ledger's to judge
 */
export function problemOf(jackpotId: string, value: string | number): string | null {
  const largest = LARGEST_PAYMENT.get(jackpotId);
  if (largest === undefined) return 'jackpotId names no jackpot that pays here';
  // A comparison, not arithmetic: the amounts that the ledger takes have 15 digits, which a number holds exactly.
  return Number(value) <= largest ? null : 'value is more than this jackpot pays';
}
