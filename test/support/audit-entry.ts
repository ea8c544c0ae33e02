import type { StoredLine } from './operator.js';

/** A line of the audit trail, as the back office shows it. */
export interface Entry {
  readonly id: string;
  readonly at: string;
  readonly operatorKeyId: string;
  readonly operatorKeyName: string;
  readonly requestId: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The line in the words of the back office, but for its id and instant. */
export function shownOf(line: StoredLine): Omit<Entry, 'id' | 'at'> {
  const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return {
    operatorKeyId: line.operator_key_id,
    operatorKeyName: line.operator_key_name,
    requestId: line.request_id,
    action: line.action,
    subjectType: line.subject_type,
    subjectId: line.subject_id,
    before: parse(line.before_change),
    after: parse(line.after_change),
  };
}
