import { figure, type FigureName, nameOf, type Results } from './results.js';
import { median, noise } from './statistics.js';

/** A figure that is not what it was. */
export interface Move {
  readonly play: string;
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
  /** As a share of before; above 0 it is more now. */
  readonly change: number;
}

/** Times the noise of both runs: what lies within may be the machine. */
const BEYOND = 2;
/** And what is less than so large a share is nothing to look at. */
const LEAST_CHANGE = 0.03;
const COMPARED: readonly FigureName[] = ['rate', 'p50', 'p99', 'serverCpu', 'databaseCpu', 'trips'];

/** The figures of plays that both runs have and that moved beyond their noise. */
export function movesBetween(earlier: Results, later: Results): Move[] {
  const before = new Map(earlier.plays.map((play) => [nameOf(play), play.samples]));
  return later.plays.flatMap((play) => {
    const samples = before.get(nameOf(play));
    if (!samples) return [];
    return COMPARED.flatMap((name) => {
      const move = moveOf(samples.map(figure[name]), play.samples.map(figure[name]));
      return move ? [{ play: nameOf(play), figure: name, ...move }] : [];
    });
  });
}

/** Where the medians lie further apart than the rounds of both runs do. */
export function moveOf(
  before: readonly number[],
  after: readonly number[],
): Omit<Move, 'play' | 'figure'> | undefined {
  const [earlier, later] = [median(before), median(after)];
  const change = (later - earlier) / earlier;
  const isBeyond = Math.abs(later - earlier) > BEYOND * (noise(before) + noise(after));
  return isBeyond && Math.abs(change) > LEAST_CHANGE ? { before: earlier, after: later, change } : undefined;
}
