import type { LedgerView } from './ledger-state.js';
import type { MovementCommand, MovementPolicies, Outcome } from './ledger.types.js';
import { outcomeOf } from './outcome.js';
import { judgePayment } from './rules/payment.rules.js';
import { judgePlay } from './rules/play.rules.js';
import { judgeRollback } from './rules/rollback.rules.js';
import { sightOf } from './sight.js';

/**
 * Decides one movement: every business rule of protocol §3.4 and §5, on values alone. Rules in order:
 *
 * 0. the query names session and target: 1010; a rollback that names itself: 1010;
 * 1. the session is known to this parent system: 1004; then the amount, which only the wallet's currency can judge: 1010;
 * 2. the reference (see `reference.rules.ts`): 1003, 1002 or the first answer again;
 * 3. session closed: 1004, but for late credits and rollbacks where the policy accepts them;
 * 4. player blocked: 1008, debits only;
 * 5. game: 1009, debits only (what was staked before a game was disabled is settled, as with a blocked player);
 * 6. a rollback's target: 1002 or 1003;
 * 7. limits and funds: 1010 or 1007.
 *
 * @returns what to write and what to answer; {@link LedgerState.apply} carries the state on for the next command
 */
export function decide(view: LedgerView, command: MovementCommand, policies: MovementPolicies): Outcome {
  switch (command.kind) {
    case 'DEBIT':
    case 'CREDIT': {
      const sight = sightOf(view, command);
      return outcomeOf(sight, judgePlay(sight, view, policies));
    }
    case 'ROLLBACK': {
      const sight = sightOf(view, command);
      return outcomeOf(sight, judgeRollback(sight, view, policies));
    }
    case 'DEPOSIT':
    case 'WITHDRAWAL': {
      const sight = sightOf(view, command);
      return outcomeOf(sight, judgePayment(sight, policies));
    }
  }
}
