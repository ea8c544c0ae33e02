import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { isAmountForm } from './money.js';

/**
 * A `value` (protocol §5, "form of `value`"): text or JSON number, judged here by its form and later by the wallet's
 * currency.
 */
export function Amount(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: 'Decimal text or JSON number, in the currency of the wallet; never rounded',
      oneOf: [
        { type: 'string', pattern: '^(0|[1-9][0-9]*)(\\.[0-9]+)?$' },
        { type: 'number', minimum: 0 },
      ],
      example: '100',
    }),
    ValidateBy({
      name: 'isAmountForm',
      validator: {
        validate: isAmountForm,
        defaultMessage: () =>
          'value must be a decimal like 100 or "100.50", not negative and without an exponent',
      },
    }),
  );
}
