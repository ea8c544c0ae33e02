import { Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn, LongTextColumn, TextColumn } from '../database/columns.js';
import type { AuditEntry } from './audit.types.js';

/** One change of the back office, never changed itself. */
@Entity('audit_entries')
@Index('ix_audit_entries_subject', ['subjectType', 'subjectId', 'id'])
@Index('ix_audit_entries_key', ['operatorKeyId', 'id'])
export class AuditEntryEntity implements AuditEntry {
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @InstantColumn({ name: 'at' })
  at!: Date;

  /** Which key did it. */
  @KeyColumn({ name: 'operator_key_id', length: 36 })
  operatorKeyId!: string;

  /** Its name at that time. */
  @TextColumn({ name: 'operator_key_name', length: 100 })
  operatorKeyName!: string;

  /** The `x-request-id` of the call, which its log lines have; null where a command did it. */
  @KeyColumn({ name: 'request_id', length: 36, nullable: true })
  requestId!: string | null;

  @KeyColumn({ name: 'action', length: 40 })
  action!: string;

  @KeyColumn({ name: 'subject_type', length: 20 })
  subjectType!: string;

  @KeyColumn({ name: 'subject_id', length: 128 })
  subjectId!: string;

  /** JSON; null where it was not there before. */
  @LongTextColumn({ name: 'before_change', nullable: true })
  before!: string | null;

  /** JSON; null where it is gone. */
  @LongTextColumn({ name: 'after_change', nullable: true })
  after!: string | null;
}
