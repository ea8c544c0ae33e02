import { MAX_MINOR } from '../../wallets/money.js';
import { debitChange, wholeChange } from '../ledger/rules/change.rules.js';
import { OPERATOR_PARENT_SYSTEM_ID } from '../ledger/ledger.types.js';
import { CLOCKS_MS, instantText, objectOf } from './forms.js';
import { timeProblems } from './time-problems.js';
import type { BoundContent, Link, NamedSession, VerifiedMovement } from './verified.types.js';

/**
 * What is wrong with one movement, as ends of sentences. Where the ledger's rules say what a movement must be, they are
 * asked again, with the balances before it: what is stored is compared with what would be decided, not with itself.
 */

/** @param last undefined where the movement before cannot be read, so that nothing follows from it */
export function movementProblems(movement: VerifiedMovement, last: Link | undefined): string[] {
  // Behind a gap the balances before are only known from the movement itself.
  const before = last !== undefined && movement.seq === last.seq + 1 ? last : ownBefore(movement);
  return [
    ...(last === undefined ? [] : [...gapProblems(movement, last), ...orderProblems(movement, last)]),
    ...chainProblems(movement, before),
    ...limitProblems(movement),
    ...changeProblems(movement, before),
    ...targetProblems(movement),
    ...bindingProblems(movement),
    ...partyProblems(movement),
    ...tagsProblems(movement),
    ...timeProblems(movement.id, movement.createdAt, 'created_at'),
  ];
}

type Balances = Pick<Link, 'realMinor' | 'bonusMinor'>;

function ownBefore(movement: VerifiedMovement): Balances {
  return {
    realMinor: movement.realAfterMinor - movement.realDeltaMinor,
    bonusMinor: movement.bonusAfterMinor - movement.bonusDeltaMinor,
  };
}

function gapProblems({ seq }: VerifiedMovement, last: Link): string[] {
  return seq === last.seq + 1 ? [] : [`follows seq ${last.seq}`];
}

function chainProblems(movement: VerifiedMovement, before: Balances): string[] {
  const { realDeltaMinor, bonusDeltaMinor, realAfterMinor, bonusAfterMinor } = movement;
  const real = before.realMinor + realDeltaMinor;
  const bonus = before.bonusMinor + bonusDeltaMinor;
  return [
    ...(realAfterMinor === real ? [] : [`leaves ${realAfterMinor} real instead of ${real}`]),
    ...(bonusAfterMinor === bonus ? [] : [`leaves ${bonusAfterMinor} bonus instead of ${bonus}`]),
  ];
}

/** The order of a wallet is that of its commands, which are minutes apart at most when they wait. */
function orderProblems({ createdAt }: VerifiedMovement, last: Link): string[] {
  if (!(createdAt < last.createdAt - CLOCKS_MS)) return [];
  return [
    `its created_at ${instantText(createdAt)} lies before that of seq ${last.seq}, ${instantText(last.createdAt)}`,
  ];
}

function limitProblems({ amountMinor, realAfterMinor, bonusAfterMinor }: VerifiedMovement): string[] {
  return [
    ...(amountMinor < 0n || amountMinor > MAX_MINOR
      ? [`its amount ${amountMinor} is beyond the limits`]
      : []),
    ...(realAfterMinor < 0n || bonusAfterMinor < 0n ? ['leaves a negative balance'] : []),
    ...(realAfterMinor + bonusAfterMinor > MAX_MINOR ? ['leaves a balance beyond the largest amount'] : []),
  ];
}

function changeProblems(movement: VerifiedMovement, before: Balances): string[] {
  const { kind, amountMinor, realDeltaMinor, bonusDeltaMinor } = movement;
  const change = `${realDeltaMinor} real and ${bonusDeltaMinor} bonus`;
  const sum = realDeltaMinor + bonusDeltaMinor;
  const isWhole = amountMinor === (sum < 0n ? -sum : sum);
  const due = changeDue(movement, before);
  const isDue =
    due === undefined || (realDeltaMinor === due.realDeltaMinor && bonusDeltaMinor === due.bonusDeltaMinor);
  return [
    ...(isWhole ? [] : [`its amount ${amountMinor} is not its change of ${change}`]),
    ...(isDue
      ? []
      : [
          `a ${kind} with a change of ${change} instead of ${due.realDeltaMinor} and ${due.bonusDeltaMinor}, ` +
            `by the balances before it`,
        ]),
  ];
}

/** What the rules make of such a call on the balances before it; undefined for a rollback, which is its target's mirror. */
function changeDue(
  { kind, amountMinor, binding }: VerifiedMovement,
  { realMinor, bonusMinor }: Balances,
): { readonly realDeltaMinor: bigint; readonly bonusDeltaMinor: bigint } | undefined {
  switch (kind) {
    case 'DEBIT': {
      const wallet = {
        id: '',
        status: 'ACTIVE',
        decimals: 0,
        realMinor,
        bonusMinor,
        seq: 0,
        movedAt: null,
      } as const;
      return debitChange(wallet, amountMinor, null);
    }
    case 'CREDIT':
      return wholeChange('REAL', amountMinor, amountMinor, null);
    case 'DEPOSIT':
    case 'WITHDRAWAL': {
      const subWallet = binding?.subWallet ?? null;
      const delta = kind === 'DEPOSIT' ? amountMinor : -amountMinor;
      return subWallet === null ? undefined : wholeChange(subWallet, amountMinor, delta, null);
    }
    case 'ROLLBACK':
      return undefined;
  }
}

