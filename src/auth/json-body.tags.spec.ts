import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonObjectText, jsonValueText, tagsName } from '../../test/support/json-texts.js';
import { rounds } from '../../test/support/rounds.js';
import { GpasError } from '../errors/gpas-error.js';
import { type JsonBody, parseJson } from './json-body.js';

const RUNS = { numRuns: rounds(4_000) };

const tagsOf = (text: string): string | undefined => parseJson(Buffer.from(text)).tags;

/** Undefined for what is no object of JSON. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with how `text` is read; nothing where it is what `JSON.parse` makes of it. */
function problemOf(text: string): string | undefined {
  const value = parsed(text);
  let body: JsonBody;
  try {
    body = parseJson(Buffer.from(text));
  } catch (error) {
    if (!(error instanceof GpasError)) throw error;
    return value ? `refused: ${String(error)}` : undefined;
  }
  if (!value) return 'taken';
  if (JSON.stringify(body.value) !== JSON.stringify(value)) return 'read as another body';
  if ((body.tags !== undefined) !== Object.hasOwn(value, 'tags')) return `its tags are ${body.tags}`;
  if (body.tags === undefined) return undefined;
  const isThat = JSON.stringify(JSON.parse(body.tags)) === JSON.stringify(value['tags']);
  const isPart = text.includes(body.tags) && body.tags.trim() === body.tags;
  return isThat && isPart ? undefined : `its tags are ${body.tags}`;
}

describe('the tags of a body', () => {
  it.each([
    ['{"tags":{"big":9223372036854775807,"one":1.0}}', '{"big":9223372036854775807,"one":1.0}'],
    ['{ "tags" : { "b" : 1 , "a" : [ ] }\n, "value": "}" }', '{ "b" : 1 , "a" : [ ] }'],
    ['{"tags":{"a":1,"a":2,"__proto__":{},"constructor":3}}', '{"a":1,"a":2,"__proto__":{},"constructor":3}'],
    ['{"tags":{"a":1},"value":1,"tags":{"a":2}}', '{"a":2}'],
    ['{"tags":{"a":1},"\\u0074a\\u0067s":{"a":2}}', '{"a":2}'],
    ['{"\\u0074ags":{"a":1},"tags":null}', 'null'],
    ['{"tags":"a,\\"}"}', '"a,\\"}"'],
    ['{"description":"\\"tags\\":{","tags":{}}', '{}'],
    ['{"description":"tags","value":1}', undefined],
    ['{"other":{"tags":{"a":1}}}', undefined],
    ['{"other":["tags",{"tags":1}],"Tags":1,"tags ":1,"\\tags":1}', undefined],
    ['{"__proto__":{"tags":{"a":1}}}', undefined],
    ['{}', undefined],
  ])('of %s are %s', (text, tags) => {
    expect(tagsOf(text)).toBe(tags);
  });

  it('are the text of the last one, to the letter, whatever stands around it and inside', () => {
    const member = fc.record({
      name: fc.oneof(tagsName, fc.constantFrom('"value"', '"tag"', '"tagss"', '"\\"tags\\""', '"__proto__"')),
      value: fc.oneof(jsonObjectText, jsonValueText),
      spaces: fc.constantFrom('', ' ', '\r\n', '\t '),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), (members) => {
        const text = `{${members.map(({ name, value, spaces: s }) => `${s}${name}${s}:${s}${value}${s}`).join()}}`;
        const last = members.findLast(({ name }) => JSON.parse(name) === 'tags');
        if (tagsOf(text) !== last?.value) throw new Error(`${tagsOf(text)} of ${text}`);
        return problemOf(text) === undefined;
      }),
      RUNS,
    );
  });

  it('agree with what JSON.parse takes, and what it refuses is refused', () => {
    const token = fc.constantFrom(...'{}[]:,"\\ 1é', '"tags"', '"a"', '\\u0074');
    const soup = fc.array(token, { maxLength: 16 }).map((tokens) => tokens.join(''));
    const damaged = fc
      .record({
        tags: jsonObjectText,
        name: tagsName,
        rest: jsonValueText,
        at: fc.nat(),
        put: token,
        cut: fc.nat(2),
      })
      .map(({ tags, name, rest, at, put, cut }) => {
        const characters = Array.from(`{"a":${rest},${name}:${tags}}`);
        characters.splice(at % characters.length, cut, put);
        return characters.join('');
      });
    fc.assert(
      fc.property(fc.oneof(soup, damaged, jsonObjectText), (text) => problemOf(text) === undefined),
      RUNS,
    );
  });
});
