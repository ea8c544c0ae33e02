import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';
import { Pace } from './pace.js';

/** Before and after every id. */
const FIRST = '00000000-0000-7000-8000-000000000000';
const AFTER_ALL = 'g';
/** Between the making of an id and the instant that is stored with it. */
const SLACK_MS = 60_000;
const SHORTEST_STRETCH_MS = 5_000;

interface Period {
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly until?: Date | undefined;
  /** Only ids before this one. */
  readonly before?: string | undefined;
}

interface CreatedAt {
  readonly createdAt?: FindOperator<Date>;
}

/** A part of a search, and the key that what comes before it, in time, is before. */
export interface Stretch<Where> {
  readonly where: Where;
  readonly start: string;
}

/**
 * Find conditions for rows that came in a time. Ids are UUIDv7, which begin with their millisecond, so the rows are
 * found, latest first and page by page, through any index that ends with the id; `createdAt` says it exactly.
 */
export function cameIn(period: Period): CreatedAt & { readonly id: FindOperator<string> } {
  return between(FIRST, period);
}

/** The conditions of {@link cameIn} that `createdAt` alone meets. */
export function createdIn({ from, until }: Period): CreatedAt {
  const exactly = [
    ...(from === undefined ? [] : [MoreThanOrEqual(from)]),
    ...(until === undefined ? [] : [LessThan(until)]),
  ];
  return exactly.length === 0 ? {} : { createdAt: And(...exactly) };
}

/**
 * The same rows in stretches, latest first, each as long as the ones before were quick to read: for conditions that no
 * index serves, where a single statement would read until it is stopped.
 * @returns a generator that is told by `next` what load the stretch was
 */
export function* stretchesOf(
  period: Period,
): Generator<Stretch<CreatedAt & { readonly id: FindOperator<string> }>, void, number> {
  const { from, until, before } = period;
  const first = from === undefined ? 0 : Math.max(0, from.getTime() - SLACK_MS);
  let end = Math.min(
    Date.now(),
    until === undefined ? Infinity : until.getTime() + SLACK_MS,
    before === undefined ? Infinity : timeOf(before) + 1,
  );
  let bound = before;
  const pace = new Pace(SHORTEST_STRETCH_MS);
  do {
    end = Math.max(end - pace.length, first);
    const start = firstOf(end);
    pace.learn(yield { where: between(start, { from, until, before: bound }), start });
    bound = start;
  } while (end > first);
}

/** From the first, included, to the second, not included: the ids of a time. */
export function idsOf({ from, until }: Period): [string, string] {
  return [
    from === undefined ? FIRST : firstOf(from.getTime() - SLACK_MS),
    until === undefined ? AFTER_ALL : firstOf(until.getTime() + SLACK_MS),
  ];
}

function between(
  start: string,
  { from, until, before = AFTER_ALL }: Period,
): CreatedAt & { readonly id: FindOperator<string> } {
  const [least, last] = idsOf({ from, until });
  const id = And(MoreThanOrEqual(least > start ? least : start), LessThan(before < last ? before : last));
  return { id, ...createdIn({ from, until }) };
}

/** The first id of a millisecond. */
function firstOf(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${FIRST.slice(13)}`;
}

/** The millisecond of an id; a text that is none is after all. */
function timeOf(id: string): number {
  const time = parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return Number.isNaN(time) ? Infinity : time;
}
