import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { CreditBody } from '../../../src/movements/dto/movement.dto.js';
import { Identifier } from '../../../src/validation/identifier.decorator.js';

/** A win's body with its jackpot. It has a `typeCode` of its own: a body is good for one route only (protocol §2). */
export class JackpotCreditBody extends OmitType(CreditBody, ['typeCode']) {
  @Identifier({ description: 'The jackpot that was won', example: 'daily' })
  readonly jackpotId!: string;

  @ApiProperty({ enum: ['JACKPOT_CREDIT'], example: 'JACKPOT_CREDIT' })
  @Equals('JACKPOT_CREDIT', { message: 'typeCode must be JACKPOT_CREDIT here' })
  readonly typeCode!: 'JACKPOT_CREDIT';
}
