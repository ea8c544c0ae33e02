import { describe, expect, it } from '@jest/globals';
import type { FindOperator } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { cameIn } from './id-range.js';

const NOON = Date.parse('2026-02-05T12:00:00.000Z');

/** What the database does with such conditions. */
function meets(where: ReturnType<typeof cameIn>, row: { id: string; createdAt: Date }): boolean {
  const bounds = (operator: FindOperator<unknown> | undefined): FindOperator<string | Date>[] =>
    (operator?.value ?? []) as FindOperator<string | Date>[];
  const holds = (cell: string | Date) => (each: FindOperator<string | Date>) =>
    each.type === 'lessThan' ? cell < each.value : cell >= each.value;
  return bounds(where.id).every(holds(row.id)) && bounds(where.createdAt).every(holds(row.createdAt));
}

describe('rows that came in a time', () => {
  const row = (ms: number, lag = 0) => ({ id: uuidv7({ msecs: ms - lag }), createdAt: new Date(ms) });
  const period = { from: new Date(NOON), until: new Date(NOON + 1_000) };

  it.each([
    [-1, false],
    [0, true],
    [999, true],
    [1_000, false],
  ])('are judged by the instant that is stored, at %d ms, also where the id is older', (ms, isIn) => {
    for (const lag of [0, 1, 30_000]) expect(meets(cameIn(period), row(NOON + ms, lag))).toBe(isIn);
  });

  it('are all where no time is given, also what a clock that is ahead has made', () => {
    expect(meets(cameIn({}), row(0))).toBe(true);
    expect(meets(cameIn({}), row(Date.now() + 86_400_000))).toBe(true);
  });

  it('begin and end at an id as well', () => {
    const [first, second, third] = [row(NOON), row(NOON + 1), row(NOON + 2)];
    const where = cameIn({ ...period, since: second.id, before: third.id });
    expect([first, second, third].map((each) => meets(where, each))).toEqual([false, true, false]);
  });
});
