import fc from 'fast-check';
import { jsonObjectText, jsonValueText } from '../json-texts.js';
import { NASTY_TEXTS } from '../nasty-texts.js';
import type { Field, Operation } from './document.js';
import { badJsonOf, badTextOf, type Make } from './values.js';
import type { World } from './world.js';

/** A request that is still being written. Names and values are as they go out: encoded, or JSON. */
export interface Draft {
  readonly path: Map<string, string>;
  query: [string, string][];
  fields: [string, string][];
  /** Instead of the fields. */
  body: Buffer | undefined;
  readonly headers: Record<string, string | string[]>;
}

export type Spoil = (draft: Draft, world: World) => void;

/** Percent-encoded UTF-8; what is no character becomes U+FFFD. */
export function encode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[\w.~-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
    })
    .join('');
}

/** What no encoder writes, from broken bytes to what stands for nothing. */
const ODD_ENCODINGS = [
  '%zz',
  '%',
  '%C3%28',
  '%ED%A0%80',
  '%00',
  '%0d%0aa:b',
  '%FF',
  '%c0%af',
  '\u00ff\u00e9',
  '%25',
  '+',
];
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'a[b]',
  'a[]',
  '%00',
  '',
  'x'.repeat(300),
  '%zz',
  '\u00ff',
];

type Spoilings = fc.Arbitrary<Spoil>;

/** One thing that is wrong with a request for the operation. */
export function spoilingOf(operation: Operation): Spoilings {
  const { pathFields, queryFields, bodyFields } = operation;
  const kinds: { weight: number; arbitrary: Spoilings }[] = [
    { weight: 2, arbitrary: extraParameter },
    { weight: 1, arbitrary: longHeader },
    { weight: 1, arbitrary: oddHeader },
    { weight: operation.caller === 'gpas' ? 1 : 0, arbitrary: otherSystem },
    { weight: bodyFields ? 0 : 1, arbitrary: oddBody },
  ];
  if (pathFields.length > 0) kinds.push({ weight: 3, arbitrary: fc.oneof(...pathFields.map(badPath)) });
  if (queryFields.length > 0)
    kinds.push({ weight: 5, arbitrary: fc.oneof(...queryFields.map(badParameter)) });
  if (bodyFields) {
    kinds.push({ weight: 6, arbitrary: fc.oneof(...bodyFields.map(badField)) });
    kinds.push(
      { weight: 1, arbitrary: extraField },
      { weight: 3, arbitrary: oddBody },
      { weight: 1, arbitrary: oddType },
    );
  }
  return fc.oneof(...kinds);
}

function badPath(field: Field): Spoilings {
  const raw = fc.constantFrom(...ODD_ENCODINGS).map(
    (text): Make<string> =>
      () =>
        text,
  );
  return fc
    .oneof(
      {
        weight: 4,
        arbitrary: badTextOf(field).map(
          (make): Make<string> =>
            (world) =>
              encode(make(world)),
        ),
      },
      { weight: 1, arbitrary: raw },
    )
    .map(
      (make) =>
        ({ path }, world) =>
          path.set(field.name, make(world) || '%20'),
    );
}

function badParameter(field: Field): Spoilings {
  const replaced = fc
    .oneof(
      {
        weight: 5,
        arbitrary: badTextOf(field).map(
          (make): Make<string> =>
            (world) =>
              encode(make(world)),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...ODD_ENCODINGS).map(
          (text): Make<string> =>
            () =>
              text,
        ),
      },
    )
    .map((make): Spoil => (draft, world) => {
      draft.query = [...without(draft.query, field.name), [field.name, make(world)]];
    });
  const missing: Spoil = (draft) => (draft.query = without(draft.query, field.name));
  const repeated: Spoil = ({ query }) =>
    query.push(query.find(([name]) => name === field.name) ?? [field.name, 'a']);
  const otherCase: Spoil = (draft) => {
    draft.query = draft.query.map(([name, value]) => [
      name === field.name ? name.toUpperCase() : name,
      value,
    ]);
  };
  return fc.oneof(
    { weight: 5, arbitrary: replaced },
    { weight: 1, arbitrary: fc.constantFrom(missing, repeated, otherCase) },
  );
}

