import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';
import { instantOf } from './instant.rules.js';

/** One end of a range of time, in a query. */
export function OptionalInstant(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: String,
      format: 'date-time',
      description: `${description}; in UTC, or with an offset like +03:00`,
      example: '2026-02-05T00:00:00.000Z',
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (instantOf(value) ?? value) : value,
    ),
    IsOptional(),
    IsDate({
      message: '$property must be an instant like 2026-02-05T00:00:00.000Z or 2026-02-05T03:00:00+03:00',
    }),
  );
}
