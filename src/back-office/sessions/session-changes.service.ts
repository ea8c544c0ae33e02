import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { SessionRow } from './dto/session.dto.js';

/** Changes of wallet sessions by the operator, each with its line of the trail. */
@Injectable()
export class SessionChanges {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly sessions: SessionsService,
  ) {}

  /** @throws GpasError NOT_FOUND; INVALID_WALLET_SESSION (1004) where it is closed already */
  close(actor: Actor, sessionId: string): Promise<SessionRow> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const { before, after } = await this.sessions.closeByOperator(transaction, sessionId);
      const result = SessionRow.of(after);
      return {
        result,
        change: {
          action: 'session.close',
          subjectType: 'session',
          subjectId: sessionId,
          before: SessionRow.of(before),
          after: result,
        },
      };
    });
  }
}
