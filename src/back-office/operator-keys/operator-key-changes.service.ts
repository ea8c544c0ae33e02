import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { OperatorKeysService } from '../../operator-keys/operator-keys.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import {
  type CreateOperatorKeyBody,
  type NewOperatorKeyAnswer,
  OperatorKeyAnswer,
} from './dto/operator-key.dto.js';

/** Changes of the back office's keys, kept in the trail without the keys themselves. */
@Injectable()
export class OperatorKeyChanges {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly operatorKeys: OperatorKeysService,
  ) {}

  create(actor: Actor, body: CreateOperatorKeyBody): Promise<NewOperatorKeyAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const { operatorKey, key } = await this.operatorKeys.create(transaction, body);
      const after = OperatorKeyAnswer.of(operatorKey);
      return {
        result: { ...after, key },
        change: {
          action: 'operator-key.create',
          subjectType: 'operator-key',
          subjectId: operatorKey.id,
          before: null,
          after,
        },
      };
    });
  }

  /** @throws GpasError NOT_FOUND, also for one that is revoked already */
  revoke(actor: Actor, keyId: string): Promise<OperatorKeyAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const after = OperatorKeyAnswer.of(await this.operatorKeys.revoke(transaction, keyId));
      return {
        result: after,
        change: {
          action: 'operator-key.revoke',
          subjectType: 'operator-key',
          subjectId: keyId,
          before: { ...after, revoked: null },
          after,
        },
      };
    });
  }
}
