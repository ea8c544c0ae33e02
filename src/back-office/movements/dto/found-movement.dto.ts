import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import type { FoundMovement, FoundMovements } from '../../../movements/movement-search.service.js';
import { exactJson, JsonText } from '../../../files/exact-json.js';
import { MOVEMENT_KINDS, type MovementKind } from '../../../movements/movement.types.js';
import { SubWalletSummary, summaryOf } from '../../../wallets/balance.dto.js';
import { toJsonNumber } from '../../../wallets/money.js';
import { NextProperty, OptionalIdentifier, type Page, PageQuery } from '../../shared/page.dto.js';
import { OptionalInstant } from '../../shared/range.decorator.js';

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

  @ApiPropertyOptional({ enum: MOVEMENT_KINDS, description: 'Only movements of this kind', example: 'DEBIT' })
  @IsOptional()
  @IsIn(MOVEMENT_KINDS, { message: `kind must be one of ${MOVEMENT_KINDS.join(', ')}` })
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

  @ApiProperty({ enum: MOVEMENT_KINDS, example: 'DEBIT' })
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

  @ApiProperty({
    type: Object,
    nullable: true,
    description: 'As they were sent, to the letter: a number may have more digits than a reader keeps',
    example: { gameid: 'agt-54' },
  })
  readonly tags!: JsonText | null;

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
      tags: movement.tags === null ? null : new JsonText(movement.tags),
      created: movement.createdAt.toISOString(),
    };
  }
}

export class MovementsPage implements Page<MovementRow> {
  @ApiProperty({ type: [MovementRow] })
  readonly data!: readonly MovementRow[];

  @NextProperty('019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42')
  readonly next!: string | null;

  /** The answer as JSON text. */
  static textOf({ movements, next }: FoundMovements): string {
    return exactJson({ data: movements.map((found) => MovementRow.of(found)), next });
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
