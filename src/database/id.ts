import { randomFillSync, randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** What stands in a UUIDv7 before its version: the millisecond, in hexadecimal. */
const TIME_LENGTH = 13;
const TIME = /^(.{8})(.{4})$/;

const last = { msecs: NaN, counter: 0 };

/** As many as uuid takes for one id. */
const RANDOM_BYTES = 16;
/** Fetched for 256 ids at a time: fetched for each alone they cost a call 25 µs of CPU (Node 24). */
const pool = { bytes: new Uint8Array(256 * RANDOM_BYTES), used: Infinity };

/** None of them was handed out before. */
function randomBytes(): Uint8Array {
  if (pool.used >= pool.bytes.length) {
    randomFillSync(pool.bytes);
    pool.used = 0;
  }
  pool.used += RANDOM_BYTES;
  return pool.bytes.subarray(pool.used - RANDOM_BYTES, pool.used);
}

/**
 * A new id, a UUIDv7 of this instant, wherever the clock was set to before. Those that one process makes one after the other for the same
 * millisecond are in that order.
 */
export function newId(at: Date): string {
  const msecs = at.getTime();
  // Half of what the field holds, so that there is room to count on.
  last.counter = msecs === last.msecs ? last.counter + 1 : randomInt(2 ** 31);
  last.msecs = msecs;
  return uuidv7({ msecs, seq: last.counter, random: randomBytes() });
}

/** What is further ahead was written by a clock that was wrong: who followed it would be as wrong. */
const FOLLOWED_MS = 2 * 3_600_000;

/**
 * When what comes after `last` happened, by a clock that may be behind the one of before: a millisecond later at least, so that its
 * order can be told; but the clock's own instant where that is more than two hours back.
 */
export function following(last: Date | null, at: Date): Date {
  if (last === null || at > last || last.getTime() - at.getTime() > FOLLOWED_MS) return at;
  return new Date(last.getTime() + 1);
}

/** This id with another instant, of the same maker: {@link haveOneMaker}. */
export function idAt(id: string, at: Date): string {
  return `${at.getTime().toString(16).padStart(12, '0').replace(TIME, '$1-$2')}${id.slice(TIME_LENGTH)}`;
}

/** Whether they differ in their instants at most. */
export function haveOneMaker(one: string, other: string): boolean {
  return one.slice(TIME_LENGTH) === other.slice(TIME_LENGTH);
}
