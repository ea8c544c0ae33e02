import { ApiProperty } from '@nestjs/swagger';
import { Matches, ValidateBy } from 'class-validator';
import {
  OPERATOR_ROLES,
  type OperatorKey,
  type OperatorRole,
} from '../../../operator-keys/operator-key.types.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { NextProperty, OptionalIdentifier, type Page, pageOf } from '../../shared/page.dto.js';

const ROLES_MESSAGE = `roles must be a list of one or more of ${OPERATOR_ROLES.join(', ')}, each once`;

export class CreateOperatorKeyBody {
  @ApiProperty({
    description: 'Whose key it is',
    minLength: 1,
    maxLength: 100,
    example: 'Support, night shift',
  })
  @Matches(/^[^\p{Cc}\p{Cs}]{1,100}$/u, { message: 'name must be 1 to 100 characters' })
  readonly name!: string;

  @ApiProperty({
    description:
      '`read` shows, `write` changes, `audit` is for reconciliation alone (what GPAS gets). A key with every role may ' +
      'also manage keys and parent systems.',
    enum: OPERATOR_ROLES,
    isArray: true,
    example: ['read', 'write'],
  })
  @ValidateBy({
    name: 'isRoleList',
    validator: {
      validate: (roles: unknown) =>
        Array.isArray(roles) &&
        roles.length > 0 &&
        new Set(roles).size === roles.length &&
        roles.every((role) => (OPERATOR_ROLES as readonly unknown[]).includes(role)),
      defaultMessage: () => ROLES_MESSAGE,
    },
  })
  readonly roles!: readonly OperatorRole[];

  @OptionalIdentifier({
    description: 'Of a key whose only role is `audit`: it is shown the movements of this parent system alone',
    example: 'BL13GT',
  })
  readonly parentSystemId?: string | null;
}

export class OperatorKeyPath {
  @Identifier({ description: 'The id of the key', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly keyId!: string;
}

/** A key without the key itself. */
export class OperatorKeyAnswer {
  @ApiProperty({ format: 'uuid', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly keyId!: string;

  @ApiProperty({ example: 'Support, night shift' })
  readonly name!: string;

  @ApiProperty({ enum: OPERATOR_ROLES, isArray: true, example: ['read', 'write'] })
  readonly roles!: readonly OperatorRole[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The parent system that it is shown alone; null: all',
    example: null,
  })
  readonly parentSystemId!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly created!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly revoked!: string | null;

  static of({ id, name, roles, parentSystemId, createdAt, revokedAt }: OperatorKey): OperatorKeyAnswer {
    return {
      keyId: id,
      name,
      roles,
      parentSystemId,
      created: createdAt.toISOString(),
      revoked: revokedAt?.toISOString() ?? null,
    };
  }
}

export class NewOperatorKeyAnswer extends OperatorKeyAnswer {
  @ApiProperty({
    description: 'For `Authorization: Bearer <key>`; told this once',
    minLength: 47,
    maxLength: 47,
  })
  readonly key!: string;
}

export class OperatorKeysPage implements Page<OperatorKeyAnswer> {
  @ApiProperty({ type: [OperatorKeyAnswer] })
  readonly data!: readonly OperatorKeyAnswer[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  static of(rows: readonly OperatorKey[], limit: number): OperatorKeysPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => OperatorKeyAnswer.of(row) });
  }
}
