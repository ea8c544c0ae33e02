import { createHash } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { callAsSent } from '../auth/caller.decorators.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ErrorFilter } from '../errors/error.filter.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { incidentsSeen } from '../metrics/metrics.js';
import { IDENTIFIER } from '../validation/identifier.decorator.js';
import { InvalidFieldError } from '../validation/validation.pipe.js';

type Call = Parameters<typeof callAsSent>[0];

/**
 * A win or a rollback whose body has not the form of one never gets to the rules, and is refused all the same: it is told as
 * theirs are (protocol §5, "Incidents"), before the answer leaves. Nothing is bound, for the body is signed and will never
 * have another form.
 */
@Injectable()
@Catch(InvalidFieldError)
export class RefusedCallFilter implements ExceptionFilter<InvalidFieldError> {
  private readonly logger = new Logger('Movements');
  private readonly answers = new ErrorFilter();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly incidents: IncidentsService,
  ) {}

  async catch(error: InvalidFieldError, host: ArgumentsHost): Promise<void> {
    try {
      await this.keep(error, host.switchToHttp().getRequest<Call>());
    } catch (failure) {
      this.answers.catch(failure, host); // GPAS sends it again
      return;
    }
    this.answers.catch(error, host);
  }

  private async keep(error: InvalidFieldError, call: Call): Promise<void> {
    const { parentSystemId, method, query } = call;
    if (parentSystemId === undefined) return;
    const sent = callAsSent(call);
    const isWin = method === 'POST';
    const kind = isWin ? 'WIN_REFUSED' : 'ROLLBACK_REFUSED';
    const sighting = {
      kind,
      parentSystemId,
      externalReference: referenceOf(call.body, sent.body),
      movementKind: isWin ? 'CREDIT' : 'ROLLBACK',
      callerAddress: null,
      walletId: null,
      sessionId: identifierOf(query['walletSessionId']),
      amountMinor: null,
      currency: null,
      decimals: null,
      gameId: null,
      targetReference: isWin ? null : identifierOf(query['externalMovementId']),
      answer: error.errorName,
      sent: { query: sent.query, body: sent.body.toString('utf8') },
      at: new Date(),
      times: 1,
    } as const;
    await this.unitOfWork.change((transaction) => this.incidents.record(transaction, [sighting]));
    incidentsSeen.inc({ kind });
    const { movementKind, externalReference, answer } = sighting;
    this.logger.warn(
      `${kind}: ${movementKind} ${externalReference} of ${parentSystemId} was answered ${answer}`,
    );
  }
}

/** Where the body names none that could be one, it is told by what it says. */
function referenceOf(body: unknown, sentBody: Buffer): string {
  const { externalReference } = (body ?? {}) as { externalReference?: unknown };
  return identifierOf(externalReference) ?? `sha256:${createHash('sha256').update(sentBody).digest('hex')}`;
}

function identifierOf(value: unknown): string | null {
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : null;
}
