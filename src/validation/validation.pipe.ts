import {
  type ArgumentMetadata,
  type Type,
  type ValidationError,
  ValidationPipe,
  type ValidationPipeOptions,
} from '@nestjs/common';
import type { ErrorName } from '../errors/catalogue.js';
import { GpasError } from '../errors/gpas-error.js';
import { type CompiledDto, compileDto } from './compiled-dto.js';

/** What a field answers when it is absent (or given twice) and when it has the wrong form (protocol §3.3). */
export interface FieldErrors {
  readonly missing: ErrorName;
  readonly malformed: ErrorName;
}

/** A field that is absent or has the wrong form. */
export class InvalidFieldError extends GpasError {}

/**
 * Checks queries and bodies against their DTO. Fields that the DTO does not know are dropped (protocol §5,
 * "fields the text does not know"); values are never converted. The first wrong field is answered, with the error
 * that the field declares.
 */
export function createValidationPipe(): ValidationPipe {
  return new CompilingValidationPipe(VALIDATION);
}

export const VALIDATION: ValidationPipeOptions = {
  whitelist: true,
  transform: true,
  stopAtFirstError: true,
  validationError: { target: false },
  exceptionFactory: (errors) => toGpasError(errors),
};

/** Nest's pipe, which nothing is taken to that a compiled DTO lets pass. */
class CompilingValidationPipe extends ValidationPipe {
  private readonly compiled = new Map<Type, CompiledDto | undefined>();

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type } = metadata;
    const make = metatype && type !== 'custom' ? this.compiledOf(metatype) : undefined;
    const dto = make?.(value);
    return dto === undefined ? super.transform(value, metadata) : Promise.resolve(dto);
  }

  private compiledOf(type: Type): CompiledDto | undefined {
    if (!this.compiled.has(type)) this.compiled.set(type, compileDto(type));
    return this.compiled.get(type);
  }
}

function toGpasError(errors: readonly ValidationError[]): InvalidFieldError {
  const error = errors.find(({ constraints }) => constraints) ?? errors[0];
  const nested = error?.children?.length && !error.constraints ? toGpasError(error.children) : undefined;
  if (!error || nested) return nested ?? new InvalidFieldError('INVALID_REQUEST');
  const [constraint, message] = Object.entries(error.constraints ?? {})[0] ?? [];
  const declared = error.contexts?.[constraint ?? ''] as FieldErrors | undefined;
  const missing = typeof error.value !== 'string';
  const name = declared ? (missing ? declared.missing : declared.malformed) : 'INVALID_REQUEST';
  if (name !== 'INVALID_REQUEST') return new InvalidFieldError(name);
  return new InvalidFieldError(name, absenceOf(error, constraint) ?? message);
}

/** A list is a name that a query gives twice, unless the field is one: then its validator is named `…List`. */
function absenceOf({ property, value }: ValidationError, constraint = ''): string | undefined {
  if (value === undefined) return `${property} is missing`;
  return Array.isArray(value) && !constraint.endsWith('List') ? `${property} must be one value` : undefined;
}
