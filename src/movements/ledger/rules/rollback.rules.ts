import type { LedgerView } from '../ledger-state.js';
import type { MovementPolicies, ReferenceRecord, RollbackCommand, WalletState } from '../ledger.types.js';
import type { Sight } from '../sight.js';
import { refuse, type RefusalDetails, type Verdict } from '../verdict.js';
import { judgeChange } from './change.rules.js';
import { judgeReference } from './reference.rules.js';
import { judgeClosedSession } from './session.rules.js';

const OWN_TARGET_MESSAGE = 'externalMovementId must not be the externalReference of the rollback itself';

/** Reverses a bet or a win, with the exact split it had (protocol §1.6, §5, "Rollbacks"). */
export function judgeRollback(
  sight: Sight<RollbackCommand>,
  view: LedgerView,
  policies: MovementPolicies,
): Verdict {
  const { command, wallet } = sight;
  const { parentSystemId, externalReference, targetReference, problem } = command;
  if (problem !== null) return refuse('INVALID_REQUEST', { message: problem });
  if (targetReference === externalReference)
    return refuse('INVALID_REQUEST', { message: OWN_TARGET_MESSAGE });
  if (wallet === undefined) return refuse('INVALID_WALLET_SESSION');
  return (
    judgeReference(sight, policies) ??
    judgeClosedSession(sight, policies) ??
    judgeTarget(wallet, view.findReference(parentSystemId, targetReference))
  );
}

function judgeTarget(wallet: WalletState, target: ReferenceRecord | undefined): Verdict {
  if (!target?.movement) return refuse('INVALID_TX_ID', burialOf(wallet, target));
  const { movement } = target;
  const isReversible = movement.kind === 'DEBIT' || movement.kind === 'CREDIT';
  if (!isReversible || movement.walletId !== wallet.id) return refuse('INVALID_TX_ID');
  if (target.rolledBack) return refuse('DUPLICATE_TX_ID');
  const change = {
    amountMinor: movement.amountMinor,
    realDeltaMinor: -movement.realDeltaMinor,
    bonusDeltaMinor: -movement.bonusDeltaMinor,
    targetMovementId: movement.id,
    gameId: movement.gameId,
  };
  return judgeChange(wallet, change, { incident: 'CLAWBACK_REFUSED' });
}

/**
 * Whether the rollback of something never booked leaves a tombstone, so that it is never booked later: under an
 * unseen reference, or over a credit that this wallet was refused. Another wallet's credit and another rollback are
 * left alone, and a tombstone needs no second one.
 */
function burialOf(wallet: WalletState, target: ReferenceRecord | undefined): RefusalDetails {
  if (target === undefined) return { buries: 'unseen' };
  const isOwnRefusedCredit = target.binding.kind === 'CREDIT' && target.binding.walletId === wallet.id;
  return isOwnRefusedCredit && !target.voided ? { buries: 'refused credit' } : {};
}
