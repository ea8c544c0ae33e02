import { randomInt } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** What stands in a UUIDv7 before its version: the millisecond, in hexadecimal. */
const TIME_LENGTH = 13;
const TIME = /^(.{8})(.{4})$/;

const last = { msecs: NaN, counter: 0 };

/**
 * A new id, a UUIDv7 of this instant. Of one process, those of the same millisecond are in the order in which they were made; the
 * instant is the given one also where the clock was set back since.
 */
export function newId(at: Date): string {
  const msecs = at.getTime();
  // Half of what the field holds, so that there is room to count on.
  last.counter = msecs === last.msecs ? last.counter + 1 : randomInt(2 ** 31);
  last.msecs = msecs;
  return uuidv7({ msecs, seq: last.counter });
}

/** This id with another instant, of the same maker: {@link haveOneMaker}. */
export function idAt(id: string, at: Date): string {
  return `${at.getTime().toString(16).padStart(12, '0').replace(TIME, '$1-$2')}${id.slice(TIME_LENGTH)}`;
}

/** Whether they differ in their instants at most. */
export function haveOneMaker(one: string, other: string): boolean {
  return one.slice(TIME_LENGTH) === other.slice(TIME_LENGTH);
}