function badField(field: Field): Spoilings {
  const name = JSON.stringify(field.name);
  const replaced = badJsonOf(field).map((make): Spoil => (draft, world) => {
    draft.fields = [...without(draft.fields, name), [name, make(world)]];
  });
  const repeated = badJsonOf(field).map(
    (make): Spoil =>
      ({ fields }, world) =>
        fields.push([name, make(world)]),
  );
  const before = badJsonOf(field).map(
    (make): Spoil =>
      ({ fields }, world) =>
        fields.unshift([name, make(world)]),
  );
  const missing = fc.constant<Spoil>((draft) => (draft.fields = without(draft.fields, name)));
  return fc.oneof({ weight: 6, arbitrary: replaced }, repeated, before, missing);
}

const without = (pairs: readonly [string, string][], name: string): [string, string][] =>
  pairs.filter(([each]) => each !== name);

const extraParameter: Spoilings = fc
  .tuple(
    fc.constantFrom(...ODD_NAMES, ...NASTY_TEXTS.map(encode)),
    fc.constantFrom('', '1', '%zz', encode('😀')),
  )
  .map(
    ([name, value]) =>
      ({ query }) =>
        query.push([name, value]),
  );

const extraField: Spoilings = fc.tuple(fc.constantFrom(...ODD_NAMES, ...NASTY_TEXTS), jsonValueText).map(
  ([name, value]) =>
    ({ fields }) =>
      fields.push([JSON.stringify(name), value]),
);

const longHeader: Spoilings = fc.integer({ min: 14_000, max: 40_000 }).map(
  (length) =>
    ({ headers }) =>
      (headers['x-long'] = 'a'.repeat(length)),
);

const oddHeader: Spoilings = fc
  .constantFrom(
    ['content-encoding', 'gzip'],
    ['accept', 'text/html;q=0, ,*/x'],
    ['accept-encoding', 'zstd, *;q=0'],
    ['x-request-id', '\u00ff'.repeat(500)],
    ['x-forwarded-for', 'a, 1.2.3.4:5, [::1'],
    ['cookie', '__proto__=1; a=%zz'],
    ['if-none-match', '*'],
    ['range', 'bytes=0-1,5-'],
    ['origin', 'null'],
    ['transfer-encoding', 'chunked'],
  )
  .map(
    ([name = '', value = '']) =>
      ({ headers }) =>
        (headers[name] = value),
  );

/** Signed by one, said to be of another. */
const otherSystem: Spoilings = fc
  .constantFrom('', ' ', '__proto__', 'nobody', 'x'.repeat(200), "' OR 1=1", '\u00ff', ['BL13GT', 'BL13GT'])
  .map(
    (value) =>
      ({ headers }) =>
        (headers['x-parent-system-id'] = value),
  );

const oddType: Spoilings = fc
  .constantFrom(
    'text/plain',
    'application/json; charset=utf-16',
    'multipart/form-data',
    '',
    'a'.repeat(300),
    '/',
    'application/x-www-form-urlencoded',
  )
  .map(
    (value) =>
      ({ headers }) =>
        (headers['content-type'] = value),
  );

const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const oddBody: Spoilings = fc.oneof(
  fc.nat({ max: 300 }).map((length): Spoil => (draft) => {
    const text = `{${draft.fields.map((pair) => pair.join(':')).join(',')}}`;
    draft.body = Buffer.from(text.slice(0, length % Math.max(1, text.length)));
  }),
  fc.oneof(jsonValueText, jsonObjectText).map(
    (text): Spoil =>
      (draft) =>
        (draft.body = Buffer.from(text)),
  ),
  fc
    .constantFrom(
      ...[
        '',
        ' ',
        '[]',
        'null',
        '{}',
        '\ufeff{}',
        '{"a":1,}',
        "{'a':1}",
        '{"__proto__":{"a":1}}',
        'NaN',
        '"',
      ],
      ...[nested(31), nested(33), nested(1_400), '['.repeat(16_000), `{"tags":${nested(32)}}`],
      ...[
        `{"description":"${'a'.repeat(16_300)}"}`,
        `{"description":"${'a'.repeat(17_000)}"}`,
        'a'.repeat(60_000),
      ],
    )
    .map(
      (text): Spoil =>
        (draft) =>
          (draft.body = Buffer.from(text)),
    ),
  fc
    .constantFrom('ff', 'c328', '7b2261223a22eda080227d', '7b7d00', 'fffe7b007d00')
    .map((hex): Spoil => (draft) => {
      draft.body = Buffer.from(hex, 'hex');
    }),
);
