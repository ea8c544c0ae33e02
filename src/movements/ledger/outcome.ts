import type { ErrorName } from '../../errors/catalogue.js';
import { following, idAt } from '../../database/id.js';
import { type Outcome, type ReferenceBinding, type Refused, UNNAMED } from './ledger.types.js';
import { contentOf } from './rules/reference.rules.js';
import type { Sight } from './sight.js';
import type { Change, Refusal, Verdict } from './verdict.js';

/** Turns a verdict into what is written, answered and shown to the operator: the one place that binds references. */
export function outcomeOf(sight: Sight, verdict: Verdict): Outcome {
  switch (verdict.type) {
    case 'BOOK':
      return book(sight, verdict.change);
    case 'REPLAY':
      return { type: 'REPLAYED', movement: verdict.movement, bindings: [] };
    case 'REFUSE':
      return refuse(sight, verdict);
  }
}

function book(sight: Sight, change: Change): Outcome {
  const { command, wallet, record } = sight;
  if (wallet === undefined) throw new Error('A movement is booked on a wallet that is known');
  // Instants and ids of a wallet's movements are in their order, whichever clock they are of (protocol §5, "Time").
  const createdAt = following(wallet.movedAt, command.at);
  const id = idAt(command.commandId, createdAt);
  return {
    type: 'BOOKED',
    movement: {
      id,
      createdAt,
      parentSystemId: command.parentSystemId,
      externalReference: command.externalReference,
      kind: command.kind,
      walletId: wallet.id,
      sessionId: 'sessionId' in command ? command.sessionId : null,
      seq: wallet.seq + 1,
      ...change,
      realAfterMinor: wallet.realMinor + change.realDeltaMinor,
      bonusAfterMinor: wallet.bonusMinor + change.bonusDeltaMinor,
    },
    bindings: record === undefined ? [{ ...bindingOf(sight, null), commandId: id }] : [],
  };
}

/**
 * What GPAS calls is bound at its first sight, whatever refuses it: the signature covers neither session nor target, so a
 * captured body must be worthless elsewhere (protocol §2.3). Credits and rollbacks even to no wallet; a bet whose session is
 * not known is not, because it was never charged, and GPAS would take a later 1003 for a bet that was.
 */
function refuse(sight: Sight, { error, message, incident, first, buries, callsBack }: Refusal): Refused {
  const { command, record, wallet } = sight;
  const isBound =
    record === undefined &&
    (command.kind === 'CREDIT' ||
      command.kind === 'ROLLBACK' ||
      (command.kind === 'DEBIT' && wallet !== undefined));
  return {
    type: 'REFUSED',
    error,
    message: message ?? null,
    bindings: [
      ...(isBound ? [bindingOf(sight, error)] : []),
      ...(buries ? [tombstoneOf(sight, buries === 'unseen' ? 0 : 1)] : []),
    ],
    firstMovementId: first?.id ?? null,
    callsBack: callsBack ?? null,
    // A win that is not paid is told, whatever the reason; one that was paid before is not refused.
    incident: incident ?? (command.kind === 'CREDIT' && !first ? 'WIN_REFUSED' : null),
  };
}

/** The row that ties a reference to its content. */
function bindingOf(sight: Sight, refusal: ErrorName | null): ReferenceBinding {
  const { command } = sight;
  return {
    parentSystemId: command.parentSystemId,
    externalReference: command.externalReference,
    ordinal: 0,
    ...contentOf(sight),
    sessionId: 'sessionId' in command && command.sessionId !== UNNAMED ? command.sessionId : null,
    refusal,
    commandId: command.commandId,
  };
}

/** What a rollback of something never booked leaves under its target's reference. */
function tombstoneOf(sight: Sight, ordinal: 0 | 1): ReferenceBinding {
  const { targetReference, ...binding } = bindingOf(sight, 'INVALID_TX_ID');
  if (targetReference === null) throw new Error('Only a rollback has a target to bury');
  return {
    ...binding,
    externalReference: targetReference,
    ordinal,
    kind: 'TOMBSTONE',
    targetReference: null,
  };
}
