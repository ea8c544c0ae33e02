/**
 * What a key may do: `read` shows, `write` changes, `audit` is for GPAS's reconciliation alone. A key has one or
 * more; one that has all of them may manage keys and parent systems.
 */
export const OPERATOR_ROLES = ['read', 'write', 'audit'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** A bearer key of the back office, without the key itself. */
export interface OperatorKey {
  readonly id: string;
  /** Whose it is, for people. */
  readonly name: string;
  readonly roles: readonly OperatorRole[];
  /** The one parent system that a key of `audit` alone is shown; null: of all. */
  readonly parentSystemId: string | null;
  readonly createdAt: Date;
  /** Null while it is good. */
  readonly revokedAt: Date | null;
}

/** Who holds a good key. */
export interface KeyHolder {
  readonly operatorKeyId: string;
  readonly operatorKeyName: string;
  readonly roles: readonly OperatorRole[];
  /** The one parent system that it is shown; null: of all. */
  readonly parentSystemId: string | null;
}
