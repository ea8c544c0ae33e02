import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { following, haveOneMaker, idAt, newId } from './id.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const millisecondOf = (id: string): number => parseInt(id.replace('-', '').slice(0, 12), 16);
const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('a new id', () => {
  it('is of its instant, whatever instant the one before was of', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const id = newId(new Date(at));
        expect(id).toMatch(FORM);
        expect(millisecondOf(id)).toBe(at);
      }),
    );
  });

  it('follows those of the same millisecond', () => {
    const at = new Date();
    const ids = Array.from({ length: 10_000 }, () => newId(at));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has random digits of its own', () => {
    const at = new Date();
    const ids = Array.from({ length: 10_000 }, () => newId(at).slice(-12));
    expect(new Set(ids).size).toBe(ids.length);
    const digits = ids.join('');
    // Each of 16 digits is a sixteenth of 120,000: 7,500, and 84 more or fewer are usual.
    for (const digit of '0123456789abcdef') {
      expect(Math.abs(digits.split(digit).length - 1 - 7_500)).toBeLessThan(700);
    }
  });
});

describe('an id at another instant', () => {
  it('has that instant, the same maker and the form of an id', () => {
    fc.assert(
      fc.property(instants, instants, (made, other) => {
        const id = newId(new Date(made));
        const moved = idAt(id, new Date(other));
        expect(moved).toMatch(FORM);
        expect(millisecondOf(moved)).toBe(other);
        expect(haveOneMaker(id, moved)).toBe(true);
        expect(idAt(moved, new Date(made))).toBe(id);
      }),
    );
  });

  it('is of no other maker', () => {
    const at = new Date();
    expect(haveOneMaker(newId(at), newId(at))).toBe(false);
  });
});

describe('the instant of what follows', () => {
  const NOON = Date.parse('2026-02-05T12:00:00Z');
  it.each([
    ['nothing', null, 0, 0],
    ['what was before', -1, 0, 0],
    ['what was in the same millisecond', 0, 0, 1],
    ['what a clock ahead by an hour wrote', 3_600_000, 0, 3_600_001],
    ['what a clock ahead by two hours wrote', 7_200_000, 0, 7_200_001],
    ['what a clock wrote that was wrong by more', 7_200_001, 0, 0],
    ['what a clock ahead by a month wrote', 30 * 86_400_000, 0, 0],
  ])('%s', (_, last, at, expected) => {
    const before = last === null ? null : new Date(NOON + last);
    expect(following(before, new Date(NOON + at)).getTime() - NOON).toBe(expected);
  });
});
