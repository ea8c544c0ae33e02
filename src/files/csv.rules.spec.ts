import { describe, expect, it } from '@jest/globals';
import { separatorOf } from './csv.rules.js';

describe('the separator of a CSV file', () => {
  it.each([
    ['a,b', ','],
    ['a;b', ';'],
    ['"a";"b"', ';'],
    ['a;b,c', ','],
    ['a', ','],
    ['', ','],
  ])('with the header %j is %s', (header, separator) => {
    expect(separatorOf(header)).toBe(separator);
  });
});
