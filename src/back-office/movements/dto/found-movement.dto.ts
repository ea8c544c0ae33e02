import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsIn, IsOptional, Matches } from 'class-validator';
import type { FoundMovement, FoundMovements } from '../../../movements/movement-search.service.js';
import type { MovementKind } from '../../../movements/ledger/ledger.types.js';
import { type Session, SESSION_STATUSES, type SessionStatus } from '../../../sessions/session.entity.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { SubWalletSummary, summaryOf } from '../../../wallets/balance.dto.js';
import { toJsonNumber } from '../../../wallets/money.js';
import { NextProperty, OptionalIdentifier, type Page, pageOf, PageQuery } from '../../shared/page.dto.js';

const KINDS = [
  'DEBIT',
  'CREDIT',
  'ROLLBACK',
  'DEPOSIT',
  'WITHDRAWAL',
] as const satisfies readonly MovementKind[];

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

/** What movements may be looked for by. */
export class MovementFilter {
  @OptionalIdentifier({
    description: 'Only movements under this session',
    example: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  })
  readonly sessionId?: string;

  @OptionalIdentifier({
    description: 'Only those under this reference',
    example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06',
  })
  readonly externalReference?: string;

  @OptionalIdentifier({ description: 'Only movements of this game', example: 'agt-54' })
  readonly gameId?: string;

  @ApiPropertyOptional({ enum: KINDS, description: 'Only movements of this kind', example: 'DEBIT' })
  @IsOptional()
  @IsIn(KINDS, { message: `kind must be one of ${KINDS.join(', ')}` })
  readonly kind?: MovementKind;

  @OptionalAmount('Only movements of this amount, in the currency of whichever wallet')
  readonly value?: string;

  @OptionalInstant('Arrived then or later')
  readonly from?: Date;

  @OptionalInstant('Arrived before that')
  readonly until?: Date;
}

export class MovementsQuery extends IntersectionType(PageQuery, MovementFilter) {}

export class MovementRow {
  @ApiProperty({ format: 'uuid', example: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42' })
  readonly movementId!: string;

  @ApiProperty({ example: 'wallet-1001' })
  readonly walletId!: string;

  @ApiProperty({ description: 'Its number in the wallet, without a gap', example: 12 })
  readonly seq!: number;

  @ApiProperty({ enum: KINDS, example: 'DEBIT' })
  readonly kind!: MovementKind;

  @ApiProperty({ description: 'In the currency of the wallet', example: 100 })
  readonly value!: number;

  @ApiProperty({ description: 'ISO 4217', example: 'BRL' })
  readonly currency!: string;

  @ApiProperty({ description: 'By how much real money changed', example: -100 })
  readonly realChange!: number;

  @ApiProperty({ description: 'By how much bonus money changed', example: 0 })
  readonly bonusChange!: number;

  @ApiProperty({ description: 'The total after it', example: 9050 })
  readonly leftBalance!: number;

  @ApiProperty({ type: [SubWalletSummary] })
  readonly subWalletsSummary!: SubWalletSummary[];

  @ApiProperty({ example: 'BL13GT' })
  readonly parentSystemId!: string;

  @ApiProperty({ example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06' })
  readonly externalReference!: string;

  @ApiProperty({ type: String, nullable: true, example: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })
  readonly sessionId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'agt-54' })
  readonly gameId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The movement that it takes back',
    example: null,
  })
  readonly rollsBack!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The rollback that took it back', example: null })
  readonly rolledBackBy!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Debit game move' })
  readonly description!: string | null;

  @ApiProperty({ type: Object, nullable: true, example: { gameid: 'agt-54' } })
  readonly tags!: unknown;

  @ApiProperty({ format: 'date-time', example: '2026-02-05T16:58:35.476Z' })
  readonly created!: string;

  static of({ movement, wallet, rolledBackBy }: FoundMovement): MovementRow {
    const { id, walletId, seq, kind, parentSystemId, externalReference, sessionId, gameId } = movement;
    const amount = (minor: bigint): number => toJsonNumber(minor, wallet.decimals);
    const after = { realMinor: movement.realAfterMinor, bonusMinor: movement.bonusAfterMinor };
    return {
      movementId: id,
      walletId,
      seq,
      kind,
      value: amount(movement.amountMinor),
      currency: wallet.currency,
      realChange: amount(movement.realDeltaMinor),
      bonusChange: amount(movement.bonusDeltaMinor),
      ...summaryOf(after, wallet.decimals),
      parentSystemId,
      externalReference,
      sessionId,
      gameId,
      rollsBack: movement.targetMovementId,
      rolledBackBy,
      description: movement.description,
      tags: movement.tags === null ? null : JSON.parse(movement.tags),
      created: movement.createdAt.toISOString(),
    };
  }
}

export class MovementsPage implements Page<MovementRow> {
  @ApiProperty({ type: [MovementRow] })
  readonly data!: readonly MovementRow[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  static of({ movements, next }: FoundMovements): MovementsPage {
    return { data: movements.map((found) => MovementRow.of(found)), next };
  }
}

/** The key of a wallet's pages is the number in the wallet. */
export class WalletMovementsQuery extends MovementsQuery {
  @Matches(/^\d{1,9}$/, { message: 'after must be the next of the page before' })
  declare readonly after?: string;
}

function OptionalAmount(description: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: String, description, example: '37.50' }),
    IsOptional(),
    Matches(/^(0|[1-9]\d{0,14})(\.\d{1,4})?$/, {
      message: '$property must be an amount such as 100 or 37.50',
    }),
  );
}

function OptionalInstant(description: string): PropertyDecorator {
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
