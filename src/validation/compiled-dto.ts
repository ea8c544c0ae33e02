import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage as transformations } from 'class-transformer/cjs/storage.js';
import {
  getMetadataStorage,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';

/**
 * Makes the DTO of what was sent.
 * @returns undefined where anything is wrong, or odd: then the pipe decides, and has the words for it
 */
export type CompiledDto = (sent: unknown) => object | undefined;

type Content = Record<string, unknown>;
type ValidationMetadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];

/** What a field's decorators say: its checks, and when there is nothing to check. */
interface Field {
  readonly name: string;
  readonly conditions: readonly ((dto: object, value: unknown) => boolean)[];
  readonly checks: readonly Check[];
}

interface Check {
  readonly validator: ValidatorConstraintInterface;
  readonly constraints: ValidationArguments['constraints'];
}

/**
 * The checks of a DTO, looked up once in class-validator's own metadata. class-validator collects them from all classes for each
 * value; class-transformer and Nest walk it four times more, and what Nest deletes by precaution makes an object slow for whoever
 * reads it then. Without all that a session costs 30 µs of CPU less of 250 that it takes outside the database, a debit, which has
 * tags, 100 of 390 (Node 24).
 *
 * What is not known here to the letter is not compiled: groups, checks of each item, nested, asynchronous and conditional ones by
 * option, and whatever class-transformer's decorators change.
 * @returns undefined for such a DTO, and for a class that is none
 */
export function compileDto(type: Type): CompiledDto | undefined {
  const fields = fieldsOf(type);
  if (fields === undefined || fields.length === 0 || isTransformed(type, fields)) return undefined;
  const names = new Set(fields.map(({ name }) => name));
  const preset = new type() as Content;
  const isOdd = (name: string): boolean =>
    name in type.prototype || !names.has(name) || typeof preset[name] === 'function';
  if ([...names, ...Object.keys(preset)].some(isOdd)) return undefined;

  return (sent) => {
    if (!isRecord(sent)) return undefined;
    const dto = new type() as Content;
    for (const name of Object.keys(sent)) {
      const content = isReserved(name) ? ODD : copyOf(sent[name], 1);
      if (content === ODD) return undefined;
      if (names.has(name)) dto[name] = content;
    }
    return fields.every((field) => isGood(field, dto, type.name)) ? dto : undefined;
  };
}

/** In the order of their first decorators; undefined where one says what is not known here. */
function fieldsOf(type: Type): Field[] | undefined {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(type, '', false, false);
  if (!metadata.every(isPlain)) return undefined;
  return Object.entries(storage.groupByPropertyName(metadata)).map(([name, ofField]) => ({
    name,
    conditions: ofField
      .filter(({ type: kind }) => kind === 'conditionalValidation')
      .map(({ constraints }) => constraints[0] as Field['conditions'][number]),
    checks: ofField
      .filter(({ type: kind }) => kind === 'customValidation')
      .flatMap(({ constraintCls, constraints }) =>
        storage
          .getTargetValidatorConstraints(constraintCls)
          .map(({ instance }) => ({ validator: instance, constraints })),
      ),
  }));
}

const KINDS = ['customValidation', 'conditionalValidation', 'whitelistValidation'];

function isPlain(metadata: ValidationMetadata): boolean {
  const { groups, always, each, validateIf }: { [Key in keyof ValidationMetadata]?: unknown } = metadata;
  const isOfEveryGroup = always === undefined && (groups === undefined || metadata.groups.length === 0);
  if (!isOfEveryGroup || each || validateIf) return false;
  const { type, constraintCls } = metadata;
  return (
    KINDS.includes(type) &&
    !getMetadataStorage()
      .getTargetValidatorConstraints(constraintCls)
      .some((constraint) => constraint.async)
  );
}

/** Whether class-transformer would do more than copy. */
function isTransformed(type: Type, fields: readonly Field[]): boolean {
  return (
    transformations.getStrategy(type) !== 'none' ||
    transformations.getExposedMetadatas(type).length > 0 ||
    transformations.getExcludedMetadatas(type).length > 0 ||
    fields.some(
      ({ name }) =>
        Boolean(transformations.findTypeMetadata(type, name)) ||
        transformations.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS).length > 0,
    )
  );
}

function isGood({ name, conditions, checks }: Field, dto: Content, targetName: string): boolean {
  const value = dto[name];
  if (!conditions.every((isToBeChecked) => isToBeChecked(dto, value))) return true;
  return checks.every(
    ({ validator, constraints }) =>
      validator.validate(value, { targetName, property: name, object: dto, value, constraints }) === true,
  );
}

/** Stands for what is not copied here as the pipe would. */
const ODD = Symbol('odd');
/** No body is nested deeper. */
const MAX_DEPTH = 32;

/** A copy of what JSON or a query can hold. */
function copyOf(value: unknown, depth: number): unknown {
  if (typeof value === 'function' || depth > MAX_DEPTH) return ODD;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => (item === undefined ? ODD : copyOf(item, depth + 1)));
    return items.includes(ODD) ? ODD : items;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return ODD;
  const copy: Content = {};
  for (const name of Object.keys(value)) {
    const content = isReserved(name) ? ODD : copyOf((value as Content)[name], depth + 1);
    if (content === ODD) return ODD;
    copy[name] = content;
  }
  return copy;
}

/** What every object has; the pipe drops some of it, and deletes some from what was sent. */
function isReserved(name: string): boolean {
  return name in Object.prototype || name === 'prototype';
}

/** An object of JSON, or of a query, whose prototype is an empty one. */
function isRecord(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
