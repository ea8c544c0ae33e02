import { figure, type FigureName, nameOf, type Play, type PlayResult } from './results.js';
import { median, noise } from './statistics.js';

interface Part {
  readonly play: Play;
  readonly figure: FigureName;
}

/** A figure by another one, or by itself, and what it is meant to be. */
interface Ratio {
  readonly says: string;
  readonly of: Part;
  readonly by?: Part;
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
}

/** A ratio as it was measured. */
export interface MeasuredRatio {
  readonly says: string;
  readonly value: number;
  readonly noise: number;
  /** As one reads it; empty where there is none. */
  readonly goal: string;
  readonly isReached: boolean | undefined;
}

const part = (
  figureName: FigureName,
  contender: string,
  call: Play['call'],
  connections = 32,
  distanceMs?: number,
): Part => ({
  figure: figureName,
  play: { contender, call, connections, ...(distanceMs === undefined ? {} : { distanceMs }) },
});

/** The contender whose database is put away. */
export const DISTANT = 'ours at a distance';

const RATIOS: readonly Ratio[] = [
  {
    says: 'debit, 1,000 wallets: server CPU / bare',
    of: part('serverCpu', 'ours', 'debit'),
    by: part('serverCpu', 'bare', 'debit'),
    goal: { atMost: 2 },
  },
  {
    says: 'session: server CPU / bare',
    of: part('serverCpu', 'ours', 'session'),
    by: part('serverCpu', 'bare', 'debit'),
    goal: { atMost: 2 },
  },
  {
    says: 'session: server CPU / bare session',
    of: part('serverCpu', 'ours', 'session'),
    by: part('serverCpu', 'bare', 'session'),
  },
  {
    says: 'debit: rate / checked debit',
    of: part('rate', 'ours', 'debit'),
    by: part('rate', 'checked', 'debit'),
    goal: { atLeast: 0.55 },
  },
  {
    says: 'debit: rate / own checks alone',
    of: part('rate', 'ours', 'debit'),
    by: part('rate', 'own checks', 'debit'),
  },
  {
    says: 'session: rate / checked session',
    of: part('rate', 'ours', 'session'),
    by: part('rate', 'checked', 'session'),
    goal: { atLeast: 0.65 },
  },
  {
    says: 'balance: rate / checked session',
    of: part('rate', 'ours', 'balance'),
    by: part('rate', 'checked', 'session'),
    goal: { atLeast: 0.95 },
  },
  {
    says: 'SQLite debit: rate / checked debit',
    of: part('rate', 'ours on SQLite', 'debit'),
    by: part('rate', 'checked', 'debit'),
    goal: { atLeast: 0.55 },
  },
  {
    says: 'hot wallet: rate / spread',
    of: part('rate', 'ours', 'hot'),
    by: part('rate', 'ours', 'debit'),
    goal: { atLeast: 0.95 },
  },
  {
    says: 'lone debit: p50 / lone checked debit',
    of: part('p50', 'ours', 'debit', 1),
    by: part('p50', 'checked', 'debit', 1),
    goal: { atMost: 14 },
  },
  {
    says: 'lone debit: round trips to the database',
    of: part('trips', DISTANT, 'debit', 1, 0),
    goal: { atMost: 3 },
  },
  ...[0.5, 1, 2].map((ms): Ratio => ({
    says: `database ${ms} ms away, 64 connections: rate / local`,
    of: part('rate', DISTANT, 'debit', 64, ms),
    by: part('rate', DISTANT, 'debit', 64, 0),
    ...(ms === 1 ? { goal: { atLeast: 0.75 } } : {}),
  })),
  {
    says: 'debit: rate / by hand',
    of: part('rate', 'ours', 'debit'),
    by: part('rate', 'by hand', 'debit'),
    goal: { atLeast: 6 },
  },
];

/** The ratios that these plays are enough for: each taken within a round, then the median of the rounds. */
export function ratiosOf(plays: readonly PlayResult[]): MeasuredRatio[] {
  const byName = new Map(plays.map((play) => [nameOf(play), play.samples]));
  const valuesOf = (wanted: Part | undefined): number[] | undefined =>
    wanted && byName.get(nameOf(wanted.play))?.map(figure[wanted.figure]);
  return RATIOS.flatMap(({ says, of, by, goal }) => {
    const [above, below] = [valuesOf(of), valuesOf(by)];
    if (!above || (by && !below)) return [];
    const values = above.map((value, round) => (below ? value / (below[round] ?? NaN) : value));
    const value = median(values);
    return [{ says, value, noise: noise(values), goal: wordsOf(goal), isReached: isReached(value, goal) }];
  });
}

function wordsOf(goal: Ratio['goal']): string {
  if (!goal) return '';
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
}

function isReached(value: number, goal: Ratio['goal']): boolean | undefined {
  if (!goal) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
