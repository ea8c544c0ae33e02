import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type Session, SESSION_STATUSES, type SessionStatus } from '../../../sessions/session.types.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { NextProperty, OptionalIdentifier, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';
import { OptionalInstant } from '../../shared/range.decorator.js';

export class SessionsQuery extends PageQuery {
  @OptionalIdentifier({ description: 'Only sessions of this wallet', example: 'wallet-1001' })
  readonly walletId?: string;

  @ApiPropertyOptional({
    enum: SESSION_STATUSES,
    description: 'Only sessions of this status',
    example: 'OPEN',
  })
  @IsOptional()
  @IsIn(SESSION_STATUSES, { message: `status must be one of ${SESSION_STATUSES.join(', ')}` })
  readonly status?: SessionStatus;

  @OptionalInstant('Opened then or later')
  readonly from?: Date;

  @OptionalInstant('Opened before that')
  readonly until?: Date;
}

export class SessionPath {
  @Identifier({ description: 'The session id', example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string;
}

export class SessionRow {
  @ApiProperty({ format: 'uuid', example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string;

  @ApiProperty({ example: 'BL13GT' })
  readonly parentSystemId!: string;

  @ApiProperty({ example: 'wallet-1001' })
  readonly walletId!: string;

  @ApiProperty({ enum: SESSION_STATUSES, example: 'OPEN' })
  readonly status!: SessionStatus;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly created!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  readonly closed!: string | null;

  static of({ id, parentSystemId, walletId, status, createdAt, closedAt }: Session): SessionRow {
    const closed = closedAt?.toISOString() ?? null;
    return { sessionId: id, parentSystemId, walletId, status, created: createdAt.toISOString(), closed };
  }
}

export class SessionsPage implements Page<SessionRow> {
  @ApiProperty({ type: [SessionRow] })
  readonly data!: readonly SessionRow[];

  @NextProperty('3fa85f64-5717-4562-b3fc-2c963f66afa6')
  readonly next!: string | null;

  static of(rows: readonly Session[], limit: number): SessionsPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => SessionRow.of(row) });
  }
}
