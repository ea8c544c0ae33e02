import type { MovementPolicies, PlayCommand, RollbackCommand } from '../ledger.types.js';
import type { Sight } from '../sight.js';
import { refuse, type Refusal } from '../verdict.js';

/** Rule 3: under a closed session nothing is bet; a win or a rollback that comes late goes by the policy (protocol §5). */
export function judgeClosedSession(
  { command, session }: Sight<PlayCommand | RollbackCommand>,
  { lateSettlementPolicy }: MovementPolicies,
): Refusal | undefined {
  if (session?.status === 'OPEN') return undefined;
  if (command.kind === 'DEBIT') return refuse('INVALID_WALLET_SESSION');
  if (lateSettlementPolicy === 'accept') return undefined;
  return refuse('INVALID_WALLET_SESSION', { incident: 'LATE_SETTLEMENT_REFUSED' });
}
