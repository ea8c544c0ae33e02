/** Before and after every id. */
const FIRST = '00000000-0000-7000-8000-000000000000';
const AFTER_ALL = 'g';

interface IdRange {
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly until?: Date | undefined;
  /** Only ids before this one. */
  readonly before?: string | undefined;
}

/**
 * The ids made in a time, from `least` until just before `end`. Ids are UUIDv7, which begin with their millisecond, so a
 * table is searched by time, latest first and page by page, through its primary key.
 */
export function idsOf({ from, until, before = AFTER_ALL }: IdRange): { least: string; end: string } {
  const least = from === undefined ? FIRST : firstOf(from);
  const last = until === undefined ? AFTER_ALL : firstOf(until);
  return { least, end: before < last ? before : last };
}

/** The first id of a millisecond. */
function firstOf(instant: Date): string {
  const hex = Math.max(0, instant.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${FIRST.slice(13)}`;
}
