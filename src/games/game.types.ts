/** A game of the operator's catalogue. */
export interface Game {
  /** As GPAS names it in `tags.gameid`. */
  readonly id: string;
  readonly name: string;
  readonly providerCode: string;
  /** Where it is not, bets on it are refused. */
  readonly enabled: boolean;
}

/** A game that was added or replaced; `before` is null where there was none. */
export interface GameChange {
  readonly before: Game | null;
  readonly after: Game;
}
