import { toDecimalText } from '../wallets/money.js';

/** What the movements of one kind come to, in one game and currency, over a part of one day. */
export interface PartialSum {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly gameId: string | null;
  readonly currency: string;
  readonly decimals: number;
  /** A rollback is named by what it takes back. */
  readonly kind: 'BET' | 'WIN' | 'BET_ROLLBACK' | 'WIN_ROLLBACK';
  readonly amountMinor: bigint;
  readonly count: number;
}

/** What the catalogue knows of a game. */
export interface KnownGame {
  readonly name: string;
  readonly providerCode: string;
}

/** One row of the report: a day, a game, a currency. Amounts are decimals of any size, as text. */
export interface ReportRow {
  readonly date: string;
  readonly providerCode: string;
  readonly gameId: string;
  readonly gameName: string;
  readonly currency: string;
  readonly totalBet: string;
  readonly totalBetRollback: string;
  readonly totalWin: string;
  readonly totalWinRollback: string;
  readonly totalGgr: string;
  readonly betCount: number;
  readonly winCount: number;
  readonly rollbackCount: number;
}

const UNKNOWN = 'UNKNOWN';

/** Adds partial sums up to one row per day, game and currency, in that order (protocol §1, §5). */
export function reportOf(
  sums: Iterable<PartialSum>,
  games: ReadonlyMap<string, KnownGame>,
  providerCode?: string,
): ReportRow[] {
  const totals = new Map<string, Totals>();
  for (const sum of sums) {
    const key = [sum.date, sum.gameId ?? '', sum.currency].join('\n');
    const known = totals.get(key);
    if (known) known.add(sum);
    else totals.set(key, new Totals(sum));
  }
  return [...totals]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, total]) => total.toRow(games))
    .filter((row) => providerCode === undefined || row.providerCode === providerCode);
}

/** The provider of a game that the catalogue does not have: what stands before the first `-`, in capitals. */
export function providerCodeOf(gameId: string | null): string {
  const dash = gameId?.indexOf('-') ?? -1;
  return dash > 0 ? (gameId ?? '').slice(0, dash).toUpperCase() : UNKNOWN;
}

class Totals {
  private readonly amounts = { BET: 0n, WIN: 0n, BET_ROLLBACK: 0n, WIN_ROLLBACK: 0n };
  private readonly counts = { BET: 0, WIN: 0, BET_ROLLBACK: 0, WIN_ROLLBACK: 0 };
  /** Wallets keep the decimals that their currency had, so two may differ: the finest unit holds both. */
  private decimals = 0;

  constructor(private readonly first: PartialSum) {
    this.add(first);
  }

  add({ kind, amountMinor, count, decimals }: PartialSum): void {
    if (decimals > this.decimals) {
      const factor = 10n ** BigInt(decimals - this.decimals);
      for (const name of Object.keys(this.amounts) as PartialSum['kind'][]) this.amounts[name] *= factor;
      this.decimals = decimals;
    }
    this.amounts[kind] += amountMinor * 10n ** BigInt(this.decimals - decimals);
    this.counts[kind] += count;
  }

  toRow(games: ReadonlyMap<string, KnownGame>): ReportRow {
    const { date, gameId, currency } = this.first;
    const game = gameId === null ? undefined : games.get(gameId);
    const { BET, WIN, BET_ROLLBACK, WIN_ROLLBACK } = this.amounts;
    const text = (minor: bigint): string => withoutZeros(toDecimalText(minor, this.decimals));
    return {
      date,
      providerCode: game?.providerCode ?? providerCodeOf(gameId),
      gameId: gameId ?? UNKNOWN,
      gameName: game?.name ?? gameId ?? UNKNOWN,
      currency,
      totalBet: text(BET),
      totalBetRollback: text(BET_ROLLBACK),
      totalWin: text(WIN),
      totalWinRollback: text(WIN_ROLLBACK),
      totalGgr: text(BET - BET_ROLLBACK - (WIN - WIN_ROLLBACK)),
      betCount: this.counts.BET,
      winCount: this.counts.WIN,
      rollbackCount: this.counts.BET_ROLLBACK + this.counts.WIN_ROLLBACK,
    };
  }
}

/** As JSON writes a number: `15000.00` is 15000. */
function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
