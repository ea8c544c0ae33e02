import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';

/** One end of a range of time, in a query. */
export function OptionalInstant(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: String,
      format: 'date-time',
      description,
      example: '2026-02-05T00:00:00.000Z',
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(value)
        ? new Date(value)
        : value,
    ),
    IsOptional(),
    IsDate({ message: '$property must be an instant in UTC like 2026-02-05T00:00:00.000Z' }),
  );
}
