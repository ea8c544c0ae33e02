import { Check, Entity, Index } from 'typeorm';
import { InstantColumn, KeyColumn } from '../database/columns.js';
import type { Session, SessionStatus } from './session.types.js';

/** A wallet session: what GPAS names in every later call until it closes it. */
@Entity('sessions')
@Check('ck_sessions_status', `status IN ('OPEN', 'CLOSE')`)
@Index('ix_sessions_status', ['status', 'id'])
@Index('ix_sessions_wallet', ['walletId', 'id'])
export class SessionEntity implements Session {
  /** UUIDv7: sorts by time, so that rows are added at the end of the index. */
  @KeyColumn({ name: 'id', length: 36, primary: true })
  id!: string;

  @KeyColumn({ name: 'parent_system_id', length: 128 })
  parentSystemId!: string;

  @KeyColumn({ name: 'wallet_id', length: 128 })
  walletId!: string;

  @KeyColumn({ name: 'status', length: 8 })
  status!: SessionStatus;

  @InstantColumn({ name: 'created_at' })
  createdAt!: Date;

  @InstantColumn({ name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  /** The command that closed it, so that a close whose commit answer was lost is recognised when it is tried again. */
  @KeyColumn({ name: 'closed_by', length: 36, nullable: true })
  closedBy!: string | null;
}
