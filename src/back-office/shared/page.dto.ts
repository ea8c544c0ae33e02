import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { IDENTIFIER } from '../../validation/identifier.decorator.js';

const MAX_PAGE = 100;

/** A page by its key: what is added meanwhile neither repeats nor hides a row. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'How many at most',
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE,
    default: MAX_PAGE,
    example: 50,
  })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value,
  )
  @IsInt({ message: `limit must be a whole number from 1 to ${MAX_PAGE}` })
  @Min(1, { message: `limit must be a whole number from 1 to ${MAX_PAGE}` })
  @Max(MAX_PAGE, { message: `limit must be a whole number from 1 to ${MAX_PAGE}` })
  readonly limit: number = MAX_PAGE;

  @OptionalIdentifier({ description: 'The `next` of the page before', example: 'wallet-1001' })
  readonly after?: string;
}

/** A part of a list. */
export interface Page<T> {
  readonly data: readonly T[];
  /** For `after` of the next call; null at the end. */
  readonly next: string | null;
}

/** @param idOf what the list is ordered by */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  { idOf, show }: { readonly idOf: (row: Row) => string; readonly show: (row: Row) => T },
): Page<T> {
  const last = rows.at(-1);
  return { data: rows.map(show), next: last !== undefined && rows.length === limit ? idOf(last) : null };
}

/** `next` of a page, for its class. */
export function NextProperty(example: string): PropertyDecorator {
  return ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'For `after` of the next call; null at the end',
    example,
  });
}

/** An id that a query may name. */
export function OptionalIdentifier(documentation: {
  readonly description: string;
  readonly example: string;
}): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: String, minLength: 1, maxLength: 128, ...documentation }),
    IsOptional(),
    Matches(IDENTIFIER, { message: '$property must be 1 to 128 visible ASCII characters without spaces' }),
  );
}
