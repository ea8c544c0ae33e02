import { describe, expect, it } from '@jest/globals';
import { Decimal, exactJson } from './exact-json.js';

describe('exact JSON', () => {
  it('writes a decimal as a number, whatever its size and the name of its field', () => {
    const row = { total: new Decimal('12345678901234567890.02'), some: [new Decimal('-0.5')] };
    expect(exactJson(row)).toBe('{"total":12345678901234567890.02,"some":[-0.5]}');
  });

  it('writes everything else as JSON.stringify does', () => {
    const row = { 'total "x"': 'text\n', count: 3, none: null, yes: true, list: [{ a: [] }] };
    expect(exactJson(row)).toBe(JSON.stringify(row));
  });
});
