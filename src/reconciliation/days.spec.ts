import { describe, expect, it } from '@jest/globals';
import { daysBetween, midnightAfter, startOfDay } from './days.js';

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

  it.each([
    ['2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z'],
    ['1969-12-31T00:00:00.001Z', '1970-01-01T00:00:00.000Z'],
  ])('that %s is in ends at %s', (instant, midnight) => {
    expect(midnightAfter(new Date(instant)).toISOString()).toBe(midnight);
  });
});
