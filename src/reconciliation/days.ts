/** A part of one UTC day: from `from` until just before `until`. */
export interface Slice {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly from: Date;
  readonly until: Date;
}

const DAY_MS = 86_400_000;

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

/** The end of the day that `instant` is in. */
export function midnightAfter(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / DAY_MS + 1) * DAY_MS);
}
