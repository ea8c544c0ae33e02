import type { ErrorName } from '../../../errors/catalogue.js';
import type { RefusalKind } from '../../../incidents/incident.types.js';
import {
  type BookedMovement,
  type MovementCommand,
  type MovementPolicies,
  type ReferenceBinding,
  type ReferenceRecord,
  type Refused,
  type Replayed,
  UNNAMED,
} from '../ledger.types.js';

/**
 * The reference rules (protocol §2 and §5): one external reference of a parent system stands for one content, over
 * all wallets, sessions and kinds, and moves money at most once.
 *
 * - A booked command binds its reference. So does a refused credit and a refused rollback, whatever refused it: the
 *   signature covers neither session nor target, so a captured body must be worthless elsewhere. A refused debit (and
 *   a refused command of the operator's) binds nothing and may come again.
 * - The first sight counts. A command with the content that is bound is judged anew against the present state, and may
 *   be booked then (a rollback after the player won again, a credit once late ones are accepted); with any other
 *   content it is a conflict for ever. Where no wallet or amount could be known, no content is ever the same.
 * - A tombstone ends a reference: whatever comes under it is 1002. So the resend of a rollback that left one is 1002 too.
 */

/** One command and what is known about the content of its reference at this moment. */
export interface Sight {
  readonly command: MovementCommand;
  readonly record: ReferenceRecord | undefined;
  /** The wallet that the command would move money of; null where its session is unknown. */
  readonly walletId: string | null;
  /** Null for a rollback, and where there is no wallet or no amount in its currency. */
  readonly amountMinor: bigint | null;
}

interface RefusalDetails {
  readonly message?: string;
  readonly incident?: RefusalKind | null;
  readonly firstMovementId?: string;
  /** Tombstones that the refusal leaves beside its own binding. */
  readonly tombstones?: readonly ReferenceBinding[];
}

/** Rule 2: what the reference alone decides, also on a closed session and for a blocked player; else undefined. */
export function judgeReference(sight: Sight, policies: MovementPolicies): Replayed | Refused | undefined {
  const { command, record } = sight;
  if (record === undefined) return undefined;
  // Our own commit, whose answer was lost: the first answer is still owed, under either policy.
  if (record.movement?.id === command.movementId) return replay(record.movement);
  if (record.binding.kind === 'TOMBSTONE') return refuseTombstoned(sight);
  if (!isSameContent(sight, record.binding)) {
    return refuse(sight, 'DUPLICATE_TX_ID', { incident: 'REFERENCE_CONFLICT' });
  }
  if (record.movement !== null) return answerRepeat(sight, record, record.movement, policies);
  return record.voided ? refuseTombstoned(sight) : undefined;
}

/** A refusal with the binding of the command's own reference, where it has to be bound and is not yet. */
export function refuse(sight: Sight, error: ErrorName, details: RefusalDetails = {}): Refused {
  const { command, record } = sight;
  const bindsWhenRefused = command.kind === 'CREDIT' || command.kind === 'ROLLBACK';
  const own = bindsWhenRefused && record === undefined ? [bindingOf(sight, error)] : [];
  return {
    type: 'REFUSED',
    error,
    message: details.message ?? null,
    bindings: [...own, ...(details.tombstones ?? [])],
    firstMovementId: details.firstMovementId ?? null,
    incident: details.incident ?? null,
  };
}

/** The row that ties a reference to its content. */
export function bindingOf(sight: Sight, refusal: ErrorName | null): ReferenceBinding {
  const { command } = sight;
  return {
    parentSystemId: command.parentSystemId,
    externalReference: command.externalReference,
    ordinal: 0,
    kind: command.kind,
    walletId: sight.walletId,
    sessionId: 'sessionId' in command && command.sessionId !== UNNAMED ? command.sessionId : null,
    amountMinor: sight.amountMinor,
    subWallet: subWalletOf(command),
    targetReference: targetReferenceOf(command),
    refusal,
    commandId: command.movementId,
  };
}

/** The tombstone that a rollback of something unknown leaves under its target. */
export function tombstoneOf(sight: Sight, externalReference: string, ordinal: 0 | 1): ReferenceBinding {
  return {
    ...bindingOf(sight, 'INVALID_TX_ID'),
    externalReference,
    ordinal,
    kind: 'TOMBSTONE',
    targetReference: null,
  };
}

function answerRepeat(
  sight: Sight,
  record: ReferenceRecord,
  movement: BookedMovement,
  policies: MovementPolicies,
): Replayed | Refused {
  if (policies.duplicatePolicy === 'replay' && !record.rolledBack) return replay(movement);
  return refuse(sight, 'DUPLICATE_TX_ID', { firstMovementId: movement.id });
}

/** Wallet and amount of the sight are known here (rule 1), so a null in the binding matches nothing. */
function isSameContent(sight: Sight, binding: ReferenceBinding): boolean {
  const { command } = sight;
  return (
    binding.kind === command.kind &&
    binding.walletId === sight.walletId &&
    binding.amountMinor === sight.amountMinor &&
    binding.subWallet === subWalletOf(command) &&
    binding.targetReference === targetReferenceOf(command)
  );
}

function refuseTombstoned(sight: Sight): Refused {
  return refuse(sight, 'INVALID_TX_ID', { incident: 'TOMBSTONE_HIT' });
}

function replay(movement: BookedMovement): Replayed {
  return { type: 'REPLAYED', movement, bindings: [] };
}

function subWalletOf(command: MovementCommand): ReferenceBinding['subWallet'] {
  return 'subWallet' in command ? command.subWallet : null;
}

function targetReferenceOf(command: MovementCommand): string | null {
  return command.kind === 'ROLLBACK' ? command.targetReference : null;
}
