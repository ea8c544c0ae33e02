import { openFundedSession } from './gpas.js';

let wallets = 0;

export interface Money {
  readonly real?: number | string;
  readonly bonus?: number | string;
  readonly currency?: string;
}

/** A wallet of its own with this money, 100.00 where nothing is said, and a session on it. */
export async function scenario(url: string, money: Money = {}): Promise<{ walletId: string; id: string }> {
  const walletId = `wallet-${++wallets}`;
  return { walletId, id: await openFundedSession(url, walletId, money) };
}

/** The sub-wallets of an answer. */
export const partsOf = (real: number, bonus: number): object[] => [
  { code: 'REAL', leftBalance: real, subWalletsSummary: null },
  { code: 'BONUS', leftBalance: bonus, subWalletsSummary: null },
];
