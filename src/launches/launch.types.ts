/** A game that a player was sent to: what a reference token (protocol §4.2) stands for. */
export interface Launch {
  /** The token's `jti`. */
  readonly id: string;
  readonly walletId: string;
  readonly gameId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Null while it may be used. */
  readonly revokedAt: Date | null;
}