function targetProblems(movement: VerifiedMovement): string[] {
  const { kind, target, targetMovementId } = movement;
  if (kind !== 'ROLLBACK') {
    return targetMovementId === null ? [] : [`a ${kind} that reverses movement ${targetMovementId}`];
  }
  if (targetMovementId === null) return ['a ROLLBACK that reverses nothing'];
  if (target === null) return [`reverses movement ${targetMovementId}, which is not there`];
  const isMirror =
    movement.amountMinor === target.amountMinor &&
    movement.realDeltaMinor === -target.realDeltaMinor &&
    movement.bonusDeltaMinor === -target.bonusDeltaMinor;
  const isOwn =
    target.walletId === movement.walletId &&
    target.parentSystemId === movement.parentSystemId &&
    target.seq < movement.seq;
  return [
    ...(target.kind === 'DEBIT' || target.kind === 'CREDIT' ? [] : [`reverses a ${target.kind}`]),
    ...(isOwn ? [] : [`reverses movement ${targetMovementId}, which is no earlier one of this wallet`]),
    ...(isMirror ? [] : [`is not the mirror of movement ${targetMovementId}`]),
    ...(movement.gameId === target.gameId
      ? []
      : [`has game ${movement.gameId}, movement ${targetMovementId} that it reverses has ${target.gameId}`]),
  ];
}

function bindingProblems(movement: VerifiedMovement): string[] {
  const { binding, kind, target } = movement;
  const tombstone = movement.hasTombstone ? ['its reference has a tombstone'] : [];
  if (binding === null) return ['its reference is not bound', ...tombstone];
  const isFirstSight = binding.refusal === null;
  const expected = {
    kind,
    walletId: movement.walletId,
    amountMinor: kind === 'ROLLBACK' ? null : movement.amountMinor,
    targetReference: target?.externalReference ?? null,
    // Refused before and booked later, it came under another command and perhaps another session of the wallet.
    ...(isFirstSight ? { sessionId: movement.sessionId, commandId: movement.id } : {}),
  } satisfies Partial<BoundContent>;
  const names = Object.keys(expected) as (keyof typeof expected)[];
  return [
    ...names
      .filter((name) => binding[name] !== expected[name])
      .map((name) => `its reference is bound to ${name} ${binding[name]} instead of ${expected[name]}`),
    ...(isOnSubWallet(movement, binding) ? [] : [`its reference is bound to subWallet ${binding.subWallet}`]),
    ...(isFirstSight && binding.createdAt !== movement.createdAt
      ? [
          `its reference was bound at ${instantText(binding.createdAt)}, it came at ${instantText(movement.createdAt)}`,
        ]
      : []),
    ...(!isFirstSight && binding.createdAt > movement.createdAt + CLOCKS_MS
      ? ['its reference was bound after it']
      : []),
    ...tombstone,
  ];
}

/** The operator's movements change the sub-wallet that they name and no other; GPAS's name none. */
function isOnSubWallet(movement: VerifiedMovement, { subWallet }: BoundContent): boolean {
  const { kind, realDeltaMinor, bonusDeltaMinor } = movement;
  if (kind !== 'DEPOSIT' && kind !== 'WITHDRAWAL') return subWallet === null;
  return subWallet !== null && (subWallet === 'REAL' ? bonusDeltaMinor : realDeltaMinor) === 0n;
}

/** Who may make such a movement, and under which session. */
function partyProblems(movement: VerifiedMovement): string[] {
  const { kind, parentSystemId, sessionId, gameId, session } = movement;
  const isOperators = parentSystemId === OPERATOR_PARENT_SYSTEM_ID;
  if (kind === 'DEPOSIT' || kind === 'WITHDRAWAL') {
    return [
      ...(isOperators ? [] : [`a ${kind} of parent system ${parentSystemId}`]),
      ...(sessionId === null ? [] : [`a ${kind} under session ${sessionId}`]),
      ...(gameId === null ? [] : [`a ${kind} in game ${gameId}`]),
      ...(movement.isInTrail ? [] : ['has no line in the audit trail']),
    ];
  }
  const operators = isOperators ? [`a ${kind} of the operator's`] : [];
  if (sessionId === null) return [...operators, `a ${kind} without a session`];
  if (session === null) return [...operators, `its session ${sessionId} is not there`];
  return [...operators, ...sessionProblems(movement, session)];
}

function sessionProblems(movement: VerifiedMovement, session: NamedSession): string[] {
  const { kind, walletId, parentSystemId, sessionId, createdAt } = movement;
  return [
    ...(session.walletId === walletId ? [] : [`its session ${sessionId} is of wallet ${session.walletId}`]),
    ...(session.parentSystemId === parentSystemId
      ? []
      : [
          `its session ${sessionId} is of parent system ${session.parentSystemId}, it is of ${parentSystemId}`,
        ]),
    ...(createdAt < session.createdAt - CLOCKS_MS ? [`came before its session ${sessionId} was opened`] : []),
    // A win or a rollback may come late.
    ...(kind === 'DEBIT' && createdAt > session.closedAt + CLOCKS_MS
      ? [`a DEBIT that came after its session ${sessionId} was closed`]
      : []),
  ];
}

/** The game of a bet or a win is the one that its tags name, where they name one. */
function tagsProblems({ kind, tags, gameId }: VerifiedMovement): string[] {
  if (tags === null || (kind !== 'DEBIT' && kind !== 'CREDIT')) return [];
  const named = objectOf(tags)['gameid'];
  return typeof named === 'string' && /^[!-~]{1,128}$/.test(named) && named !== gameId
    ? [`has game ${gameId}, its tags name ${named}`]
    : [];
}
