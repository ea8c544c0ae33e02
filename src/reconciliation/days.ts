/** From `from` until just before `until`. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** A part of one UTC day. */
export interface Slice extends Period {
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

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

/** The beginning of the hour that `instant` is in. */
export function startOfHour(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / HOUR_MS) * HOUR_MS);
}

export function hourFrom(from: Date): Period {
  return { from, until: new Date(from.getTime() + HOUR_MS) };
}

/** What is left of a period without the hours that begin then, which are in it and in their order. */
export function restOf({ from, until }: Period, hours: readonly Date[]): Period[] {
  const rest: Period[] = [];
  let start = from;
  for (const hour of hours) {
    if (start < hour) rest.push({ from: start, until: hour });
    start = hourFrom(hour).until;
  }
  if (start < until) rest.push({ from: start, until });
  return rest;
}
