import { describe, expect, it } from '@jest/globals';
import { problemOf } from './jackpot.rules.js';

describe('a jackpot', () => {
  it.each(['0', 1, '999.99', '1000', 1000, '1000.00'])('pays %p up to its largest payment', (value) => {
    expect(problemOf('daily', value)).toBeNull();
  });

  it.each(['1000.01', 1000.01, '1001', '9'.repeat(400)])('does not pay %p beyond it', (value) => {
    expect(problemOf('daily', value)).toBe('value is more than this jackpot pays');
  });

  it.each(['Daily', 'toString', '__proto__', 'weekly'])('that is not on the list (%p) pays nothing', (id) => {
    expect(problemOf(id, '1')).toBe('jackpotId names no jackpot that pays here');
  });
});
