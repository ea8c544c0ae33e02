import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';

/** Before and after every id. */
const FIRST = '00000000-0000-7000-8000-000000000000';
const AFTER_ALL = 'g';
/** Between the making of an id and the instant that is stored with it. */
const SLACK_MS = 60_000;

interface Period {
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly until?: Date | undefined;
  /** Only ids before this one. */
  readonly before?: string | undefined;
}

/**
 * Find conditions for rows that came in a time. Ids are UUIDv7, which begin with their millisecond, so the rows are
 * found, latest first and page by page, through any index that ends with the id; `createdAt` says it exactly.
 */
export function cameIn({ from, until, before = AFTER_ALL }: Period): {
  id: FindOperator<string>;
  createdAt?: FindOperator<Date>;
} {
  const least = from === undefined ? FIRST : firstOf(from.getTime() - SLACK_MS);
  const last = until === undefined ? AFTER_ALL : firstOf(until.getTime() + SLACK_MS);
  const id = And(MoreThanOrEqual(least), LessThan(before < last ? before : last));
  const exactly = [
    ...(from === undefined ? [] : [MoreThanOrEqual(from)]),
    ...(until === undefined ? [] : [LessThan(until)]),
  ];
  return exactly.length === 0 ? { id } : { id, createdAt: And(...exactly) };
}

/** The first id of a millisecond. */
function firstOf(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${FIRST.slice(13)}`;
}
