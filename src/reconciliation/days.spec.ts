import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { daysBetween, slicesOf, startOfDay } from './days.js';

describe('a day', () => {
  it.each(['2026-02-05', '2024-02-29', '2000-01-01', '9999-12-31'])(
    '%s begins at its midnight in UTC',
    (text) => {
      expect(startOfDay(text)?.toISOString()).toBe(`${text}T00:00:00.000Z`);
    },
  );

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '20260101',
    '',
    'x',
    '2026-02-05 ',
    '+02026-02-05',
  ])('%j is none', (text) => expect(startOfDay(text)).toBeUndefined());

  it('is counted with the last one', () => {
    expect(daysBetween(new Date('2026-02-28'), new Date('2026-02-28'))).toBe(1);
    expect(daysBetween(new Date('2026-02-28'), new Date('2026-03-01'))).toBe(2);
  });
});

describe('the slices of some days', () => {
  it('cover them without a gap or an overlap, and none crosses midnight, however long reading takes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.double({ min: 0, max: 15, noNaN: true })),
        (days, times) => {
          const from = new Date('2026-02-27T00:00:00.000Z');
          const to = new Date(from.getTime() + (days - 1) * 86_400_000);
          const slices = slicesOf(from, to);
          let reached = from.getTime();
          let count = 0;
          for (let slice = slices.next(); !slice.done; slice = slices.next(times[count] ?? 0)) {
            expect(slice.value.from.getTime()).toBe(reached);
            reached = slice.value.until.getTime();
            expect(reached).toBeGreaterThan(slice.value.from.getTime());
            const lastMoment = new Date(reached - 1).toISOString();
            expect([slice.value.from.toISOString().slice(0, 10), lastMoment.slice(0, 10)]).toEqual([
              slice.value.date,
              slice.value.date,
            ]);
            count += 1;
          }
          expect(reached).toBe(to.getTime() + 86_400_000);
        },
      ),
    );
  });

  it('are few where reading is quick, and short where it is slow', () => {
    const from = new Date('2026-02-01');
    const count = (loadPerMinute: number, way: number): number => {
      const slices = slicesOf(from, from);
      let number = 0;
      for (let slice = slices.next(); !slice.done; number += 1) {
        const minutes = (slice.value.until.getTime() - slice.value.from.getTime()) / 60_000;
        slice = slices.next(way + minutes * loadPerMinute);
      }
      return number;
    };
    expect(count(0, 0.05)).toBeLessThan(16);
    expect(count(0, 10)).toBeLessThan(16);
    expect(count(0.75, 0.05)).toBeGreaterThan(1_000);
    expect(count(5, 0.05)).toBeGreaterThan(4_000);
  });
});
