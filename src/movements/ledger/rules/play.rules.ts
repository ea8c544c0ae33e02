import { isPlayable } from '../../../games/game.rules.js';
import type { LedgerView } from '../ledger-state.js';
import type { MovementPolicies, PlayCommand } from '../ledger.types.js';
import type { Sight } from '../sight.js';
import { refuse, type Verdict } from '../verdict.js';
import { debitChange, judgeChange, refuseAmount, wholeChange } from './change.rules.js';
import { judgeReference } from './reference.rules.js';
import { judgeClosedSession } from './session.rules.js';

/** A bet or a win (protocol §1.4, §1.5, §3.4). */
export function judgePlay(sight: Sight<PlayCommand>, view: LedgerView, policies: MovementPolicies): Verdict {
  const { command, wallet, amount } = sight;
  const { kind, gameId, problem } = command;
  if (problem !== null) return refuse('INVALID_REQUEST', { message: problem });
  if (wallet === undefined) return refuse('INVALID_WALLET_SESSION');
  if (typeof amount !== 'bigint') return refuseAmount(amount);
  const settled = judgeReference(sight, policies) ?? judgeClosedSession(sight, policies);
  if (settled) return settled;

  if (kind === 'CREDIT') return judgeChange(wallet, wholeChange('REAL', amount, amount, gameId));
  if (wallet.status === 'BLOCKED') return refuse('USER_BLOCKED');
  const game = gameId === null ? undefined : view.findGame(gameId);
  if (!isPlayable(game, policies.gamePolicy)) return refuse('INVALID_GAME_ID');
  return judgeChange(wallet, debitChange(wallet, amount, gameId));
}
