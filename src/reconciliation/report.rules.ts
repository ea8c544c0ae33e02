import { toDecimalText } from '../wallets/money.js';
import { Decimal } from '../files/exact-json.js';

/** What a movement is to GPAS. */
export type MovementName = 'BET' | 'WIN' | 'BET_ROLLBACK' | 'WIN_ROLLBACK';

/** What the movements of one kind come to in some part of the play. */
export interface Part {
  readonly currency: string;
  readonly decimals: number;
  /** A rollback is named by what it takes back. One that moved no money adds to neither of the two totals. */
  readonly kind: MovementName | 'EMPTY_ROLLBACK';
  readonly amountMinor: bigint;
  readonly count: number;
}

/** In one game and currency, over a part of one day. */
export interface PartialSum extends Part {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly gameId: string | null;
}

/** In one game and session, over a part of one day. */
export interface SessionSum extends Part {
  readonly sessionId: string;
  readonly walletId: string;
}

/** A bet, a win or a rollback under its reference, ours or GPAS's. */
export interface NamedMovement extends PartialSum {
  readonly kind: MovementName;
  readonly reference: string;
}

/** What the catalogue knows of a game. */
export interface KnownGame {
  readonly name: string;
  readonly providerCode: string;
}

/** Amounts are decimals of any size. */
export interface Totals {
  readonly totalBet: Decimal;
  readonly totalBetRollback: Decimal;
  readonly totalWin: Decimal;
  readonly totalWinRollback: Decimal;
  readonly totalGgr: Decimal;
  readonly betCount: number;
  readonly winCount: number;
  readonly rollbackCount: number;
}

/** One row of the report: a day, a game, a currency. */
export interface ReportRow extends Totals {
  readonly date: string;
  readonly providerCode: string;
  readonly gameId: string;
  readonly gameName: string;
  readonly currency: string;
}

/** What one session adds to a row of the report. */
export interface SessionTotals extends Totals {
  readonly sessionId: string;
  readonly walletId: string;
  readonly currency: string;
}

/** Stands for the game of movements that name none, and for the provider of a game whose id names none. */
export const UNKNOWN = 'UNKNOWN';

/** Adds partial sums up to one row per day, game and currency, in that order (protocol §1.7). */
export function reportOf(
  sums: Iterable<PartialSum>,
  games: ReadonlyMap<string, KnownGame>,
  providerCode?: string,
): ReportRow[] {
  return addUp(sums, ({ date, gameId, currency }) => [date, gameId ?? UNKNOWN, currency].join('\n'))
    .map(({ first, totals }) => {
      const { date, gameId, currency } = first;
      const game = gameId === null ? undefined : games.get(gameId);
      return {
        date,
        providerCode: game?.providerCode ?? providerCodeOf(gameId),
        gameId: gameId ?? UNKNOWN,
        gameName: game?.name ?? gameId ?? UNKNOWN,
        currency,
        ...totals,
      };
    })
    .filter((row) => providerCode === undefined || row.providerCode === providerCode);
}

/** Adds the sums of one row of the report up by session, the latest first. */
export function sessionsOf(sums: Iterable<SessionSum>): SessionTotals[] {
  return addUp(sums, ({ sessionId }) => sessionId)
    .map(({ first: { sessionId, walletId, currency }, totals }) => ({
      sessionId,
      walletId,
      currency,
      ...totals,
    }))
    .reverse();
}

/** The provider of a game that the catalogue does not have: what stands before the first `-`, in capitals. */
export function providerCodeOf(gameId: string | null): string {
  const dash = gameId?.indexOf('-') ?? -1;
  return dash > 0 ? (gameId ?? '').slice(0, dash).toUpperCase() : UNKNOWN;
}

/** Adds up what has the same key, in the order of the keys. */
function addUp<P extends Part>(
  parts: Iterable<P>,
  keyOf: (part: P) => string,
): { readonly first: P; readonly totals: Totals }[] {
  const sums = new Map<string, { readonly first: P; readonly sum: Sum }>();
  for (const part of parts) {
    const key = keyOf(part);
    const known = sums.get(key) ?? { first: part, sum: new Sum() };
    known.sum.add(part);
    sums.set(key, known);
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { first, sum }]) => ({ first, totals: sum.toTotals() }));
}

class Sum {
  private readonly amounts = { BET: 0n, WIN: 0n, BET_ROLLBACK: 0n, WIN_ROLLBACK: 0n, EMPTY_ROLLBACK: 0n };
  private readonly counts = { BET: 0, WIN: 0, BET_ROLLBACK: 0, WIN_ROLLBACK: 0, EMPTY_ROLLBACK: 0 };
  /** Wallets keep the decimals that their currency had, so two may differ: the finest unit holds both. */
  private decimals = 0;

  add({ kind, amountMinor, count, decimals }: Part): void {
    if (decimals > this.decimals) {
      const factor = 10n ** BigInt(decimals - this.decimals);
      for (const name of Object.keys(this.amounts) as Part['kind'][]) this.amounts[name] *= factor;
      this.decimals = decimals;
    }
    this.amounts[kind] += amountMinor * 10n ** BigInt(this.decimals - decimals);
    this.counts[kind] += count;
  }

  toTotals(): Totals {
    const { BET, WIN, BET_ROLLBACK, WIN_ROLLBACK } = this.amounts;
    const decimal = (minor: bigint): Decimal =>
      new Decimal(withoutZeros(toDecimalText(minor, this.decimals)));
    return {
      totalBet: decimal(BET),
      totalBetRollback: decimal(BET_ROLLBACK),
      totalWin: decimal(WIN),
      totalWinRollback: decimal(WIN_ROLLBACK),
      totalGgr: decimal(BET - BET_ROLLBACK - (WIN - WIN_ROLLBACK)),
      betCount: this.counts.BET,
      winCount: this.counts.WIN,
      rollbackCount: this.counts.BET_ROLLBACK + this.counts.WIN_ROLLBACK + this.counts.EMPTY_ROLLBACK,
    };
  }
}

/** As JSON writes a number: `15000.00` is 15000. */
function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
