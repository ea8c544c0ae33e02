import { Injectable } from '@nestjs/common';
import { MovementQuery } from '../../src/movements/dto/movement-query.dto.js';
import { playOf, remarksOf } from '../../src/movements/dto/movement.dto.js';
import type { SentCall } from '../../src/movements/movement.types.js';
import { MovementsService, type Receipt } from '../../src/movements/movements.service.js';
import type { JackpotCreditBody } from './dto/jackpot-credit.dto.js';
import { problemOf } from './jackpot.rules.js';

/** The ledger keeps no longer description. */
const MAX_DESCRIPTION_LENGTH = 1_000;

/**
 * Pays jackpots as wins of the ledger, which binds their references, pays each once and keeps what it refuses.
 * Holds: every jackpot whose body is well formed gets to the ledger, also one that the rules of this module refuse. The
 * signature does not cover the session, so a body whose reference were not bound would be good for any session on the
 * day that the rules change.
 */
@Injectable()
export class JackpotService {
  constructor(private readonly movements: MovementsService) {}

  /**
   * Pays a jackpot to the wallet of the session.
   * @throws GpasError INVALID_REQUEST (1010) where the jackpot does not pay this; else as {@link MovementsService.play}
   */
  pay(
    parentSystemId: string,
    query: MovementQuery,
    body: JackpotCreditBody,
    sent: SentCall,
  ): Promise<Receipt> {
    const { value, jackpotId } = body;
    const { sessionId, problem } = MovementQuery.read(query);
    return this.movements.play(
      parentSystemId,
      {
        kind: 'CREDIT',
        ...playOf(body),
        sessionId,
        problem: problem ?? problemOf(jackpotId, value),
      },
      { ...remarksOf(body, sent), description: descriptionOf(body) },
    );
  }
}

/** What people read in the back office: the jackpot, then what the call says of it. */
function descriptionOf({ jackpotId, description }: JackpotCreditBody): string {
  const text = description ? `Jackpot ${jackpotId}: ${description}` : `Jackpot ${jackpotId}`;
  return Array.from(text).slice(0, MAX_DESCRIPTION_LENGTH).join('');
}
