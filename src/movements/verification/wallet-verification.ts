import type { BookedMovement, MovementKind, ReferenceBinding, SubWallet } from '../ledger/ledger.types.js';

/** What a verification needs of a wallet's row. */
export interface VerifiedWallet {
  readonly id: string;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly seq: number;
}

/** A movement with what must agree with it: what its reference is bound to, and what it reverses. */
export interface VerifiedMovement extends Omit<BookedMovement, 'sessionId'> {
  /** The first sight of its reference (ordinal 0); null where there is none. */
  readonly binding: BoundContent | null;
  /** A tombstone lies over its reference (ordinal 1). */
  readonly hasTombstone: boolean;
  /** The movement that `targetMovementId` names; null where it names none or one that is not there. */
  readonly target: ReversedMovement | null;
}

export type BoundContent = Pick<
  ReferenceBinding,
  'kind' | 'walletId' | 'amountMinor' | 'subWallet' | 'targetReference'
>;

export type ReversedMovement = Omit<
  BookedMovement,
  'id' | 'sessionId' | 'realAfterMinor' | 'bonusAfterMinor' | 'targetMovementId'
>;

/** A balance and the number of the movement that left it. */
interface Link {
  readonly seq: number;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
}

/** Problems shown of one wallet; one damaged row often shows in its neighbours too. */
const MAX_SHOWN = 3;

/**
 * Checks one wallet: its movements are handed over in the order of their `seq`, then its row is compared with the last.
 * Holds one movement at a time, however long the history. All amounts are minor units.
 */
export class WalletVerification {
  private readonly shown: string[] = [];
  private found = 0;
  private last: Link = { seq: 0, realMinor: 0n, bonusMinor: 0n };

  /** Checks the next movement. After a fault the chain goes on from what is stored, so that one is not told twice. */
  take(movement: VerifiedMovement): void {
    const place = `seq ${movement.seq}, movement ${movement.id}`;
    const problems = [
      ...chainProblems(movement, this.last),
      ...amountProblems(movement),
      ...targetProblems(movement),
      ...bindingProblems(movement),
    ];
    for (const problem of problems) this.report(`${place}: ${problem}`);
    const { seq, realAfterMinor, bonusAfterMinor } = movement;
    this.last = { seq, realMinor: realAfterMinor, bonusMinor: bonusAfterMinor };
  }

  /** Compares the wallet's row, as it was when `seq` was read, with its last movement up to that `seq`. */
  finish({ realMinor, bonusMinor, seq }: VerifiedWallet): void {
    const { last } = this;
    if (seq !== last.seq) this.report(`the wallet's seq is ${seq}, its last movement's is ${last.seq}`);
    if (realMinor !== last.realMinor || bonusMinor !== last.bonusMinor) {
      this.report(
        `the wallet has ${realMinor} real and ${bonusMinor} bonus, its movements leave ` +
          `${last.realMinor} and ${last.bonusMinor} at seq ${last.seq}`,
      );
    }
  }

  /** Adds what was found about the wallet by other means. */
  report(problem: string): void {
    this.found += 1;
    if (this.shown.length < MAX_SHOWN) this.shown.push(problem);
  }

  /** What is wrong, in one line; null where everything agrees. */
  summary(): string | null {
    if (this.found === 0) return null;
    const more = this.found - this.shown.length;
    return [...this.shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  }
}

function chainProblems(movement: VerifiedMovement, last: Link): string[] {
  const { seq, realDeltaMinor, bonusDeltaMinor, realAfterMinor, bonusAfterMinor } = movement;
  const real = last.realMinor + realDeltaMinor;
  const bonus = last.bonusMinor + bonusDeltaMinor;
  return [
    ...(seq === last.seq + 1 ? [] : [`follows seq ${last.seq}`]),
    ...(realAfterMinor === real ? [] : [`leaves ${realAfterMinor} real instead of ${real}`]),
    ...(bonusAfterMinor === bonus ? [] : [`leaves ${bonusAfterMinor} bonus instead of ${bonus}`]),
    ...(realAfterMinor < 0n || bonusAfterMinor < 0n ? ['leaves a negative balance'] : []),
  ];
}

/** Which way each kind moves money; a rollback goes against its target. */
const DIRECTION: Readonly<Record<Exclude<MovementKind, 'ROLLBACK'>, 1n | -1n>> = {
  DEBIT: -1n,
  WITHDRAWAL: -1n,
  CREDIT: 1n,
  DEPOSIT: 1n,
};

function amountProblems({ kind, amountMinor, realDeltaMinor, bonusDeltaMinor }: VerifiedMovement): string[] {
  const change = `${realDeltaMinor} real and ${bonusDeltaMinor} bonus`;
  const sum = realDeltaMinor + bonusDeltaMinor;
  const isWhole = amountMinor === (sum < 0n ? -sum : sum);
  const isRightWay =
    kind === 'ROLLBACK' ||
    (realDeltaMinor * DIRECTION[kind] >= 0n && bonusDeltaMinor * DIRECTION[kind] >= 0n);
  return [
    ...(isWhole ? [] : [`its amount ${amountMinor} is not its change of ${change}`]),
    ...(isRightWay ? [] : [`a ${kind} with a change of ${change}`]),
  ];
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
    movement.bonusDeltaMinor === -target.bonusDeltaMinor &&
    movement.gameId === target.gameId;
  const isOwn =
    target.walletId === movement.walletId &&
    target.parentSystemId === movement.parentSystemId &&
    target.seq < movement.seq;
  return [
    ...(target.kind === 'DEBIT' || target.kind === 'CREDIT' ? [] : [`reverses a ${target.kind}`]),
    ...(isOwn ? [] : [`reverses movement ${targetMovementId}, which is no earlier one of this wallet`]),
    ...(isMirror ? [] : [`is not the mirror of movement ${targetMovementId}`]),
  ];
}

function bindingProblems(movement: VerifiedMovement): string[] {
  const { binding, kind, target } = movement;
  const tombstone = movement.hasTombstone ? ['its reference has a tombstone'] : [];
  if (binding === null) return ['its reference is not bound', ...tombstone];
  const expected: BoundContent = {
    kind,
    walletId: movement.walletId,
    amountMinor: kind === 'ROLLBACK' ? null : movement.amountMinor,
    subWallet: binding.subWallet,
    targetReference: target?.externalReference ?? null,
  };
  const names = Object.keys(expected) as (keyof BoundContent)[];
  return [
    ...names
      .filter((name) => binding[name] !== expected[name])
      .map((name) => `its reference is bound to ${name} ${binding[name]} instead of ${expected[name]}`),
    ...(isOnSubWallet(movement, binding.subWallet)
      ? []
      : [`its reference is bound to subWallet ${binding.subWallet}`]),
    ...tombstone,
  ];
}

/** The operator's movements change the sub-wallet that they name and no other; GPAS's name none. */
function isOnSubWallet(movement: VerifiedMovement, subWallet: SubWallet | null): boolean {
  const { kind, realDeltaMinor, bonusDeltaMinor } = movement;
  if (kind !== 'DEPOSIT' && kind !== 'WITHDRAWAL') return subWallet === null;
  return subWallet !== null && (subWallet === 'REAL' ? bonusDeltaMinor : realDeltaMinor) === 0n;
}
