/** The words of the protocol (§1.1). */
export const SESSION_STATUSES = ['OPEN', 'CLOSE'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** A wallet session: what GPAS names in every later call until it closes it. */
export interface Session {
  readonly id: string;
  readonly parentSystemId: string;
  readonly walletId: string;
  readonly status: SessionStatus;
  readonly createdAt: Date;
  /** Null while it is open. */
  readonly closedAt: Date | null;
}
