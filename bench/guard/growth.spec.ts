import { describe, expect, it } from '@jest/globals';
import { type Committed, growthOf, grownSubsystems } from './growth.js';

describe('the growth of a ratio', () => {
  it.each([
    ['as committed', [2, 2.1, 1.9], false],
    ['just within', [2.29, 2.3, 2.3], false],
    ['beyond', [2.4, 2.41, 2.42], true],
    ['beyond, but for the noise', [2.4, 1.9, 3.1], false],
    ['far beyond the noise', [3.9, 4, 4.4], true],
    ['with one round that went wrong', [2, 2.05, 9], false],
    ['smaller', [1, 1, 1], false],
  ])('%s: %j', (_, ratios, isTooMuch) => {
    expect(growthOf(ratios, 2).isTooMuch).toBe(isTooMuch);
  });
});

it('the subsystems that grew are named, that of most first, on a machine twice as slow', () => {
  const committed: Committed = {
    ratios: {},
    subsystems: { mysql2: 10, logging: 5, guards: 5 },
    bareMicroseconds: 50,
  };
  expect(grownSubsystems({ mysql2: 25, logging: 10, guards: 9, crypto: 8 }, 100, committed)).toEqual([
    { name: 'crypto', was: 0, is: 8 },
    { name: 'mysql2', was: 20, is: 25 },
  ]);
});
