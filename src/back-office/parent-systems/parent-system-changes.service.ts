import { Injectable } from '@nestjs/common';
import type { Actor, AuditedChange } from '../../audit/audit.types.js';
import { ParentSystemsRegistry } from '../../parent-systems/parent-systems.registry.js';
import {
  type NewParentSystem,
  type ParentSystemChange,
  ParentSystemsService,
} from '../../parent-systems/parent-systems.service.js';
import type { ParentSystem } from '../../parent-systems/parent-system.types.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { NewParentSystemAnswer, ParentSystemAnswer, RotatedSecretAnswer } from './dto/parent-system.dto.js';

/** Changes of GPAS integrations: kept in the trail without their secrets, and in force here at once. */
@Injectable()
export class ParentSystemChanges {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly parentSystems: ParentSystemsService,
    private readonly registry: ParentSystemsRegistry,
  ) {}

  async create(actor: Actor, body: NewParentSystem): Promise<NewParentSystemAnswer> {
    const { parentSystem, secret } = await this.auditedChanges.make(actor, async (transaction) => {
      const result = await this.parentSystems.create(transaction, body);
      return {
        result,
        change: changeOf('parent-system.create', null, result.parentSystem),
      };
    });
    this.registry.forget();
    return { ...ParentSystemAnswer.of(parentSystem), secret };
  }

  async change(actor: Actor, id: string, body: ParentSystemChange): Promise<ParentSystemAnswer> {
    const after = await this.auditedChanges.make(actor, async (transaction) => {
      const result = await this.parentSystems.change(transaction, id, body);
      return { result: result.after, change: changeOf('parent-system.change', result.before, result.after) };
    });
    this.registry.forget();
    return ParentSystemAnswer.of(after);
  }

  async rotateSecret(
    actor: Actor,
    id: string,
    body: { readonly secret?: string; readonly graceSeconds: number },
  ): Promise<RotatedSecretAnswer> {
    const answer = await this.auditedChanges.make(actor, async (transaction) => {
      const issued = await this.parentSystems.rotateSecret(transaction, id, body);
      const previousValidUntil = issued.previousValidUntil.toISOString();
      return {
        result: { secret: issued.secret, previousValidUntil },
        change: {
          action: 'parent-system.rotate-secret',
          subjectType: 'parent-system',
          subjectId: id,
          before: null,
          after: { previousValidUntil },
        },
      };
    });
    this.registry.forget();
    return answer;
  }
}

function changeOf(
  action: 'parent-system.create' | 'parent-system.change',
  before: ParentSystem | null,
  after: ParentSystem,
): AuditedChange {
  return {
    action,
    subjectType: 'parent-system',
    subjectId: after.id,
    before: before && ParentSystemAnswer.of(before),
    after: ParentSystemAnswer.of(after),
  };
}
