import { describe, expect, it } from '@jest/globals';
import { Decimal, exactJson, JsonText } from './exact-json.js';

describe('exact JSON', () => {
  it('writes a decimal as a number, whatever its size and the name of its field', () => {
    const row = { total: new Decimal('12345678901234567890.02'), some: [new Decimal('-0.5')] };
    expect(exactJson(row)).toBe('{"total":12345678901234567890.02,"some":[-0.5]}');
  });

  it('writes a text of JSON as it is, and takes nothing for one that would spoil the rest', () => {
    const tags = '{ "id": 9223372036854775807, "id": 1.0, "__proto__": [] }';
    expect(exactJson({ tags: new JsonText(tags), next: null })).toBe(`{"tags":${tags},"next":null}`);
    for (const text of ['', '{', '1,"admin":true', '{}}', 'NaN']) {
      expect(() => new JsonText(text)).toThrow(SyntaxError);
    }
  });

  it('writes everything else as JSON.stringify does', () => {
    const row = { 'total "x"': 'text\n', count: 3, none: null, yes: true, not: undefined, list: [{ a: [] }] };
    expect(exactJson(row)).toBe(JSON.stringify(row));
  });
});
