import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type AnonymousAnswer, AnonymousLines } from './anonymous-lines.js';

const LINES = 60;
const notFound: AnonymousAnswer = { status: 404, code: 1010, parentSystemId: undefined };

let told: [AnonymousAnswer, number][];
let lines: AnonymousLines;
beforeEach(() => {
  jest.useFakeTimers();
  told = [];
  lines = new AnonymousLines((answer, times) => told.push([answer, times]));
});
afterEach(() => {
  jest.useRealTimers();
});

/** How many of these have lines. */
const linesOf = (answer: AnonymousAnswer, times: number): number =>
  Array.from({ length: times }, () => lines.count({ ...answer })).filter(Boolean).length;

describe('lines of anonymous answers', () => {
  it('are so many a minute, and then their number', () => {
    expect(linesOf(notFound, LINES + 40)).toBe(LINES);
    jest.advanceTimersByTime(59_999);
    expect(linesOf(notFound, 2)).toBe(0);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([[notFound, 42]]);
    expect(linesOf(notFound, LINES)).toBe(LINES);
    jest.advanceTimersByTime(120_000);
    expect(told).toHaveLength(1);
  });

  it.each<Partial<AnonymousAnswer>>([{ status: 200 }, { code: 1001 }, { parentSystemId: 'BL13GT' }])(
    'are not taken from those of another kind: %j',
    (other) => {
      linesOf(notFound, LINES + 1);
      expect(linesOf({ ...notFound, ...other }, LINES + 3)).toBe(LINES);
      jest.advanceTimersByTime(60_000);
      expect(told).toEqual([
        [notFound, 1],
        [{ ...notFound, ...other }, 3],
      ]);
    },
  );
});
