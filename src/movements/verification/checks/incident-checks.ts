import { SLACK_MS } from '../../../database/id-range.js';
import { INCIDENT_KINDS, INCIDENT_STATUSES } from '../../../incidents/incident.types.js';
import { MAX_MINOR } from '../../../wallets/money.js';
import { MOVEMENT_KINDS } from '../../ledger/ledger.types.js';
import {
  CLOCKS_MS,
  type Forms,
  formProblems,
  instant,
  instantOf,
  key,
  nullable,
  oneOf,
  type Row,
  text,
  timeOfId,
  uuid,
  whole,
} from '../forms.js';
import { minorOf } from '../ledger-reading.js';
import type { TableCheck } from '../table-walk.js';
import { timeProblems } from '../time-problems.js';

const INCIDENT_FORMS: Forms = {
  id: uuid,
  kind: oneOf(INCIDENT_KINDS),
  parent_system_id: text,
  external_reference: key,
  movement_kind: nullable(oneOf(MOVEMENT_KINDS)),
  wallet_id: nullable(key),
  session_id: nullable(text),
  amount_minor: nullable(whole),
  game_id: nullable(key),
  target_reference: nullable(text),
  answer: text,
  first_at: instant,
  last_at: instant,
  times: whole,
  status: oneOf(INCIDENT_STATUSES),
  resolved_at: nullable(instant),
  resolved_by: nullable(text),
  called_back_at: nullable(instant),
  note: nullable(text),
  movement_id: nullable(uuid),
};

/**
 * Incidents: what was refused is bound, what was paid is booked, what was resolved is in the trail, what was called back
 * is not paid. An incident is written in the transaction that binds the reference, or later; it names a movement after that
 * was booked; it is resolved in the transaction of its line of the trail. So one statement shows what it presupposes;
 * columns that are not named here are not looked at.
 */
export const INCIDENTS: TableCheck = {
  plural: 'incidents',
  select: `SELECT i.id, i.kind, i.parent_system_id, i.external_reference, i.movement_kind, i.wallet_id, i.session_id,
      i.amount_minor, i.game_id, i.target_reference, i.answer, i.first_at, i.last_at, i.times, i.status, i.resolved_at,
      i.resolved_by, i.note, i.movement_id, i.called_back_at, b.kind AS b_kind, v.ordinal AS v_ordinal, w.id AS w_id, p.id AS p_id,
      t.id AS t_id, m.id AS m_id, m.parent_system_id AS m_parent_system_id, m.external_reference AS m_external_reference,
      m.kind AS m_kind, m.wallet_id AS m_wallet_id, m.amount_minor AS m_amount_minor, m.game_id AS m_game_id,
      (SELECT MAX(a.id) FROM audit_entries a WHERE a.subject_type = 'incident' AND a.subject_id = i.id
        AND a.action = 'incident.resolve') AS a_id
    FROM incidents i
    LEFT JOIN reference_bindings b ON b.parent_system_id = i.parent_system_id
      AND b.external_reference = i.external_reference AND b.ordinal = 0
    LEFT JOIN reference_bindings v ON v.parent_system_id = i.parent_system_id
      AND v.external_reference = i.external_reference AND v.ordinal = 1
    LEFT JOIN wallets w ON w.id = i.wallet_id
    LEFT JOIN parent_systems p ON p.id = i.parent_system_id
    LEFT JOIN movements t ON t.parent_system_id = i.parent_system_id AND t.external_reference = i.target_reference
    LEFT JOIN movements m ON m.id = i.movement_id`,
  key: ['i.id'],
  subjectOf: ({ id }) => `incident ${String(id)}`,
  problemsOf: (row) => {
    const malformed = formProblems(row, INCIDENT_FORMS);
    if (malformed.length > 0) return malformed;
    return [
      ...referenceProblems(row),
      ...resolutionProblems(row),
      ...paymentProblems(row),
      ...countProblems(row),
    ];
  },
};

