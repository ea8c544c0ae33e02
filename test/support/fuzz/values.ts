import fc from 'fast-check';
import { jsonObjectText, jsonValueText } from '../json-texts.js';
import { NASTY_TEXTS } from '../nasty-texts.js';
import type { Field, Operation, Schema } from './document.js';
import type { World } from './world.js';

/* What a field is given: good values, by its name and its schema, and bad ones. */

/** A value that waits for what is known when it is sent. */
export type Make<Value = unknown> = (world: World) => Value;
export type Made<Value = unknown> = fc.Arbitrary<Make<Value>>;

const fixed = <Value>(arbitrary: fc.Arbitrary<Value>): Made<Value> => arbitrary.map((value) => () => value);
const among = (...values: readonly unknown[]): Made => fixed(fc.constantFrom(...values));
const picked = (pick: (world: World, index: number) => unknown): Made =>
  fc.nat({ max: 1_000_000 }).map((index) => (world) => pick(world, index));
const told = (name: string): Made => picked((world, index) => world.pick(name, index) ?? 'none-yet');
const fresh = (prefix: string): Made =>
  fc.oneof(
    { weight: 7, arbitrary: fixed(fc.constant(undefined)).map(() => (world: World) => world.fresh(prefix)) },
    { weight: 1, arbitrary: fixed(identifier) },
  );

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code));
const identifier = fc
  .tuple(fc.string({ unit: visible, minLength: 1, maxLength: 119 }), fc.uuid())
  .map(([text, unique]) => `${unique.slice(0, 8)}${text}`);

/** Most answers are about what happened in these days: that of UTC, and around. */
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
const days = (...offsets: readonly number[]): Made =>
  among(...offsets).map((make) => (world) => day(Number(make(world))));

const amount = among('1', 1, '2.50', 0.5, '0', '100.00', 7, '0.01', '50000000');
const wallet = picked((world, index) => world.pickWallet(index) ?? 'none-yet');
const session = picked((world, index) => world.pickSession(index) ?? 'none-yet');
const system = picked((world, index) => world.pickSystem(index));

/** By the name of the field, or by that of the operation too. */
const GOOD: Readonly<Record<string, Made>> = {
  walletId: wallet,
  'POST /operator/wallets walletId': fresh('wallet'),
  playerId: told('playerId'),
  'POST /operator/wallets playerId': fresh('player'),
  'PATCH /sessions/close id': session,
  walletSessionId: session,
  sessionId: session,
  externalMovementId: told('externalReference'),
  externalReference: told('externalReference'),
  id: system,
  'POST /operator/parent-systems id': fresh('system'),
  parentSystemId: system,
  'POST /operator/keys parentSystemId': fixed(fc.constant(null)),
  keyId: told('keyId'),
  launchId: told('launchId'),
  incidentId: picked(
    (world, index) => world.pick('open incident', index) ?? world.pick('incidentId', index) ?? 'none-yet',
  ),
  gameId: fc.oneof(told('gameId'), among('agt-54', 'agt-13')),
  providerCode: fc.oneof(told('providerCode'), among('AGT')),
  provider_code: told('providerCode'),
  operatorKeyId: told('operatorKeyId'),
  subjectId: told('subjectId'),
  subjectType: told('subjectType'),
  value: amount,
  limit: among(1, 2, 10, 20, 100),
  currency: among('EUR', 'BRL', 'JPY', 'UYU', 'KWD'),
  language: among('en', 'pt-BR', 'es-UY'),
  date: days(0, 0, -1),
  date_from: days(-1, -2, 0),
  date_to: days(0, 1),
  from: days(-1, 0).map((make) => (world) => `${String(make(world))}T00:00:00.000Z`),
  until: days(1, 2).map((make) => (world) => `${String(make(world))}T00:00:00+03:00`),
  secret: fixed(fc.integer({ min: 8, max: 60 })).map((make) => (world) => world.freshSecret(make(world))),
  enabled: among(true, true, true, false),
  graceSeconds: among(0, 0, 60, 3_600),
  allowedAddresses: among(null, null, ['127.0.0.1'], ['127.0.0.1', '2001:db8::/32'], ['203.0.113.7']),
  roles: among(['read'], ['write'], ['audit'], ['read', 'write'], ['read', 'write', 'audit']),
  tags: fc.oneof(
    among({ gameid: 'agt-54', gpasSessionId: 'gpas-1' }, { gameid: 'agt-13' }, { gameid: 13 }, {}),
    fixed(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })),
  ),
};

