/** Refusals of a movement that the operator should look at (protocol §5, "Incidents"). */
export const REFUSAL_KINDS = [
  /** The same reference with other content. */
  'REFERENCE_CONFLICT',
  /** A credit or rollback on a closed session. */
  'LATE_SETTLEMENT_REFUSED',
  /** A movement arrived whose rollback had come before it. */
  'TOMBSTONE_HIT',
  /** A win that should be taken back has been spent. */
  'CLAWBACK_REFUSED',
  /** A win that was not paid, for whatever other reason. */
  'WIN_REFUSED',
  /** A rollback of a bet, for whatever other reason; also one that does not say of what it is. */
  'ROLLBACK_REFUSED',
] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** Refusals of a movement, and what no movement is at the root of. */
export const INCIDENT_KINDS = [...REFUSAL_KINDS, 'SIGNATURE_FAILURES'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const INCIDENT_STATUSES = ['OPEN', 'RESOLVED'] as const;
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** What is known of a refusal when it is made. */
export interface Sighting {
  readonly kind: IncidentKind;
  readonly parentSystemId: string;
  /** Of failed signatures the hour: `2026-02-05T16`. */
  readonly externalReference: string;
  /** What GPAS called; null where it is not of a movement. */
  readonly movementKind: string | null;
  /** Of failed signatures the last caller's. */
  readonly callerAddress: string | null;
  /** Null where the session is not known. */
  readonly walletId: string | null;
  readonly sessionId: string | null;
  /** What was asked for, in minor units; null for a rollback, and where the wallet's currency cannot express it. */
  readonly amountMinor: bigint | null;
  /** Of the wallet, and how many decimals it has there. */
  readonly currency: string | null;
  readonly decimals: number | null;
  readonly gameId: string | null;
  /** The movement that a rollback names. */
  readonly targetReference: string | null;
  /** The name of the error that GPAS was answered. */
  readonly answer: string;
  /** What GPAS sent, as it was sent; null where nothing was kept. */
  readonly sent: Sent | null;
  readonly at: Date;
  readonly times: number;
}

/** A call, in the very text that was signed or not. */
export interface Sent {
  readonly query: string;
  readonly body: string;
}

/** However often GPAS sends the same again: one incident, which counts the times. */
export interface Incident extends Omit<Sighting, 'at' | 'sent'> {
  readonly id: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly status: IncidentStatus;
  readonly resolvedAt: Date | null;
  /** The operator key that did. */
  readonly resolvedBy: string | null;
  readonly note: string | null;
  /** The movement that was booked to resolve it. */
  readonly movementId: string | null;
  /** When GPAS rolled it back: it is never paid then. Null where it did not. */
  readonly calledBackAt: Date | null;
}

/** One content that an incident came with, and how often. */
export interface SightingRecord {
  readonly id: string;
  readonly walletId: string | null;
  readonly sessionId: string | null;
  readonly amountMinor: bigint | null;
  readonly callerAddress: string | null;
  readonly answer: string;
  readonly sentQuery: string | null;
  readonly sentBody: string | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
}
