import { ApiProperty } from '@nestjs/swagger';
import type { AuditEntry } from '../../../audit/audit.types.js';
import { NextProperty, OptionalIdentifier, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';

export class AuditTrailQuery extends PageQuery {
  @OptionalIdentifier({
    description: 'Only changes of such: wallet, game, launch, parent-system, operator-key',
    example: 'wallet',
  })
  readonly subjectType?: string;

  @OptionalIdentifier({ description: 'Only changes of this one', example: 'wallet-1001' })
  readonly subjectId?: string;

  @OptionalIdentifier({ description: 'Only changes by this key', example: 'OPERATOR_API_KEY' })
  readonly operatorKeyId?: string;
}

export class AuditEntryAnswer {
  @ApiProperty({ format: 'uuid', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly at!: string;

  @ApiProperty({
    description: 'The key that did it; `server` for the server itself',
    example: 'OPERATOR_API_KEY',
  })
  readonly operatorKeyId!: string;

  @ApiProperty({ description: 'The name of the key at that time', example: 'OPERATOR_API_KEY' })
  readonly operatorKeyName!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The x-request-id of the call', format: 'uuid' })
  readonly requestId!: string | null;

  @ApiProperty({ example: 'wallet.change' })
  readonly action!: string;

  @ApiProperty({ example: 'wallet' })
  readonly subjectType!: string;

  @ApiProperty({ example: 'wallet-1001' })
  readonly subjectId!: string;

  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'null: it was not there',
    example: { status: 'ACTIVE' },
  })
  readonly before!: unknown;

  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'null: it is gone',
    example: { status: 'BLOCKED' },
  })
  readonly after!: unknown;

  static of({ at, before, after, ...entry }: AuditEntry): AuditEntryAnswer {
    const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
    return { ...entry, at: at.toISOString(), before: parse(before), after: parse(after) };
  }
}

export class AuditPage implements Page<AuditEntryAnswer> {
  @ApiProperty({ type: [AuditEntryAnswer] })
  readonly data!: readonly AuditEntryAnswer[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  static of(rows: readonly AuditEntry[], limit: number): AuditPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => AuditEntryAnswer.of(row) });
  }
}
