import { ApiProperty } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { IDENTIFIER } from '../../validation/identifier.decorator.js';
import { type PlayCommand, type RollbackCommand, UNNAMED } from '../ledger/ledger.types.js';

type NamedSession = Pick<PlayCommand, 'sessionId' | 'problem'>;
type NamedTarget = Pick<RollbackCommand, 'sessionId' | 'targetReference' | 'problem'>;

/**
 * The query of a movement. The signature covers the body alone, so nothing is refused here: a body that came with a
 * wrong query is authentic all the same, and its reference has to be bound by the rules (protocol §2.3).
 */
export class MovementQuery {
  @ApiProperty({
    description: 'The id that Sessions answered',
    type: String,
    minLength: 1,
    maxLength: 128,
    pattern: IDENTIFIER.source,
    example: '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  })
  @Allow()
  readonly walletSessionId!: unknown;

  /** Missing or repeated it is 1010; malformed it can name no session: 1004 (protocol §3.3). */
  static read({ walletSessionId }: MovementQuery): NamedSession {
    return {
      sessionId: isIdentifier(walletSessionId) ? walletSessionId : UNNAMED,
      problem: absenceOf('walletSessionId', walletSessionId),
    };
  }
}

export class RollbackQuery extends MovementQuery {
  @ApiProperty({
    description: 'The externalReference of the movement to reverse',
    type: String,
    minLength: 1,
    maxLength: 128,
    pattern: IDENTIFIER.source,
    example: 'agt-b7219c1d2d5e1bd40a508ef19a672d06',
  })
  @Allow()
  readonly externalMovementId!: unknown;

  /** Missing, repeated or malformed the target is 1010. */
  static readWithTarget(query: RollbackQuery): NamedTarget {
    const { externalMovementId } = query;
    const session = MovementQuery.read(query);
    const isNamed = isIdentifier(externalMovementId);
    const malformed = isNamed
      ? null
      : 'externalMovementId must be 1 to 128 visible ASCII characters without spaces';
    return {
      ...session,
      targetReference: isNamed ? externalMovementId : UNNAMED,
      problem: session.problem ?? absenceOf('externalMovementId', externalMovementId) ?? malformed,
    };
  }
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && IDENTIFIER.test(value);
}

function absenceOf(name: string, value: unknown): string | null {
  if (value === undefined) return `${name} is missing`;
  return typeof value === 'string' ? null : `${name} must be one value`;
}
