import fc from 'fast-check';

/*
 * JSON as people and machines may write it: what is kept of it is the text, so here it is made as text, with what a
 * reader would round, drop, reorder or take for something else.
 */

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });

const character = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', '1', 'é', '😀', '\u2028', '\uFEFF', '\u00a0', "'", '%', '$&'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('{', '}', '[', ']', ':', ',', '\\"', '\\\\', '\\/', '\\n', '\\t', '\\b'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('\\u0041', '\\u0000', '\\ud800', '\\uDC00', '\\ud83d\\ude00', '\\u2028'),
  },
);
const quoted = (content: string): string => `"${content}"`;
const string = fc.string({ unit: character, maxLength: 8 }).map(quoted);

const number = fc.constantFrom(
  ...['0', '-0', '-0.0', '7', '1.0', '1.50', '1e2', '1E+2', '1e-7', '1E400', '-1e-400', '0.1', '12.340e00'],
  ...[
    '9007199254740993',
    '9223372036854775807',
    '123456789012345678901234567890',
    '0.1000000000000000055511',
  ],
);

const name = fc.oneof(
  string,
  fc
    .constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'then', 'toJSON', '2', '1', '', 'tags')
    .map(quoted),
  fc.constantFrom('gameid', '\\u0067ameid').map(quoted),
);

const between = (open: string, parts: readonly string[], close: string, spaces: string): string =>
  `${open}${spaces}${parts.join(`${spaces},`)}${spaces}${close}`;

const member = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(name, space, space, value).map(([key, before, after, text]) => `${key}${before}:${after}${text}`);

/** Texts of JSON values, and of objects. */
export const { value: jsonValueText, object: jsonObjectText } = fc.letrec<{ value: string; object: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('null', 'true', 'false'),
      number,
      string,
      tie('object'),
      fc
        .tuple(fc.array(tie('value'), { maxLength: 4 }), space)
        .map(([values, spaces]) => between('[', values, ']', spaces)),
    ),
    object: fc
      .tuple(fc.array(member(tie('value')), { maxLength: 5 }), space)
      .map(([members, spaces]) => between('{', members, '}', spaces)),
  }),
);

/** How the name `tags` may be written. */
export const tagsName = fc.constantFrom(
  ...['tags', '\\u0074ags', 't\\u0061gs', '\\u0074\\u0061\\u0067\\u0073'].map(quoted),
);
