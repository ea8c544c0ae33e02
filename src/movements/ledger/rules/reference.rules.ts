import { haveOneMaker } from '../../../database/id.js';
import type { BookedMovement, MovementPolicies, ReferenceBinding } from '../ledger.types.js';
import type { Sight } from '../sight.js';
import { refuse, type Verdict } from '../verdict.js';

/**
 * The reference rules (protocol §2.3 and §5, "References"): one external reference of a parent system stands for one content, over
 * all wallets, sessions and kinds, and moves money at most once.
 *
 * - A booked command binds its reference. So does what GPAS calls and is refused, whatever refuses it (see `outcome.ts`). A
 *   refused payment of the operator's binds nothing and may come again.
 * - The first sight counts. A command with the content that is bound is judged anew against the present state, and may
 *   be booked then (a rollback after the player won again, a credit once late ones are accepted); with any other
 *   content it is a conflict for ever. Where no wallet or amount could be known, no content is ever the same.
 * - A tombstone ends a reference: whatever comes under it is 1002. So the resend of a rollback that left one is 1002 too.
 */

/** What a reference is bound to. */
type Content = Pick<ReferenceBinding, 'kind' | 'walletId' | 'amountMinor' | 'subWallet' | 'targetReference'>;

/** Rule 2: what the reference alone decides, also on a closed session and for a blocked player; else undefined. */
export function judgeReference(sight: Sight, policies: MovementPolicies): Verdict | undefined {
  const { command, record } = sight;
  if (record === undefined) return undefined;
  // Our own commit, whose answer was lost: the first answer is still owed, under either policy.
  if (record.movement && haveOneMaker(record.movement.id, command.commandId))
    return { type: 'REPLAY', movement: record.movement };
  if (record.binding.kind === 'TOMBSTONE') return TOMBSTONED;
  if (!isSame(contentOf(sight), record.binding)) {
    return refuse('DUPLICATE_TX_ID', { incident: 'REFERENCE_CONFLICT' });
  }
  if (record.movement !== null) return judgeRepeat(record.movement, record.rolledBack, policies);
  return record.voided ? TOMBSTONED : undefined;
}

const TOMBSTONED = refuse('INVALID_TX_ID', { incident: 'TOMBSTONE_HIT' });

function judgeRepeat(
  movement: BookedMovement,
  isRolledBack: boolean,
  { duplicatePolicy }: MovementPolicies,
): Verdict {
  if (duplicatePolicy === 'replay' && !isRolledBack) return { type: 'REPLAY', movement };
  return refuse('DUPLICATE_TX_ID', { first: movement });
}

/** The content of a command, as far as it could be known. */
export function contentOf({ command, wallet, amount }: Sight): Content {
  return {
    kind: command.kind,
    walletId: wallet?.id ?? null,
    amountMinor: typeof amount === 'bigint' ? amount : null,
    subWallet: 'subWallet' in command ? command.subWallet : null,
    targetReference: command.kind === 'ROLLBACK' ? command.targetReference : null,
  };
}

/** Wallet and amount are known here (rule 1), so a null in the binding matches nothing. */
function isSame(content: Content, bound: Content): boolean {
  return (
    content.kind === bound.kind &&
    content.walletId === bound.walletId &&
    content.amountMinor === bound.amountMinor &&
    content.subWallet === bound.subWallet &&
    content.targetReference === bound.targetReference
  );
}
