import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FindOperator } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { cameIn, stretchesOf } from './id-range.js';

const MINUTE_MS = 60_000;
const time = fc.integer({ min: 0, max: 400 * MINUTE_MS }).map((ms) => Date.UTC(2026, 1, 5) + ms);
const moment = time.map((ms) => ({ id: uuidv7({ msecs: ms - (ms % 3) }), createdAt: new Date(ms) }));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const date = time.map((ms) => new Date(ms));

type Where = ReturnType<typeof cameIn>;

/** What the database does with such conditions. */
function meets(where: Where, row: { id: string; createdAt: Date }): boolean {
  const both = [where.id, where.createdAt].flatMap((operator, index) =>
    ((operator?.value ?? []) as unknown as FindOperator<string | Date>[]).map(
      (each) => [each, index] as const,
    ),
  );
  return both.every(([each, index]) => {
    const cell = index === 0 ? row.id : row.createdAt;
    return each.type === 'lessThan' ? cell < each.value : cell >= each.value;
  });
}

describe('the stretches of a search', () => {
  it('hold each row of the period once, latest first, however long reading takes', () => {
    fc.assert(
      fc.property(
        fc.record({
          from: optional(date),
          until: optional(date),
          before: optional(moment.map(({ id }) => id)),
        }),
        fc.array(moment, { maxLength: 30 }),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1 }),
        (period, rows, times) => {
          const found: string[] = [];
          const stretches = stretchesOf(period);
          let count = 0;
          for (let stretch = stretches.next(); !stretch.done;) {
            const { where, start } = stretch.value;
            const held = rows.filter((row) => meets(where, row)).map(({ id }) => id);
            expect(held.every((id) => id >= start)).toBe(true);
            found.push(...held.sort().reverse());
            // What is read slowly for ever would be looked through second by second.
            stretch = stretches.next(count > 100 ? 0 : (times[count % times.length] ?? 0));
            count += 1;
          }
          const expected = rows.filter((row) => meets(cameIn(period), row)).map(({ id }) => id);
          expect(found).toEqual(expected.sort().reverse());
        },
      ),
    );
  });

  it.each([0.05, 10])('are few where each is a load of %d, back to the beginning of time', (load) => {
    const stretches = stretchesOf({});
    let count = 0;
    for (let stretch = stretches.next(); !stretch.done; stretch = stretches.next(load)) count += 1;
    expect(count).toBeLessThan(40);
  });

  it('begin with what is latest, also where a clock is ahead or the key is no id', () => {
    const ahead = { id: uuidv7({ msecs: Date.now() + 60 * MINUTE_MS }), createdAt: new Date() };
    for (const before of [undefined, 'g', 'zzz']) {
      const { value } = stretchesOf({ before }).next(0);
      expect(value && meets(value.where, ahead)).toBe(true);
    }
  });
});
