import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import {
  PARENT_SYSTEM_STATUSES,
  type ParentSystem,
  type ParentSystemStatus,
} from '../../../parent-systems/parent-system.types.js';
import { parseNetwork } from '../../../config/network.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { NextProperty, type Page, pageOf } from '../../shared/page.dto.js';

const MAX_ADDRESSES = 100;
const MAX_GRACE_SECONDS = 30 * 86_400;
const GRACE_MESSAGE = `graceSeconds must be a whole number from 0 to ${MAX_GRACE_SECONDS}`;

export class CreateParentSystemBody {
  @Identifier({ description: 'The x-parent-system-id of the integration', example: 'BL13UY' })
  readonly id!: string;

  @Name()
  readonly name!: string;

  @Secret()
  readonly secret?: string;

  @AllowedAddresses()
  readonly allowedAddresses?: readonly string[] | null;
}

export class ChangeParentSystemBody {
  @Name({ isOptional: true })
  readonly name?: string;

  @ApiPropertyOptional({ enum: PARENT_SYSTEM_STATUSES, description: 'DISABLED: every call of it is refused' })
  @ValidateIf(isGiven('status'))
  @IsIn(PARENT_SYSTEM_STATUSES, { message: `status must be one of ${PARENT_SYSTEM_STATUSES.join(', ')}` })
  readonly status?: ParentSystemStatus;

  @AllowedAddresses()
  readonly allowedAddresses?: readonly string[] | null;
}

export class RotateSecretBody {
  @Secret()
  readonly secret?: string;

  @ApiProperty({
    type: 'integer',
    description:
      'How long the secret before goes on working; never less than two seconds, for other instances to hear of it',
    minimum: 0,
    maximum: MAX_GRACE_SECONDS,
    example: 3600,
  })
  @IsInt({ message: GRACE_MESSAGE })
  @Min(0, { message: GRACE_MESSAGE })
  @Max(MAX_GRACE_SECONDS, { message: GRACE_MESSAGE })
  readonly graceSeconds!: number;
}

export class ParentSystemPath {
  @Identifier({ description: 'The x-parent-system-id', example: 'BL13GT' })
  readonly id!: string;
}

/** A parent system without its secrets. */
export class ParentSystemAnswer {
  @ApiProperty({ example: 'BL13UY' })
  readonly id!: string;

  @ApiProperty({ example: 'GPAS, Uruguay' })
  readonly name!: string;

  @ApiProperty({ enum: PARENT_SYSTEM_STATUSES, example: 'ACTIVE' })
  readonly status!: ParentSystemStatus;

  @ApiProperty({ type: [String], nullable: true, example: ['203.0.113.7', '2001:db8::/32'] })
  readonly allowedAddresses!: readonly string[] | null;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly created!: string;

  static of({ id, name, status, allowedAddresses, createdAt }: ParentSystem): ParentSystemAnswer {
    return { id, name, status, allowedAddresses, created: createdAt.toISOString() };
  }
}

export class NewParentSystemAnswer extends ParentSystemAnswer {
  @ApiProperty({ description: 'What it signs with, told this once' })
  readonly secret!: string;
}

export class ParentSystemsPage implements Page<ParentSystemAnswer> {
  @ApiProperty({ type: [ParentSystemAnswer] })
  readonly data!: readonly ParentSystemAnswer[];

  @NextProperty('BL13UY')
  readonly next!: string | null;

  static of(rows: readonly ParentSystem[], limit: number): ParentSystemsPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => ParentSystemAnswer.of(row) });
  }
}

export class RotatedSecretAnswer {
  @ApiProperty({ description: 'What it signs with from now on, told this once' })
  readonly secret!: string;

  @ApiProperty({
    description: 'When the secret before ends',
    format: 'date-time',
    example: '2026-02-05T17:58:35.476Z',
  })
  readonly previousValidUntil!: string;
}

function Name({ isOptional = false } = {}): PropertyDecorator {
  const documentation = { description: 'For people', minLength: 1, maxLength: 255, example: 'GPAS, Uruguay' };
  return applyDecorators(
    isOptional ? ApiPropertyOptional(documentation) : ApiProperty(documentation),
    ...(isOptional ? [ValidateIf(isGiven('name'))] : []),
    Matches(/^[^\p{Cc}\p{Cs}]{1,255}$/u, { message: 'name must be 1 to 255 characters' }),
  );
}

function Secret(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description: 'The one that GPAS has chosen; made here where none is given, which is better',
      minLength: 8,
      maxLength: 255,
      example: 'a-long-secret-that-gpas-has-chosen',
    }),
    ValidateIf(isGiven('secret')),
    Matches(/^[\x21-\x7e]{8,255}$/, {
      message: 'secret must be 8 to 255 visible ASCII characters without spaces',
    }),
  );
}

function AllowedAddresses(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      description:
        'Addresses and networks that may call; null: every address may, as where none are given at first',
      type: [String],
      nullable: true,
      minItems: 1,
      maxItems: MAX_ADDRESSES,
      example: ['203.0.113.7', '2001:db8::/32'],
    }),
    IsOptional(),
    ValidateBy({
      name: 'isNetworkList',
      validator: {
        validate: (list: unknown) =>
          Array.isArray(list) &&
          list.length > 0 && // it would shut everybody out: for that there is DISABLED
          list.length <= MAX_ADDRESSES &&
          list.every((entry) => typeof entry === 'string' && parseNetwork(entry)),
        defaultMessage: (argument) =>
          Array.isArray(argument?.value) && argument.value.length === 0
            ? 'allowedAddresses must not be empty: null is from anywhere, and DISABLED shuts everybody out'
            : `allowedAddresses must be null or a list of at most ${MAX_ADDRESSES} addresses and networks, like ` +
              '203.0.113.7, 10.1.0.0/16 or 2001:db8::/32',
      },
    }),
  );
}

function isGiven(property: string): (body: object) => boolean {
  return (body) => (body as Record<string, unknown>)[property] !== undefined;
}
