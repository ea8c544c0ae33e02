/** RFC 3339, to the millisecond: a date, a time, and `Z` or how far its clock is ahead of UTC. */
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * The instant that a text names. `Date` alone would take a 31st of April for the 1st of May, and 24:00 for the next day:
 * a range would begin elsewhere than it says.
 * @returns undefined where there is no such instant, or none in UTC with a year of four digits
 */
export function instantOf(text: string): Date | undefined {
  const [, date] = INSTANT.exec(text) ?? [];
  if (date === undefined) return undefined;
  const midnight = new Date(`${date}T00:00:00.000Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date)) return undefined;
  const instant = new Date(text);
  return /^\d{4}-/.test(instant.toISOString()) ? instant : undefined;
}
