import { describe, expect, it } from '@jest/globals';
import { CURRENCY_CODES, decimalsOf } from './currencies.js';

/** ISO 4217 List One of 2026-01-01: how many codes the standard gives each number of decimals. */
const CODES_PER_DECIMALS = [
  [0, 17],
  [2, 139],
  [3, 7],
  [4, 2],
] as const;

describe('the currency table', () => {
  it('holds every current code that has a minor unit, once', () => {
    expect(CURRENCY_CODES).toHaveLength(165);
    expect(new Set(CURRENCY_CODES).size).toBe(165);
    expect(CURRENCY_CODES.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  });

  it.each(CODES_PER_DECIMALS)('gives %i decimals to %i codes', (decimals, count) => {
    expect(CURRENCY_CODES.filter((code) => decimalsOf(code) === decimals)).toHaveLength(count);
  });

  it.each([
    ['BRL', 2],
    ['EUR', 2],
    ['USD', 2],
    ['JPY', 0],
    ['KRW', 0],
    ['CLP', 0],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('gives %s its %i decimals', (code, decimals) => {
    expect(decimalsOf(code)).toBe(decimals);
  });

  it.each(['IDR', 'HUF', 'COP', 'IRR', 'LBP', 'MGA', 'PKR', 'RSD', 'TWD', 'UZS'])(
    'gives %s the two decimals of the standard, whatever Intl says',
    (code) => {
      expect(decimalsOf(code)).toBe(2);
    },
  );

  it.each(['BGN', 'HRK', 'ANG', 'CUC', 'ZWL', 'SLL'])('refuses %s, which is withdrawn', (code) => {
    expect(decimalsOf(code)).toBeUndefined();
  });

  it.each(['XAU', 'XDR', 'XTS', 'XXX', 'brl', 'BR', 'BRLX', '', 'constructor', '__proto__'])(
    'refuses %p, which names no money',
    (code) => {
      expect(decimalsOf(code)).toBeUndefined();
    },
  );
});
