import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, LessThan } from 'typeorm';
import { following, newId } from '../database/id.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { AuditEntryEntity } from './audit-entry.entity.js';
import type { AuditEntry } from './audit.types.js';
import type { Actor, AuditedChange } from './audit.types.js';

/** A page of the trail, latest first. */
interface AuditQuery {
  /** The last id of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly subjectType?: string;
  readonly subjectId?: string;
  readonly operatorKeyId?: string;
}

/** Owns the audit trail: who changed what in the back office, written in the transaction of the change or not at all. */
@Injectable()
export class AuditService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Keeps these changes, in one statement. */
  async record(transaction: Transaction, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await transaction.manager
      .createQueryBuilder()
      .insert()
      .into(AuditEntryEntity)
      .values([...entries])
      .updateEntity(false)
      .execute();
  }

  /** Keeps a change of a subject that the transaction has locked, after the last one of that subject (protocol §5, "Time"). */
  async recordNext(transaction: Transaction, actor: Actor, change: AuditedChange): Promise<void> {
    const { subjectType, subjectId } = change;
    const [last] = await transaction.manager.find(AuditEntryEntity, {
      select: { id: true, at: true },
      where: { subjectType, subjectId },
      order: { id: 'DESC' },
      take: 1,
    });
    await this.record(transaction, [auditEntryOf(actor, change, following(last?.at ?? null, new Date()))]);
  }

  list({ after, limit, ...filter }: AuditQuery): Promise<AuditEntry[]> {
    const where: FindOptionsWhere<AuditEntryEntity> = {
      ...filter,
      ...(after === undefined ? {} : { id: LessThan(after) }),
    };
    return this.unitOfWork.read((reader) =>
      reader.find(AuditEntryEntity, { where, order: { id: 'DESC' }, take: limit }),
    );
  }
}

/** The entry of one change. */
export function auditEntryOf(
  { operatorKeyId, operatorKeyName, requestId }: Actor,
  { action, subjectType, subjectId, before, after }: AuditedChange,
  at: Date = new Date(),
): AuditEntry {
  return {
    id: newId(at),
    at,
    operatorKeyId,
    operatorKeyName,
    requestId,
    action,
    subjectType,
    subjectId,
    before: before && JSON.stringify(before),
    after: after && JSON.stringify(after),
  };
}
