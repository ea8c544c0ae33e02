import type { MovementPolicies, PaymentCommand } from '../ledger.types.js';
import type { Sight } from '../sight.js';
import { refuse, type Verdict } from '../verdict.js';
import { judgeChange, refuseAmount, wholeChange } from './change.rules.js';
import { judgeReference } from './reference.rules.js';

/**
 * A deposit or a withdrawal of the operator's: no session, no game, and a blocked wallet is no obstacle to the one who
 * blocked it.
 */
export function judgePayment(sight: Sight<PaymentCommand>, policies: MovementPolicies): Verdict {
  const { command, wallet, amount } = sight;
  if (wallet === undefined) return refuse('NOT_FOUND');
  if (typeof amount !== 'bigint') return refuseAmount(amount);
  const delta = command.kind === 'DEPOSIT' ? amount : -amount;
  return (
    judgeReference(sight, policies) ??
    judgeChange(wallet, wholeChange(command.subWallet, amount, delta, null))
  );
}
