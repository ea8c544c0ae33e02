/** What the balance is reported as (protocol §1.3). */
export const WALLET_CODES = ['BINGO', 'CASINO', 'SPORT'] as const;
export type WalletCode = (typeof WALLET_CODES)[number];

export const WALLET_STATUSES = ['ACTIVE', 'BLOCKED'] as const;
export type WalletStatus = (typeof WALLET_STATUSES)[number];

/** A player's account with the operator in one currency. */
export interface Wallet {
  readonly id: string;
  readonly playerId: string;
  readonly code: WalletCode;
  /** ISO 4217. */
  readonly currency: string;
  /** The currency's decimals, kept so that a change of the table never changes stored money. */
  readonly decimals: number;
  readonly status: WalletStatus;
  /** The player's own money, in minor units. */
  readonly realMinor: bigint;
  /** Money given with conditions, in minor units. */
  readonly bonusMinor: bigint;
  /** How many movements it has had; the number of the last one. */
  readonly seq: number;
  /** When its last movement was booked; null before the first. */
  readonly movedAt: Date | null;
  readonly createdAt: Date;
  /** Of its last movement, before the first its own; null where it is not sealed. */
  readonly seal: string | null;
}
