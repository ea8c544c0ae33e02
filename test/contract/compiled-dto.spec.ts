import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ArgumentMetadata, type Type, ValidationPipe } from '@nestjs/common';
import { Exclude, Expose, Transform, Type as OfType } from 'class-transformer';
import {
  Allow,
  getMetadataStorage,
  IsDefined,
  IsOptional,
  IsString,
  Matches,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import { parametersOf } from '../../src/http/query.rules.js';
import { compileDto } from '../../src/validation/compiled-dto.js';
import { createValidationPipe, VALIDATION } from '../../src/validation/validation.pipe.js';

const SOURCE = join(import.meta.dirname, '../../src');
const plain = new ValidationPipe(VALIDATION);
const compiling = createValidationPipe();

/** Every class of the application that says how its fields are checked. */
async function allDtos(): Promise<Type[]> {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.dto.ts'),
  );
  const modules: Record<string, unknown>[] = [];
  for (const file of files) modules.push((await import(join(SOURCE, file))) as Record<string, unknown>);
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is Type => typeof value === 'function' && fieldsOf(value as Type).length > 0);
}

function fieldsOf(dto: Type): string[] {
  const checks = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(checks.map(({ propertyName }) => propertyName))];
}

/** What its documentation gives as an example: it is good. */
function exampleOf(dto: Type, field: string): unknown {
  const documented = Reflect.getMetadata('swagger/apiModelProperties', dto.prototype as object, field) as
    { example?: unknown; enum?: unknown[] } | undefined;
  return documented?.example ?? documented?.enum?.[0];
}

/** What a pipe makes of it: what it answers or throws, and what it leaves of what was sent. */
async function outcomeOf(pipe: ValidationPipe, sent: unknown, metadata: ArgumentMetadata): Promise<object> {
  try {
    const dto = (await pipe.transform(sent, metadata)) as unknown;
    return { dto, order: Object.keys(Object(dto) as object), sent };
  } catch (error) {
    return { error: { ...(error as Error) }, message: (error as Error).message, sent };
  }
}

/** @param send makes it anew, for a pipe may change it */
async function expectSame(
  dto: Type,
  send: () => unknown,
  types: readonly ArgumentMetadata['type'][] = ['body'],
): Promise<void> {
  for (const type of types) {
    const metadata = { type, metatype: dto, data: undefined };
    const [expected, found] = [
      await outcomeOf(plain, send(), metadata),
      await outcomeOf(compiling, send(), metadata),
    ];
    if (!isDeepStrictEqual(found, expected)) expect({ [type]: found }).toEqual({ [type]: expected });
    expect(isDeepStrictEqual(found, expected)).toBe(true);
  }
}

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'hasOwnProperty',
  'length',
  '0',
  '',
];
const names = fc.oneof(fc.constantFrom(...NAMES, 'nosuch'), fc.string({ maxLength: 4 }));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1.5, 1e21, '', ' ', 'x', '\u0000', '1'),
    fc.string(),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(names, tie('json')), { maxLength: 3 }).map((entries) => objectOf(entries)),
  ),
}));

/** With `__proto__` as a name like others, as JSON has it. */
function objectOf(entries: readonly (readonly [string, unknown])[]): object {
  const object = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

/** Bodies of a DTO: good ones, nearly good ones, and with names and values of all kinds. */
function bodiesOf(dto: Type): fc.Arbitrary<object> {
  const fields = fieldsOf(dto).map((name) => {
    const example = fc.constant(exampleOf(dto, name));
    return fc.tuple(
      fc.constant(name),
      fc.oneof(
        { weight: 6, arbitrary: example },
        { weight: 1, arbitrary: example.map(String) },
        { weight: 1, arbitrary: fc.tuple(example, example) },
        { weight: 1, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: json },
      ),
      fc.integer({ min: 0, max: 7 }),
    );
  });
  const further = fc.array(fc.tuple(names, json), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...fields), fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, further), fc.boolean())
    .map(([known, unknown, isUnknownFirst]) => {
      const given = known.filter(([, , absent]) => absent > 0).map(([name, value]) => [name, value] as const);
      return objectOf(isUnknownFirst ? [...unknown, ...given] : [...given, ...unknown]);
    });
}

const ODD = [
  undefined,
  null,
  true,
  0,
  1,
  '',
  'text',
  [],
  [{}],
  [[]],
  new Date(0),
  Buffer.from('x'),
  new Map(),
];

