import { SESSION_STATUSES } from '../../../sessions/session.types.js';
import {
  CLOCKS_MS,
  type Forms,
  formProblems,
  instant,
  instantOf,
  instantText,
  key,
  nullable,
  oneOf,
  uuid,
} from '../forms.js';
import type { Row } from '../forms.js';
import type { TableCheck } from '../table-walk.js';
import { timeProblems } from '../time-problems.js';

const SESSION_FORMS: Forms = {
  id: uuid,
  parent_system_id: key,
  wallet_id: key,
  status: oneOf(SESSION_STATUSES),
  created_at: instant,
  closed_at: nullable(instant),
  closed_by: nullable(uuid),
};

/**
 * Sessions: each of a wallet and a parent system that are there, closed once and after it was opened. A session is opened
 * after its wallet and parent system were made, and neither is ever deleted; its own columns change together.
 */
export const SESSIONS: TableCheck = {
  plural: 'sessions',
  select: `SELECT s.id, s.parent_system_id, s.wallet_id, s.status, s.created_at, s.closed_at, s.closed_by,
      w.id AS w_id, w.created_at AS w_created_at, p.id AS p_id
    FROM sessions s LEFT JOIN wallets w ON w.id = s.wallet_id LEFT JOIN parent_systems p ON p.id = s.parent_system_id`,
  key: ['s.id'],
  subjectOf: ({ id }) => `session ${String(id)}`,
  problemsOf: (row) => {
    const malformed = formProblems(row, SESSION_FORMS);
    return malformed.length > 0 ? malformed : [...partyProblems(row), ...lifeProblems(row)];
  },
};

function partyProblems(row: Row): string[] {
  return [
    ...(row['w_id'] === null ? [`its wallet ${String(row['wallet_id'])} is not there`] : []),
    ...(row['p_id'] === null ? [`its parent system ${String(row['parent_system_id'])} is not there`] : []),
  ];
}

function lifeProblems(row: Row): string[] {
  const { id, status, closed_at: closedAt, closed_by: closedBy } = row;
  const created = instantOf(row['created_at']);
  const closed = instantOf(closedAt);
  const isClosed = status === 'CLOSE';
  return [
    ...timeProblems(String(id), created, 'created_at'),
    ...(isClosed === (closedAt !== null)
      ? []
      : [`is ${String(status)} and its closed_at ${toldOf(closedAt)}`]),
    ...(isClosed === (closedBy !== null)
      ? []
      : [`is ${String(status)} and its closed_by ${toldOf(closedBy)}`]),
    // Another process may have opened it, with a clock of its own.
    ...(closed < created - CLOCKS_MS ? [`was closed at ${instantText(closed)}, before it was opened`] : []),
    ...(closedBy !== null && closedAt !== null ? timeProblems(String(closedBy), closed, 'closed_at') : []),
    ...(created < instantOf(row['w_created_at']) - CLOCKS_MS
      ? ['was opened before its wallet was created']
      : []),
  ];
}

const toldOf = (value: Row[string]): string => (value === null ? 'is missing' : 'is set');
