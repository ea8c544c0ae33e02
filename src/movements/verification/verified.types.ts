import type { BookedMovement, ReferenceBinding } from '../ledger/ledger.types.js';

/** What a verification needs of a wallet's row. */
export interface VerifiedWallet {
  readonly id: string;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly seq: number;
  /** When its last movement was booked; -Infinity before the first. */
  readonly movedAt: number;
  /** Milliseconds, as all instants here. */
  readonly createdAt: number;
}

/** A movement with what must agree with it. */
export interface VerifiedMovement extends BookedMovement {
  readonly createdAt: number;
  /** As stored. */
  readonly tags: string | null;
  /** The first sight of its reference (ordinal 0); null where there is none. */
  readonly binding: BoundContent | null;
  /** A tombstone lies over its reference (ordinal 1). */
  readonly hasTombstone: boolean;
  /** The movement that `targetMovementId` names; null where it names none or one that is not there. */
  readonly target: ReversedMovement | null;
  /** The session that `sessionId` names; null where it names none or one that is not there. */
  readonly session: NamedSession | null;
  /** The audit trail has its line; of no matter where it is not the operator's own. */
  readonly isInTrail: boolean;
}

export interface BoundContent extends Pick<
  ReferenceBinding,
  | 'kind'
  | 'walletId'
  | 'sessionId'
  | 'amountMinor'
  | 'subWallet'
  | 'targetReference'
  | 'refusal'
  | 'commandId'
> {
  readonly createdAt: number;
}

export type ReversedMovement = Omit<
  BookedMovement,
  'id' | 'sessionId' | 'realAfterMinor' | 'bonusAfterMinor' | 'targetMovementId'
>;

export interface NamedSession {
  readonly walletId: string;
  readonly parentSystemId: string;
  readonly createdAt: number;
  /** NaN while it is open. */
  readonly closedAt: number;
}

/** A balance and the movement that left it. */
export interface Link {
  readonly seq: number;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly createdAt: number;
}

/** What does not agree: what it is of, named first, and why. */
export interface Finding {
  /** `wallet w1`, `session …`, `reference … of …`, `incident …`, `audit entry …`, `parent system …`. */
  readonly subject: string;
  /** In words. */
  readonly problem: string;
}