describe('a compiled DTO', () => {
  let dtos: Type[] = [];
  beforeAll(async () => {
    dtos = await allDtos();
  });

  it('is what the plain pipe makes of a body, of each DTO of the application', async () => {
    expect(dtos.length).toBeGreaterThan(25);
    for (const dto of dtos) {
      await fc.assert(
        fc.asyncProperty(bodiesOf(dto), (body) => {
          const text = JSON.stringify(body);
          return expectSame(dto, () => JSON.parse(text) as unknown);
        }),
        { numRuns: 150 },
      );
    }
  });

  it('is what the plain pipe makes of a query', async () => {
    const values = fc.oneof(fc.constantFrom('', '1', 'true', '%00', 'a%20b'), fc.string({ maxLength: 3 }));
    for (const dto of dtos) {
      const known = fieldsOf(dto).map((name) => [name, String(exampleOf(dto, name))] as const);
      const pairs = fc.array(
        fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...known) },
          fc.tuple(fc.oneof(names, fc.constantFrom(...known.map(([name]) => name))), values),
        ),
        { maxLength: 6 },
      );
      await fc.assert(
        fc.asyncProperty(pairs, (of) => {
          const query = of.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
          return expectSame(dto, () => parametersOf(query));
        }),
        { numRuns: 100 },
      );
    }
  });

  it('is what the plain pipe makes of what is no object', async () => {
    for (const dto of dtos) {
      for (const sent of ODD) await expectSame(dto, () => sent, ['body', 'query', 'param', 'custom']);
    }
  });

  it('is there for the DTOs of play, and takes their examples', () => {
    const played = dtos.filter(({ name }) =>
      /^(Debit|Credit|Rollback)Body$|^(Movement|Rollback|OpenSession|CloseSession|Balance)Query$/.test(name),
    );
    expect(played).toHaveLength(8);
    for (const dto of played) {
      const fields = fieldsOf(dto)
        .map((name) => [name, exampleOf(dto, name)] as const)
        .filter(([, value]) => value !== undefined);
      expect(compileDto(dto)?.(JSON.parse(JSON.stringify(objectOf(fields))))).toBeInstanceOf(dto);
    }
  });
});

describe('a DTO that says what is not compiled', () => {
  class Inner {
    @IsString()
    readonly text!: string;
  }
  const decorated = (...decorators: PropertyDecorator[]): Type => {
    class Decorated {
      readonly field?: unknown;
    }
    for (const decorate of decorators) decorate(Decorated.prototype, 'field');
    return Decorated;
  };
  const never =
    (isAsync: boolean): PropertyDecorator =>
    ({ constructor }, property) =>
      registerDecorator({
        name: 'never',
        target: constructor,
        propertyName: String(property),
        async: isAsync,
        validator: { validate: () => Promise.resolve(false) },
      });
  class WithDefault {
    readonly unchecked = 1;
    @IsString()
    readonly field!: string;
  }
  class WithAccessor {
    private readonly own = 'own';
    @IsString()
    get field(): string {
      return this.own;
    }
  }
  class WithMethod {
    @Allow()
    field(): string {
      return 'own';
    }
  }

  it.each<[string, Type]>([
    ['a group', decorated(IsString({ groups: ['some'] }))],
    ['always', decorated(IsString({ always: false }))],
    ['each item', decorated(IsString({ each: true }))],
    ['a condition of its own', decorated(IsString({ validateIf: () => false }))],
    ['that it is defined', decorated(IsDefined())],
    [
      'a DTO inside',
      decorated(
        ValidateNested(),
        OfType(() => Inner),
      ),
    ],
    [
      'a type',
      decorated(
        IsString(),
        OfType(() => String),
      ),
    ],
    [
      'a transformation',
      decorated(
        IsString(),
        Transform(() => 'other'),
      ),
    ],
    ['another name', decorated(IsString(), Expose({ name: 'other' }))],
    ['that it is left out', decorated(IsString(), Exclude())],
    ['an asynchronous check', decorated(never(true))],
    ['a default that is not checked', WithDefault],
    ['an accessor', WithAccessor],
    ['a method', WithMethod],
    ['nothing', decorated()],
  ])('%s', async (_what, dto) => {
    expect(compileDto(dto)).toBeUndefined();
    const sent = fc.record({ field: json, other: json }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(sent, (body) => expectSame(dto, () => JSON.parse(JSON.stringify(body)))),
      { numRuns: 50 },
    );
  });

  it('is left to the pipe where a check answers what is no yes or no', () => {
    const dto = decorated(never(false));
    expect(compileDto(dto)?.({ field: 1 })).toBeUndefined();
    return expectSame(dto, () => ({ field: 1 }));
  });

  it.each<[string, Type]>([
    [
      'a condition',
      decorated(
        ValidateIf((body: { other?: unknown }) => body.other === 1),
        IsString(),
      ),
    ],
    ['what may be absent', decorated(IsOptional(), Matches(/^a/))],
    ['what is let through', decorated(Allow())],
  ])('unlike %s', async (_what, dto) => {
    expect(compileDto(dto)?.({ other: 2 })).toBeInstanceOf(dto);
    const sent = fc.record(
      { field: fc.oneof(fc.constantFrom('a', 'b', 1, null), json), other: fc.constantFrom(1, 2) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(sent, (body) => expectSame(dto, () => JSON.parse(JSON.stringify(body)))),
      { numRuns: 50 },
    );
  });
});
