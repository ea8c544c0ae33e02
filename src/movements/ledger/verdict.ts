import type { ErrorName } from '../../errors/catalogue.js';
import type { RefusalKind } from '../../incidents/incident.types.js';
import type { BookedMovement } from './ledger.types.js';

/** What a movement does to its wallet, once nothing speaks against it. Deltas are signed, in minor units. */
export interface Change {
  readonly amountMinor: bigint;
  readonly realDeltaMinor: bigint;
  readonly bonusDeltaMinor: bigint;
  readonly targetMovementId: string | null;
  readonly gameId: string | null;
}

/** What a rule says of a command, and nothing of what has to be written for it: that is `outcome.ts`'s. */
export type Verdict = Booking | Replay | Refusal;

export interface Booking {
  readonly type: 'BOOK';
  readonly change: Change;
}

/** The answer of a movement that was booked before, told again. */
export interface Replay {
  readonly type: 'REPLAY';
  readonly movement: BookedMovement;
}

export interface Refusal extends RefusalDetails {
  readonly type: 'REFUSE';
  readonly error: ErrorName;
}

export interface RefusalDetails {
  /** Instead of the catalogue's message. */
  readonly message?: string;
  readonly incident?: RefusalKind;
  /** The movement that this one repeats. */
  readonly first?: BookedMovement;
  /** A rollback's target is never to be booked: a tombstone under a reference not seen before, or over a refused play. */
  readonly buries?: 'unseen' | 'refused';
  /** The reference of a refused play that GPAS does not want any more: its incident is never paid. */
  readonly callsBack?: string;
}

export function refuse(error: ErrorName, details: RefusalDetails = {}): Refusal {
  return { type: 'REFUSE', error, ...details };
}
