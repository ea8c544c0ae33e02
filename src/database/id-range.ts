import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';

/** Before and after every id. */
const FIRST = '00000000-0000-7000-8000-000000000000';
const AFTER_ALL = 'g';
/** Between the making of an id and the instant that is stored with it. */
export const SLACK_MS = 60_000;

interface Period {
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly until?: Date | undefined;
  /** Only this id and later ones. */
  readonly since?: string | undefined;
  /** Only ids before this one. */
  readonly before?: string | undefined;
}

interface CreatedAt {
  readonly createdAt?: FindOperator<Date>;
}

/**
 * Find conditions for rows that came in a time. Ids are UUIDv7, which begin with their millisecond, so the rows are
 * found, latest first and page by page, through any index that ends with the id; `createdAt` says it exactly.
 */
export function cameIn(period: Period): CreatedAt & { readonly id: FindOperator<string> } {
  const { since = FIRST, before = AFTER_ALL } = period;
  const [least, last] = idsOf(period);
  const id = And(MoreThanOrEqual(since > least ? since : least), LessThan(before < last ? before : last));
  return { id, ...createdIn(period) };
}

/** The conditions of {@link cameIn} that `createdAt` alone meets. */
export function createdIn({ from, until }: Period): CreatedAt {
  const exactly = [
    ...(from === undefined ? [] : [MoreThanOrEqual(from)]),
    ...(until === undefined ? [] : [LessThan(until)]),
  ];
  return exactly.length === 0 ? {} : { createdAt: And(...exactly) };
}

/** From the first, included, to the second, not included: the ids of a time. */
export function idsOf({ from, until }: Period): [string, string] {
  return [
    from === undefined ? FIRST : firstOf(from.getTime() - SLACK_MS),
    until === undefined ? AFTER_ALL : firstOf(until.getTime() + SLACK_MS),
  ];
}

/** The first id of a millisecond. */
function firstOf(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${FIRST.slice(13)}`;
}