export function goodValueOf({ id, method }: Operation, { name, schema }: Field): Made {
  if (name === 'externalReference' && method !== 'GET') return fresh('reference');
  if (name === 'after') return picked((world, index) => world.pick(`next of ${id}`, index) ?? 'none-yet');
  return GOOD[`${id} ${name}`] ?? GOOD[name] ?? fixed(valueOf(schema));
}

/** What a schema takes. */
export function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map(valueOf));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const { minimum = 0, maximum = 2 ** 31, minLength = 0, maxLength = 100, pattern, items } = schema;
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: minimum, max: maximum });
    case 'array':
      return fc.array(valueOf(items ?? {}), { maxLength: 4 });
    case 'string':
      if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
      return fc.string({
        unit: visible,
        minLength: Math.max(1, minLength),
        maxLength: Math.min(maxLength, 64),
      });
    case undefined:
    default:
      return fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
  }
}

/** At the limits of its schema, and one past them. */
function boundaryOf(field: Field): Made {
  const { type, enum: values, minimum = 0, maximum = 2 ** 53, minLength = 0, maxLength = 128 } = field.schema;
  if (values)
    return among(...values.flatMap((value) => [`${String(value)} `, String(value).toLowerCase(), '']));
  if (type === 'number' || type === 'integer') {
    return among(
      ...[minimum, maximum].flatMap((limit) => [limit - 1, limit, limit + 1, limit + 0.5]),
      -0,
      1e21,
    );
  }
  const lengths = [minLength - 1, minLength, minLength + 1, maxLength - 1, maxLength, maxLength + 1];
  const length = fc.constantFrom(...lengths.filter((each) => each >= 0));
  if (field.name === 'secret') return length.map((each) => (world) => world.freshSecret(each));
  return fixed(
    fc.tuple(length, fc.constantFrom('a', 'é', '😀', "'")).map(([each, text]) => text.repeat(each)),
  );
}

const ODD_DATES = [
  '2026-02-30',
  '0000-01-01',
  '9999-12-31',
  '2026-2-5',
  '2026-02-05T24:00:00Z',
  '10000-01-01',
];
const ODD_INSTANTS = ['9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', '1', 'now'];
const ODD_AMOUNTS = [
  ...[
    '999999999999999',
    '9999999999999.99',
    '10000000000000.00',
    '9'.repeat(400),
    '0.001',
    '-1',
    '1e3',
    '.5',
  ],
  ...['007', ' 1', '0x10', 'NaN', 'Infinity', '', '1.', '+1', '0.' + '0'.repeat(300), '1'.repeat(310)],
];
const ODD_NETWORKS = [['0.0.0.0/0'], ['::/0'], ['127.0.0.1/33'], [''], [1], ['a'.repeat(60)], [null]];
const SURROGATES = ['\ud800', 'a\udc00', '\udfff\ud800', '\u0000', 'a\u0000b', '\ufeffa'];

const nastyText = fc.constantFrom(
  ...NASTY_TEXTS,
  ...SURROGATES,
  ...ODD_DATES,
  ...ODD_INSTANTS,
  ...ODD_AMOUNTS,
);

/** A text for a parameter, mostly wrong. */
export function badTextOf(field: Field): Made<string> {
  return fc
    .oneof(
      boundaryOf(field),
      fixed(nastyText),
      fixed(nastyText),
      fixed(identifier),
      among('', ' ', 'null', '__proto__'),
    )
    .map((make) => (world) => String(make(world)));
}

/** The JSON text of a value for a body's field, mostly wrong. */
export function badJsonOf(field: Field): Made<string> {
  const wrongTypes = among(null, true, false, 0, -1, 1.5, '', 'a', [], {}, [[]], [null], { toString: 1 });
  const odd = field.name === 'allowedAddresses' ? among(...ODD_NETWORKS) : fixed(nastyText);
  const values = fc.oneof(boundaryOf(field), wrongTypes, odd, fixed(nastyText), fixed(identifier));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: values.map(
        (make): Make<string> =>
          (world) =>
            JSON.stringify(make(world)),
      ),
    },
    { weight: 1, arbitrary: fixed(jsonValueText) },
    {
      weight: 1,
      arbitrary: fixed(
        fc.constantFrom('1e400', '-0', '9007199254740993', '1E2', '0.1e-400', '123456789012345678901'),
      ),
    },
    { weight: 1, arbitrary: fixed(jsonObjectText) },
  );
}
