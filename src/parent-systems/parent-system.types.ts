export const PARENT_SYSTEM_STATUSES = ['ACTIVE', 'DISABLED'] as const;
export type ParentSystemStatus = (typeof PARENT_SYSTEM_STATUSES)[number];

/** One GPAS integration of the operator's, named in `x-parent-system-id` (protocol §4.1); its secrets are shown to nobody. */
export interface ParentSystem {
  readonly id: string;
  readonly name: string;
  readonly status: ParentSystemStatus;
  /** Addresses and networks that may call; null where every address may. */
  readonly allowedAddresses: readonly string[] | null;
  readonly createdAt: Date;
}
