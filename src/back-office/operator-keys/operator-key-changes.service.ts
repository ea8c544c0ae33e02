import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import { GpasError } from '../../errors/gpas-error.js';
import { OperatorKeysService } from '../../operator-keys/operator-keys.service.js';
import { isParentSystem } from '../../parent-systems/parent-systems.service.js';
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

  /** @throws GpasError INVALID_REQUEST for a parent system that is none, or with another role than `audit` */
  async create(
    actor: Actor,
    { name, roles, parentSystemId = null }: CreateOperatorKeyBody,
  ): Promise<NewOperatorKeyAnswer> {
    const answer = await this.auditedChanges.make(actor, async (transaction) => {
      if (parentSystemId !== null && !(await isParentSystem(transaction.manager, parentSystemId))) {
        throw new GpasError('INVALID_REQUEST', 'parentSystemId names no parent system');
      }
      const asked = { name, roles, parentSystemId };
      const { operatorKey, key } = await this.operatorKeys.create(transaction, asked);
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
    this.operatorKeys.forget();
    return answer;
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
