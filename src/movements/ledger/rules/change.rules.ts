import { AMOUNT_PROBLEM_MESSAGES, type AmountProblem, MAX_MINOR } from '../../../wallets/money.js';
import type { SubWallet, WalletState } from '../ledger.types.js';
import { type Change, refuse, type Refusal, type RefusalDetails, type Verdict } from '../verdict.js';

const BALANCE_LIMIT_MESSAGE = 'The balance would be beyond the largest amount';

/**
 * Rule 7, limits and funds: the last word before a booking. Each sub-wallet is judged by itself: neither may pay for
 * the other.
 * @param details what else is to be told where it is refused
 */
export function judgeChange(wallet: WalletState, change: Change, details: RefusalDetails = {}): Verdict {
  const realAfterMinor = wallet.realMinor + change.realDeltaMinor;
  const bonusAfterMinor = wallet.bonusMinor + change.bonusDeltaMinor;
  if (realAfterMinor < 0n || bonusAfterMinor < 0n) return refuse('INSUFFICIENT_FUNDS', details);
  if (realAfterMinor + bonusAfterMinor > MAX_MINOR) {
    return refuse('INVALID_REQUEST', { ...details, message: BALANCE_LIMIT_MESSAGE });
  }
  return { type: 'BOOK', change };
}

/** A `value` that is no amount in the currency of the wallet. */
export function refuseAmount(problem: AmountProblem = 'malformed'): Refusal {
  return refuse('INVALID_REQUEST', { message: AMOUNT_PROBLEM_MESSAGES[problem] });
}

/** A bet takes real money first, then bonus. */
export function debitChange(wallet: WalletState, amountMinor: bigint, gameId: string | null): Change {
  const fromReal = amountMinor < wallet.realMinor ? amountMinor : wallet.realMinor;
  return {
    amountMinor,
    realDeltaMinor: -fromReal,
    bonusDeltaMinor: fromReal - amountMinor,
    targetMovementId: null,
    gameId,
  };
}

/** The whole change on one sub-wallet. */
export function wholeChange(
  subWallet: SubWallet,
  amountMinor: bigint,
  deltaMinor: bigint,
  gameId: string | null,
): Change {
  return {
    amountMinor,
    realDeltaMinor: subWallet === 'REAL' ? deltaMinor : 0n,
    bonusDeltaMinor: subWallet === 'BONUS' ? deltaMinor : 0n,
    targetMovementId: null,
    gameId,
  };
}
