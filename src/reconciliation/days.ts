import { Pace } from '../database/pace.js';

/** A part of one UTC day: from `from` until just before `until`. */
export interface Slice {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly from: Date;
  readonly until: Date;
}

const DAY_MS = 86_400_000;
const SHORTEST_SLICE_MS = 10_000;

/** The instant at which a day begins, or undefined for a text that is no day of the calendar. */
export function startOfDay(date: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const start = new Date(`${date}T00:00:00.000Z`);
  // Date takes a 31st of February for a day in March.
  return !Number.isNaN(start.getTime()) && start.toISOString().startsWith(date) ? start : undefined;
}

/** How many days there are from `from` to `to`, both counted. */
export function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / DAY_MS + 1;
}

/**
 * The days from `from` to `to`, both included, in slices that never cross midnight. Each is as long as the ones before
 * were quick to read: a quiet day is one slice, a busy minute may be one.
 * @returns a generator that is told by `next` what load the slice was
 */
export function* slicesOf(from: Date, to: Date): Generator<Slice, void, number> {
  const end = to.getTime() + DAY_MS;
  const pace = new Pace(SHORTEST_SLICE_MS, DAY_MS);
  for (let start = from.getTime(); start < end;) {
    const midnight = Math.floor(start / DAY_MS + 1) * DAY_MS;
    const until = Math.min(start + pace.length, midnight);
    const date = new Date(start).toISOString().slice(0, 10);
    pace.learn(yield { date, from: new Date(start), until: new Date(until) });
    start = until;
  }
}
