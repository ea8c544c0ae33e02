import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { FieldErrors } from './validation.pipe.js';

/** Ids of the protocol (§5, "ids"): visible ASCII without spaces, 1 to 128 characters, case sensitive. */
export const IDENTIFIER = /^[\x21-\x7e]{1,128}$/;

/** A text field that holds an id; absent or malformed it answers what `errors` says, else 400/1010. */
export function Identifier(
  documentation: ApiPropertyOptions & { description: string; example: string },
  errors: FieldErrors = { missing: 'INVALID_REQUEST', malformed: 'INVALID_REQUEST' },
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: 128, pattern: IDENTIFIER.source, ...documentation }),
    Matches(IDENTIFIER, {
      message: '$property must be 1 to 128 visible ASCII characters without spaces',
      context: errors,
    }),
  );
}
