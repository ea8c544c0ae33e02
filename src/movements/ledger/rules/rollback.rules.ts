import type { LedgerView } from '../ledger-state.js';
import {
  type MovementPolicies,
  type ReferenceRecord,
  type RollbackCommand,
  UNNAMED,
  type WalletState,
} from '../ledger.types.js';
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
  const { command, record, wallet } = sight;
  const { parentSystemId, externalReference, targetReference, problem } = command;
  const isTargetNamed = targetReference !== UNNAMED && targetReference !== externalReference;
  const target = isTargetNamed ? view.findReference(parentSystemId, targetReference) : undefined;
  /** What a refusal leaves behind whose own rules do not look at the target. */
  const traces: RefusalDetails = {
    ...(!isTargetNamed || isOpenBet(target) ? { incident: 'ROLLBACK_REFUSED' } : {}),
    // Of a body that was seen before, a query made up later could name any target.
    ...(isTargetNamed && record === undefined ? burialOf(wallet, target) : {}),
  };
  if (problem !== null) return refuse('INVALID_REQUEST', { ...traces, message: problem });
  if (!isTargetNamed) return refuse('INVALID_REQUEST', { ...traces, message: OWN_TARGET_MESSAGE });
  if (wallet === undefined) return refuse('INVALID_WALLET_SESSION', traces);
  const settled = judgeReference(sight, policies);
  if (settled) return settled;
  const closed = judgeClosedSession(sight, policies);
  // What GPAS calls back late stays unbooked too.
  if (closed) return { ...closed, ...burialOf(wallet, target) };
  return judgeTarget(wallet, target);
}

function judgeTarget(wallet: WalletState, target: ReferenceRecord | undefined): Verdict {
  if (!target?.movement) return refuse('INVALID_TX_ID', burialOf(wallet, target));
  const { movement } = target;
  const isReversible = movement.kind === 'DEBIT' || movement.kind === 'CREDIT';
  if (!isReversible || movement.walletId !== wallet.id) {
    return refuse('INVALID_TX_ID', isOpenBet(target) ? { incident: 'ROLLBACK_REFUSED' } : {});
  }
  if (target.rolledBack) return refuse('DUPLICATE_TX_ID');
  const change = {
    amountMinor: movement.amountMinor,
    realDeltaMinor: -movement.realDeltaMinor,
    bonusDeltaMinor: -movement.bonusDeltaMinor,
    targetMovementId: movement.id,
    gameId: movement.gameId,
  };
  return judgeChange(wallet, change, {
    incident: movement.kind === 'DEBIT' ? 'ROLLBACK_REFUSED' : 'CLAWBACK_REFUSED',
  });
}

/** A bet that was charged and is not given back. */
function isOpenBet(target: ReferenceRecord | undefined): boolean {
  return target?.movement?.kind === 'DEBIT' && !target.rolledBack;
}

/**
 * Whether the rollback of something never booked leaves a tombstone, so that it is never booked later: under an
 * unseen reference, or over a bet or a win that was refused. What another wallet was refused and another rollback
 * are left alone, and a tombstone needs no second one.
 * @param wallet of the rollback; undefined where its session is not known
 */
function burialOf(wallet: WalletState | undefined, target: ReferenceRecord | undefined): RefusalDetails {
  if (target === undefined) return { buries: 'unseen' };
  const { kind, walletId } = target.binding;
  const isRefusedPlay = target.movement === null && (kind === 'CREDIT' || kind === 'DEBIT');
  if (!isRefusedPlay || target.voided) return {};
  // Without the lock on its wallet it may be booked at this moment: there its incident alone can be stopped.
  if (wallet === undefined) return { callsBack: target.binding.externalReference };
  return walletId === wallet.id ? { buries: 'refused', callsBack: target.binding.externalReference } : {};
}
