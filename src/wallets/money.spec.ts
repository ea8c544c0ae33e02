import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CURRENCY_CODES, decimalsOf } from './currencies.js';
import {
  AMOUNT_PROBLEM_MESSAGES,
  isAmountForm,
  MAX_MINOR,
  parseAmount,
  toDecimalText,
  toJsonNumber,
} from './money.js';

const BRL = 2;
const JPY = 0;
const KWD = 3;
const UYW = 4;

describe('reading a value', () => {
  it.each<[unknown, number, bigint]>([
    ['100', BRL, 10_000n],
    [100, BRL, 10_000n],
    ['0', BRL, 0n],
    [0, BRL, 0n],
    ['0.00', BRL, 0n],
    ['0.1', BRL, 10n],
    [0.1, BRL, 10n],
    ['12.34', BRL, 1234n],
    [12.34, BRL, 1234n],
    ['12.340000', BRL, 1234n],
    ['100.00', JPY, 100n],
    ['1.234', KWD, 1234n],
    [1.234, KWD, 1234n],
    ['0.0001', UYW, 1n],
    [0.0001, UYW, 1n],
    [1.5e-7, 8, 15n],
    [1e-7, 7, 1n],
    [JSON.parse('1e2'), BRL, 10_000n],
    [JSON.parse('1.5E+1'), BRL, 1500n],
    [JSON.parse('100.00'), JPY, 100n],
  ])('takes %p with %i decimals as %p minor units', (value, decimals, minor) => {
    expect(parseAmount(value, decimals)).toBe(minor);
  });

  it.each<unknown>([
    ...[
      '',
      ' ',
      '.5',
      '1.',
      '+1',
      '-1',
      '-0',
      '1e3',
      '1E3',
      ' 1',
      '1 ',
      '01',
      '00',
      '00.5',
      '1,5',
      '1_000',
      '0x10',
    ],
    ...['NaN', 'Infinity', '1.2.3', '１', '1\n', '1\u0000', '٣'],
    ...[-1, -0.01, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    ...[null, undefined, true, false, [], ['1'], {}, 1n, Symbol.iterator],
  ])('refuses %p: it has not the form of an amount', (value) => {
    expect(parseAmount(value, BRL)).toBe('malformed');
    expect(isAmountForm(value)).toBe(false);
  });

  it.each<[unknown, number]>([
    ['1.005', BRL],
    [1.005, BRL],
    [0.30000000000000004, BRL],
    [0.1 + 0.2, BRL],
    ['0.01', JPY],
    [0.5, JPY],
    ['1.2345', KWD],
    [1e-7, UYW],
    [1.5e-7, UYW],
    [5e-324, BRL],
  ])('refuses %p with %i decimals: never rounded', (value, decimals) => {
    expect(parseAmount(value, decimals)).toBe('too-many-decimals');
    expect(isAmountForm(value)).toBe(true);
  });

  it.each<[unknown, unknown, number]>([
    ['999999999999999', '1000000000000000', JPY],
    [999999999999999, 1000000000000000, JPY],
    ['9999999999999.99', '10000000000000.00', BRL],
    [9999999999999.99, 10000000000000, BRL],
    ['999999999999.999', '1000000000000', KWD],
    ['99999999999.9999', '100000000000', UYW],
  ])('takes the limit %p and refuses one more, %p, with %i decimals', (limit, beyond, decimals) => {
    expect(parseAmount(limit, decimals)).toBe(MAX_MINOR);
    expect(parseAmount(beyond, decimals)).toBe('too-large');
  });

  it.each<unknown>([1e21, 1.234e25, Number.MAX_VALUE, 2 ** 53, '9'.repeat(16_000), `${'9'.repeat(400)}.00`])(
    'refuses %p as beyond the largest amount',
    (value) => {
      expect(parseAmount(value, BRL)).toBe('too-large');
    },
  );

  it('counts only the decimals that are there: a long row of zeros is nothing', () => {
    expect(parseAmount(`1.${'0'.repeat(15_000)}`, BRL)).toBe(100n);
    expect(parseAmount(`1.00${'0'.repeat(15_000)}1`, BRL)).toBe('too-many-decimals');
  });

  it('has words for every problem, without the value itself', () => {
    expect(Object.values(AMOUNT_PROBLEM_MESSAGES).every((message) => message.startsWith('value '))).toBe(
      true,
    );
  });
});

describe('writing a balance', () => {
  it.each<[bigint, number, string]>([
    [915_000n, BRL, '9150'],
    [15_050n, BRL, '150.5'],
    [1n, BRL, '0.01'],
    [0n, BRL, '0'],
    [1n, UYW, '0.0001'],
    [100n, JPY, '100'],
    [1234n, KWD, '1.234'],
    [MAX_MINOR, BRL, '9999999999999.99'],
    [MAX_MINOR, JPY, '999999999999999'],
    [-5n, BRL, '-0.05'],
  ])('prints %p with %i decimals as %s', (minor, decimals, json) => {
    expect(JSON.stringify(toJsonNumber(minor, decimals))).toBe(json);
  });

  it('refuses what 15 digits cannot hold', () => {
    expect(() => toJsonNumber(MAX_MINOR + 1n, BRL)).toThrow(RangeError);
    expect(() => toJsonNumber(-MAX_MINOR - 1n, BRL)).toThrow(RangeError);
  });

  it('writes text with all decimals, at any size', () => {
    expect(toDecimalText(915_000n, BRL)).toBe('9150.00');
    expect(toDecimalText(5n, KWD)).toBe('0.005');
    expect(toDecimalText(-5n, BRL)).toBe('-0.05');
    expect(toDecimalText(7n, JPY)).toBe('7');
    expect(toDecimalText(123_456_789_012_345_678_901n, BRL)).toBe('1234567890123456789.01');
  });
});

describe('properties of money', () => {
  const minorArbitrary = fc.oneof(
    fc.bigInt({ min: 0n, max: MAX_MINOR }),
    fc.bigInt({ min: MAX_MINOR - 1000n, max: MAX_MINOR }),
    fc.bigInt({ min: 0n, max: 100_000n }),
  );
  const decimalsArbitrary = fc.constantFrom(JPY, BRL, KWD, UYW);

  it('every amount survives JSON as a number and as text, in every number of decimals', () => {
    fc.assert(
      fc.property(minorArbitrary, decimalsArbitrary, (minor, decimals) => {
        const throughJson: unknown = JSON.parse(JSON.stringify(toJsonNumber(minor, decimals)));
        expect(parseAmount(throughJson, decimals)).toBe(minor);
        expect(parseAmount(toDecimalText(minor, decimals), decimals)).toBe(minor);
      }),
      { numRuns: 5000 },
    );
  });

  it('10,000 movements of 0.1 and 0.2 sum exactly', () => {
    const tenths = Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? 0.1 : 0.2));
    const sum = tenths.reduce((total, value) => total + (parseAmount(value, BRL) as bigint), 0n);
    expect(toJsonNumber(sum, BRL)).toBe(1500);
    expect(tenths.reduce((total, value) => total + value, 0)).not.toBe(1500);
  });

  it('the total of two balances is the balance of their total', () => {
    const half = fc.bigInt({ min: 0n, max: MAX_MINOR / 2n });
    fc.assert(
      fc.property(half, half, decimalsArbitrary, (real, bonus, decimals) => {
        const parts = [real, bonus].map((minor) => parseAmount(toJsonNumber(minor, decimals), decimals));
        expect((parts[0] as bigint) + (parts[1] as bigint)).toBe(
          parseAmount(toJsonNumber(real + bonus, decimals), decimals),
        );
      }),
    );
  });

  it('a JSON number is worth what its shortest decimal is worth, or is refused', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e16, noNaN: true }), decimalsArbitrary, (value, decimals) => {
        const minor = parseAmount(value, decimals);
        // Without an exponent the shortest decimal is the text itself, so both must be judged alike.
        if (/^[0-9.]+$/.test(String(value))) expect(minor).toBe(parseAmount(String(value), decimals));
        if (typeof minor === 'bigint') expect(toJsonNumber(minor, decimals)).toBe(value);
      }),
      { numRuns: 5000 },
    );
  });

  it('no text at all makes it throw, and what it takes is in range', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.eE+ -]{0,24}$/));
    fc.assert(
      fc.property(text, decimalsArbitrary, (value, decimals) => {
        const minor = parseAmount(value, decimals);
        expect(typeof minor === 'string' || (minor >= 0n && minor <= MAX_MINOR)).toBe(true);
        expect(isAmountForm(value)).toBe(minor !== 'malformed');
      }),
      { numRuns: 5000 },
    );
  });

  it('every currency has decimals that money can be written in', () => {
    for (const code of CURRENCY_CODES) {
      expect(parseAmount(toJsonNumber(1n, decimalsOf(code) ?? -1), decimalsOf(code) ?? -1)).toBe(1n);
    }
  });
});
