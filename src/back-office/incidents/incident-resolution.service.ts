import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { GpasError } from '../../errors/gpas-error.js';
import type { Incident } from '../../incidents/incident.types.js';
import { IncidentsService } from '../../incidents/incidents.service.js';
import { MovementsService } from '../../movements/movements.service.js';
import { toDecimalText } from '../../wallets/money.js';
import { WalletsService } from '../../wallets/wallets.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { IncidentAnswer, type ResolveIncidentBody } from './dto/incident.dto.js';

/** Resolving incidents, with or without the money. */
@Injectable()
export class IncidentResolution {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly incidents: IncidentsService,
    private readonly movements: MovementsService,
    private readonly wallets: WalletsService,
  ) {}

  /**
   * Where the money is to be paid, that comes first, once under its own reference: if what follows fails, the same
   * call again finds it paid.
   * @throws GpasError NOT_FOUND; INVALID_REQUEST where it is resolved, or is nothing that can be paid; as a win is refused
   */
  async resolve(actor: Actor, id: string, { note, post }: ResolveIncidentBody): Promise<IncidentAnswer> {
    const incident = await this.incidents.get(id);
    const movementId = post === true ? await this.pay(incident, note) : null;
    return this.auditedChanges.make(actor, async (transaction) => {
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

  private async pay(incident: Incident, note: string): Promise<string> {
    const { kind, movementKind, status, amountMinor, walletId, sessionId } = incident;
    const isLateWin = kind === 'LATE_SETTLEMENT_REFUSED' && movementKind === 'CREDIT';
    if (status === 'RESOLVED') throw new GpasError('INVALID_REQUEST', 'The incident is resolved already');
    if (!isLateWin || amountMinor === null || walletId === null || sessionId === null) {
      throw new GpasError(
        'INVALID_REQUEST',
        'post is for a win that came late: LATE_SETTLEMENT_REFUSED of a CREDIT',
      );
    }
    const { decimals } = await this.wallets.get(walletId);
    const { parentSystemId, externalReference, gameId } = incident;
    const value = toDecimalText(amountMinor, decimals);
    const { movement } = await this.movements.settleLate(
      parentSystemId,
      { kind: 'CREDIT', sessionId, problem: null, externalReference, value, gameId },
      { description: note, tags: null },
    );
    return movement.id;
  }
}
