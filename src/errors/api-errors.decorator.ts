import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CATALOGUE, type ErrorBody, type ErrorName } from './catalogue.js';

/** The body of every error answer (protocol §3). */
export class ErrorAnswer implements ErrorBody {
  @ApiProperty({ description: "GPAS's code; 1010 is the operator's own", example: 1004 })
  readonly code!: number;

  @ApiProperty({ example: 'INVALID_WALLET_SESSION' })
  readonly type!: string;

  @ApiProperty({ example: 'Invalid wallet session' })
  readonly message!: string;
}

/** Documents the errors a route can answer, grouped by HTTP status, each with its example. */
export function ApiErrors(...names: readonly ErrorName[]): MethodDecorator & ClassDecorator {
  const statuses = [...new Set(names.map((name) => ERROR_CATALOGUE[name].status))];
  return applyDecorators(
    ApiExtraModels(ErrorAnswer),
    ...statuses.map((status) => {
      const ofStatus = [...new Set(names)].filter((name) => ERROR_CATALOGUE[name].status === status);
      return ApiResponse({
        status,
        description: ofStatus.map((name) => ERROR_CATALOGUE[name].message).join('; '),
        content: {
          'application/json': {
            schema: { $ref: getSchemaPath(ErrorAnswer) },
            examples: Object.fromEntries(ofStatus.map((name) => [name, { value: exampleOf(name) }])),
          },
        },
      });
    }),
  );
}

function exampleOf(name: ErrorName): ErrorBody {
  const { code, type, message } = ERROR_CATALOGUE[name];
  return { code, type, message };
}
