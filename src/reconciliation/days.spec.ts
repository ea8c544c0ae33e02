import { describe, expect, it } from '@jest/globals';
import {
  daysBetween,
  type Period,
  hourFrom,
  midnightAfter,
  restOf,
  startOfDay,
  startOfHour,
} from './days.js';

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

describe('an hour', () => {
  it.each([
    ['2026-02-05T13:00:00.000Z', '2026-02-05T13:00:00.000Z'],
    ['2026-02-05T13:59:59.999Z', '2026-02-05T13:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:00:00.000Z'],
  ])('that %s is in begins at %s', (instant, start) => {
    expect(startOfHour(new Date(instant)).toISOString()).toBe(start);
  });

  it('ends when the next one begins', () => {
    expect(hourFrom(new Date('2026-02-05T23:00:00.000Z')).until).toEqual(new Date('2026-02-06'));
  });

  const at = (hour: number): Date => new Date(Date.UTC(2026, 1, 5, hour));
  const period = (from: number, until: number): Period => ({ from: at(from), until: at(until) });

  it.each<[string, number[], Period[]]>([
    ['none', [], [period(0, 24)]],
    ['the first', [0], [period(1, 24)]],
    ['the last', [23], [period(0, 23)]],
    ['two beside each other', [4, 5], [period(0, 4), period(6, 24)]],
    ['two apart', [4, 6], [period(0, 4), period(5, 6), period(7, 24)]],
    ['all', Array.from({ length: 24 }, (_, hour) => hour), []],
  ])('leaves the rest of its day: %s', (_, hours, rest) => {
    expect(restOf(period(0, 24), hours.map(at))).toEqual(rest);
  });
});
