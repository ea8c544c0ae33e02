import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, Matches } from 'class-validator';
import type { Game } from '../../../games/game.types.js';
import { GAME_NAME, PROVIDER_CODE } from '../../../games/game-form.js';
import { Identifier } from '../../../validation/identifier.decorator.js';
import { NextProperty, OptionalIdentifier, type Page, PageQuery, pageOf } from '../../shared/page.dto.js';

export class GamePath {
  @Identifier({ description: 'The game, as GPAS names it in `tags.gameid`', example: 'agt-54' })
  readonly gameId!: string;
}

export class PutGameBody {
  @ApiProperty({
    description: 'For people and for reconciliation',
    minLength: 1,
    maxLength: 255,
    example: 'Book of Sun',
  })
  @Matches(GAME_NAME, { message: 'name must be 1 to 255 characters' })
  readonly name!: string;

  @ApiProperty({ description: 'Its provider at GPAS', minLength: 1, maxLength: 64, example: 'AGT' })
  @Matches(PROVIDER_CODE, { message: 'providerCode must be 1 to 64 visible ASCII characters without spaces' })
  readonly providerCode!: string;

  @ApiProperty({ description: 'false: bets on it are refused with 1009', example: true })
  @IsBoolean({ message: 'enabled must be true or false' })
  readonly enabled!: boolean;
}

export class GamesQuery extends PageQuery {
  @OptionalIdentifier({ description: 'Only games of this provider', example: 'AGT' })
  readonly providerCode?: string;

  @OptionalFlag({ description: 'Only games that are enabled, or that are not', example: true })
  readonly enabled?: boolean;
}

export class GameAnswer {
  @ApiProperty({ example: 'agt-54' })
  readonly gameId!: string;

  @ApiProperty({ example: 'Book of Sun' })
  readonly name!: string;

  @ApiProperty({ example: 'AGT' })
  readonly providerCode!: string;

  @ApiProperty({ example: true })
  readonly enabled!: boolean;

  static of({ id, name, providerCode, enabled }: Game): GameAnswer {
    return { gameId: id, name, providerCode, enabled };
  }
}

export class GamesPage implements Page<GameAnswer> {
  @ApiProperty({ type: [GameAnswer] })
  readonly data!: readonly GameAnswer[];

  @NextProperty('agt-54')
  readonly next!: string | null;

  static of(rows: readonly Game[], limit: number): GamesPage {
    return pageOf(rows, limit, { idOf: ({ id }) => id, show: (row) => GameAnswer.of(row) });
  }
}

function OptionalFlag(documentation: { description: string; example: boolean }): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ type: Boolean, ...documentation }),
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    IsOptional(),
    IsBoolean({ message: '$property must be true or false' }),
  );
}
