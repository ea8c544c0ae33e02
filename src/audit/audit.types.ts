/** Who changes something: an operator key, or the server itself. */
export interface Actor {
  readonly operatorKeyId: string;
  readonly operatorKeyName: string;
  /** Of the call that asked for it; null where there was none. */
  readonly requestId: string | null;
}

/** The server itself: the money of its demo, and its commands. */
export const SERVER: Actor = { operatorKeyId: 'server', operatorKeyName: 'server', requestId: null };

/** What can be done in the back office. */
export type AuditAction =
  | 'wallet.create'
  | 'wallet.change'
  | 'wallet.deposit'
  | 'wallet.withdraw'
  | 'session.close'
  | 'launch.create'
  | 'launch.revoke'
  | 'parent-system.create'
  | 'parent-system.change'
  | 'parent-system.rotate-secret'
  | 'operator-key.create'
  | 'operator-key.revoke'
  | 'incident.resolve'
  | 'game.put'
  | 'game.import';

export type AuditSubject =
  'wallet' | 'session' | 'incident' | 'launch' | 'parent-system' | 'operator-key' | 'game';

/**
 * One change, field by field. `before` and `after` are shown to whoever may read the trail: never a secret, a key or a
 * token in them.
 */
export interface AuditedChange {
  readonly action: AuditAction;
  readonly subjectType: AuditSubject;
  readonly subjectId: string;
  /** Null where it was not there before. */
  readonly before: object | null;
  readonly after: object | null;
}

/** One line of the trail, never changed. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly operatorKeyId: string;
  /** Its name at that time. */
  readonly operatorKeyName: string;
  readonly requestId: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  /** JSON; null where it was not there before. */
  readonly before: string | null;
  /** JSON; null where it is gone. */
  readonly after: string | null;
}
