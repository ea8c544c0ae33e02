import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import type { Transaction } from '../../database/unit-of-work.js';
import { GpasError } from '../../errors/gpas-error.js';
import type { Incident } from '../../incidents/incident.types.js';
import { calledBack, IncidentsService } from '../../incidents/incidents.service.js';
import { MovementsService } from '../../movements/movements.service.js';
import { toDecimalText } from '../../wallets/money.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { IncidentAnswer, type ResolveIncidentBody } from './dto/incident.dto.js';

/** Resolving incidents, with or without the money. */
@Injectable()
export class IncidentResolution {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly incidents: IncidentsService,
    private readonly movements: MovementsService,
  ) {}

  /**
   * The money, the incident and the line of the trail are of one transaction: whoever comes second finds it resolved, and
   * nothing of theirs is kept. The money comes first, so that rows are locked in the order of every batch.
   * @throws GpasError NOT_FOUND; INVALID_REQUEST where it is resolved, called back, or nothing that can be posted; as a
   * win or a rollback is refused
   */
  async resolve(actor: Actor, id: string, { note, post }: ResolveIncidentBody): Promise<IncidentAnswer> {
    const incident = await this.incidents.get(id);
    return this.auditedChanges.make(actor, async (transaction) => {
      const movementId = post === true ? await this.settle(transaction, incident, note) : null;
      const { before, after } = await this.incidents.resolve(transaction, id, {
        resolvedBy: actor.operatorKeyId,
        note,
        movementId,
      });
      const result = IncidentAnswer.of(after);
      return {
        result,
        change: {
          action: 'incident.resolve',
          subjectType: 'incident',
          subjectId: id,
          before: IncidentAnswer.of(before),
          after: result,
        },
      };
    });
  }

  private async settle(transaction: Transaction, incident: Incident, note: string): Promise<string> {
    const { status, calledBackAt, kind, parentSystemId } = incident;
    if (status === 'RESOLVED') throw new GpasError('INVALID_REQUEST', 'The incident is resolved already');
    if (calledBackAt) throw calledBack(calledBackAt);
    const request = kind === 'LATE_SETTLEMENT_REFUSED' ? requestOf(incident) : undefined;
    if (!request) {
      throw new GpasError(
        'INVALID_REQUEST',
        'post is for a win or a rollback that came late: LATE_SETTLEMENT_REFUSED of a CREDIT or a ROLLBACK',
      );
    }
    const { movement } = await this.movements.settleLate(transaction, parentSystemId, request, note);
    return movement.id;
  }
}

/** What GPAS asked for, once more; undefined where too much of it is not known. */
function requestOf({
  movementKind,
  externalReference,
  sessionId,
  targetReference,
  amountMinor,
  decimals,
  gameId,
}: Incident): Parameters<MovementsService['settleLate']>[2] | undefined {
  if (sessionId === null) return undefined;
  const named = { externalReference, sessionId, problem: null };
  if (movementKind === 'ROLLBACK' && targetReference !== null)
    return { ...named, kind: 'ROLLBACK', targetReference };
  if (movementKind !== 'CREDIT' || amountMinor === null || decimals === null) return undefined;
  return { ...named, kind: 'CREDIT', value: toDecimalText(amountMinor, decimals), gameId };
}
