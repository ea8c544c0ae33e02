import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import type { Actor, AuditedChange } from '../../audit/audit.types.js';
import { type Transaction, UnitOfWork } from '../../database/unit-of-work.js';

/** What a change came to, and what the trail keeps of it. */
interface Changed<T> {
  readonly result: T;
  readonly change: AuditedChange;
}

/** Makes the back office's changes: each in one transaction with its line of the audit trail, or not at all. */
@Injectable()
export class AuditedChanges {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditService,
  ) {}

  make<T>(actor: Actor, work: (transaction: Transaction) => Promise<Changed<T>>): Promise<T> {
    return this.unitOfWork.change(async (transaction) => {
      const { result, change } = await work(transaction);
      await this.audit.recordNext(transaction, actor, change);
      return result;
    });
  }
}