function referenceProblems(row: Row): string[] {
  const { kind, wallet_id: walletId, movement_kind: movementKind } = row;
  const reference = String(row['external_reference']);
  // A body that has not the form of a call is told and binds nothing; nobody looks then for its wallet.
  const isUnread = walletId === null && (kind === 'WIN_REFUSED' || kind === 'ROLLBACK_REFUSED');
  const isBuried = row['b_kind'] === 'TOMBSTONE' || row['v_ordinal'] !== null;
  return [
    ...(row['p_id'] === null ? [`its parent system ${String(row['parent_system_id'])} is not there`] : []),
    ...(walletId === null || row['w_id'] !== null ? [] : [`its wallet ${String(walletId)} is not there`]),
    ...(movementKind === null || row['b_kind'] !== null || isUnread
      ? []
      : [`its reference ${reference} is not bound`]),
    // A rollback without a session calls an incident back and lays no tombstone.
    ...(kind === 'TOMBSTONE_HIT' && !isBuried ? [`its reference ${reference} has no tombstone`] : []),
    ...(kind === 'CLAWBACK_REFUSED' && row['t_id'] === null
      ? [`the movement of ${String(row['target_reference'])}, to be taken back, is not there`]
      : []),
  ];
}

function resolutionProblems(row: Row): string[] {
  const isResolved = row['status'] === 'RESOLVED';
  // A content that it was not seen with before opens it again, and only that.
  const isReopened = instantOf(row['last_at']) >= timeOfId(row['a_id']) - SLACK_MS;
  const columns = ['resolved_at', 'resolved_by'].filter((column) => isResolved === (row[column] === null));
  return [
    ...columns.map(
      (column) => `is ${String(row['status'])} and its ${column} is ${isResolved ? 'missing' : 'set'}`,
    ),
    ...(isResolved && row['a_id'] === null ? ['was resolved without a line in the audit trail'] : []),
    ...(!isResolved && row['a_id'] !== null && !isReopened
      ? ['is OPEN, the audit trail has it resolved since it last came']
      : []),
  ];
}

/** What is paid is booked under GPAS's own reference. */
function paymentProblems(row: Row): string[] {
  const movementId = row['movement_id'];
  if (movementId === null) return [];
  if (row['called_back_at'] !== null)
    return [`was paid with movement ${String(movementId)}, and called back`];
  if (row['m_id'] === null) return [`was paid with movement ${String(movementId)}, which is not there`];
  const columns = ['parent_system_id', 'external_reference', 'wallet_id'];
  const amounts = [row['amount_minor'] ?? null, row['m_amount_minor'] ?? null];
  const isOther =
    columns.some((column) => row[column] !== row[`m_${column}`]) ||
    row['movement_kind'] !== row['m_kind'] ||
    (amounts[0] !== null && String(amounts[0]) !== String(amounts[1]));
  return isOther ? [`was paid with movement ${String(movementId)}, which is of another content`] : [];
}

function countProblems(row: Row): string[] {
  const [first, last] = [instantOf(row['first_at']), instantOf(row['last_at'])];
  const amount = row['amount_minor'] ?? null;
  return [
    ...timeProblems(String(row['id']), first, 'first_at'),
    // Two processes see the same at once, and the later one need not be the later to commit.
    ...(last < first - SLACK_MS ? ['came last before it came first'] : []),
    ...(last > Date.now() + CLOCKS_MS ? ['its last_at lies in the future'] : []),
    ...(instantOf(row['resolved_at']) < first - CLOCKS_MS ? ['was resolved before it came'] : []),
    ...(Number(row['times']) < 1 ? [`came ${Number(row['times'])} times`] : []),
    ...(amount !== null && (minorOf(amount) < 0n || minorOf(amount) > MAX_MINOR)
      ? [`its amount ${String(amount)} is beyond the limits`]
      : []),
  ];
}
