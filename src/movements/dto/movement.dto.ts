import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsObject, IsOptional, IsString, ValidateBy } from 'class-validator';
import { IDENTIFIER, Identifier } from '../../validation/identifier.decorator.js';
import { InvalidFieldError } from '../../validation/validation.pipe.js';
import { Amount } from '../../wallets/amount.decorator.js';
import type { SentCall } from '../ledger/ledger-store.js';
import type { PlayCommand } from '../ledger/ledger.types.js';
import type { Remarks } from '../movements.service.js';

const MAX_DESCRIPTION_LENGTH = 1_000;
const MAX_TAGS_BYTES = 8 * 1024;

/** What every movement's body has. */
class MovementBody {
  @Identifier({
    description: "GPAS's unique transaction id",
    example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06',
  })
  readonly externalReference!: string;

  @Description()
  readonly description?: string | null;

  @ApiPropertyOptional({
    description: 'A free dictionary; gameid names the game',
    type: 'object',
    additionalProperties: true,
    example: { gpasSessionId: 'gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636', gameid: 'agt-13' },
  })
  @IsOptional()
  @IsObject({ message: 'tags must be an object' })
  readonly tags?: Record<string, unknown> | null;
}

export class DebitBody extends MovementBody {
  @Amount()
  readonly value!: string | number;

  @TypeCode('GAME_DEBIT')
  readonly typeCode!: 'GAME_DEBIT';
}

export class CreditBody extends MovementBody {
  @Amount()
  readonly value!: string | number;

  @TypeCode('GAME_CREDIT')
  readonly typeCode!: 'GAME_CREDIT';
}

export class RollbackBody extends MovementBody {
  /** A debit's body would otherwise serve as a rollback's (protocol §2.3). */
  @MustBeAbsent('value')
  readonly value?: never;

  @MustBeAbsent('typeCode')
  readonly typeCode?: never;
}

/** What a bet or a win asks of the ledger, as its body says it. */
export function playOf({
  externalReference,
  value,
  tags,
}: Pick<CreditBody, 'externalReference' | 'value' | 'tags'>): Pick<
  PlayCommand,
  'externalReference' | 'value' | 'gameId'
> {
  return { externalReference, value, gameId: gameIdOf(tags) };
}

/**
 * What is kept of a call beside what it asks: its tags are the text that was signed, for what is read from it rounds
 * numbers and loses keys (protocol §1.4).
 * @throws InvalidFieldError INVALID_REQUEST (1010) where that text is too long
 */
export function remarksOf(body: MovementBody, sent: SentCall): Remarks {
  const tags = body.tags ? sent.tags : null;
  if (tags !== null && Buffer.byteLength(tags) > MAX_TAGS_BYTES) {
    throw new InvalidFieldError('INVALID_REQUEST', `tags must be at most ${MAX_TAGS_BYTES} bytes of JSON`);
  }
  return { description: body.description ?? null, tags, sent };
}

/** `tags.gameid`, where it is an id (protocol §5, "game of a movement"). */
function gameIdOf(tags: MovementBody['tags']): string | null {
  const gameId = tags?.['gameid'];
  return typeof gameId === 'string' && IDENTIFIER.test(gameId) ? gameId : null;
}

/** Optional text of people, also for the back office. */
export function Description(): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({
      type: String,
      maxLength: MAX_DESCRIPTION_LENGTH,
      example: 'Debit game move for customer id 6df5sd made by gpas',
    }),
    IsOptional(),
    IsString({ message: 'description must be text' }),
    ValidateBy({
      name: 'maxCharacters',
      validator: {
        // As the database counts; class-validator's MaxLength leaves some characters out.
        validate: (text: unknown) =>
          typeof text === 'string' && Array.from(text).length <= MAX_DESCRIPTION_LENGTH,
        defaultMessage: () => `description must be at most ${MAX_DESCRIPTION_LENGTH} characters`,
      },
    }),
  );
}

function TypeCode(typeCode: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ enum: [typeCode], example: typeCode }),
    Equals(typeCode, { message: `typeCode must be ${typeCode} here` }),
  );
}

function MustBeAbsent(name: string): PropertyDecorator {
  return Equals(undefined, { message: `${name} must not be given here` });
}
