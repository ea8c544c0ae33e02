import type { DataSource } from 'typeorm';
import { toJsonNumber } from '../../../wallets/money.js';
import {
  type Forms,
  formProblems,
  instant,
  instantOf,
  json,
  nullable,
  objectOf,
  type Row,
  text,
  uuid,
} from '../forms.js';
import { minorOf } from '../ledger-reading.js';
import type { TableCheck } from '../table-walk.js';
import { timeProblems } from '../time-problems.js';

const ENTRY_FORMS: Forms = {
  id: uuid,
  at: instant,
  operator_key_id: text,
  operator_key_name: text,
  request_id: nullable(text),
  action: text,
  subject_type: text,
  subject_id: text,
  before_change: nullable(json),
  after_change: nullable(json),
};

/**
 * The audit trail against what it tells of: payments, wallets, closed sessions, resolved incidents. A line was committed
 * with its change; what may change again (a wallet's status) is compared with the last line of it only, in one statement.
 */
export const TRAIL: TableCheck = {
  plural: 'audit entries',
  select: `SELECT a.id, a.at, a.operator_key_id, a.operator_key_name, a.request_id, a.action, a.subject_type, a.subject_id,
      a.before_change, a.after_change, w.id AS w_id, w.currency AS w_currency, w.decimals AS w_decimals, w.code AS w_code,
      w.player_id AS w_player_id, w.status AS w_status, s.status AS s_status, s.closed_at AS s_closed_at,
      i.status AS i_status, i.movement_id AS i_movement_id,
      CASE WHEN a.action IN ('wallet.change', 'session.close', 'incident.resolve') THEN (SELECT MAX(l.id)
        FROM audit_entries l WHERE l.subject_type = a.subject_type AND l.subject_id = a.subject_id AND l.id > a.id
        AND l.action = a.action) END AS l_id
    FROM audit_entries a
    LEFT JOIN wallets w ON a.subject_type = 'wallet' AND w.id = a.subject_id
    LEFT JOIN sessions s ON a.subject_type = 'session' AND s.id = a.subject_id
    LEFT JOIN incidents i ON a.subject_type = 'incident' AND i.id = a.subject_id`,
  key: ['a.id'],
  enrich: withMovements,
  subjectOf: ({ id, action, subject_type: type, subject_id: subject }) =>
    `${String(type)} ${String(subject)}, audit entry ${String(id)} (${String(action)})`,
  problemsOf: (row) => {
    const malformed = formProblems(row, ENTRY_FORMS);
    if (malformed.length > 0) return malformed;
    return [...timeProblems(String(row['id']), instantOf(row['at']), 'at'), ...changeProblems(row)];
  },
};

/** The line was read first, its movement now: what was committed together is there. */
async function withMovements(dataSource: DataSource, rows: readonly Row[]): Promise<Row[]> {
  const ids = rows.flatMap((row) => movementIdOf(row) ?? []);
  if (ids.length === 0) return [...rows];
  const movements = await dataSource.query<Row[]>(
    `SELECT id AS m_id, kind AS m_kind, wallet_id AS m_wallet_id, external_reference AS m_external_reference,
       real_after_minor AS m_real, bonus_after_minor AS m_bonus
     FROM movements WHERE id IN (${ids.map(() => '?').join(', ')})`,
    ids,
  );
  const byId = new Map(movements.map((row) => [row['m_id'], row]));
  return rows.map((row) => ({ ...row, ...byId.get(movementIdOf(row)) }));
}

function isPayment({ action }: Row): boolean {
  return action === 'wallet.deposit' || action === 'wallet.withdraw';
}

function movementIdOf(row: Row): string | undefined {
  if (!isPayment(row)) return undefined;
  const { movementId } = objectOf(row['after_change']);
  return typeof movementId === 'string' ? movementId : undefined;
}

function changeProblems(row: Row): string[] {
  const { action, subject_type: type } = row;
  const subjectId = { wallet: 'w_id', session: 's_status', incident: 'i_status' }[String(type)];
  if (subjectId !== undefined && row[subjectId] === null) return [`the ${String(type)} is not there`];
  switch (String(action)) {
    case 'wallet.deposit':
    case 'wallet.withdraw':
      return paymentProblems(row);
    case 'wallet.create':
      return walletProblems(row);
    case 'wallet.change': {
      const { status } = objectOf(row['after_change']);
      const isLast = row['l_id'] === null;
      return isLast && status !== row['w_status']
        ? [`the wallet is ${String(row['w_status'])}, it was made ${told(status)}`]
        : [];
    }
    case 'session.close':
      return sessionProblems(row);
    case 'incident.resolve':
      return incidentProblems(row);
    default:
      return [];
  }
}

function paymentProblems(row: Row): string[] {
  const { movementId, externalReference, real, bonus } = objectOf(row['after_change']);
  if (row['m_id'] === undefined) return [`its movement ${told(movementId)} is not there`];
  const place = `movement ${told(movementId)}`;
  const kind = row['action'] === 'wallet.deposit' ? 'DEPOSIT' : 'WITHDRAWAL';
  const isSame =
    row['m_kind'] === kind &&
    row['m_wallet_id'] === row['subject_id'] &&
    row['m_external_reference'] === externalReference;
  return [
    ...(isSame
      ? []
      : [
          `${place} is a ${String(row['m_kind'])} ${String(row['m_external_reference'])} of wallet ${String(row['m_wallet_id'])}`,
        ]),
    ...(isAmount(row['m_real'], row, real) && isAmount(row['m_bonus'], row, bonus)
      ? []
      : [
          `left ${told(real)} real and ${told(bonus)} bonus, ${place} leaves ${String(row['m_real'])} and ` +
            `${String(row['m_bonus'])} in a currency of ${String(row['w_decimals'])} decimals`,
        ]),
  ];
}

/** The trail tells amounts as the currency has them: with other decimals the same movement would be another amount. */
function isAmount(minor: Row[string], { w_decimals: decimals }: Row, amount: unknown): boolean {
  try {
    return toJsonNumber(minorOf(minor), Number(decimals)) === amount;
  } catch (error) {
    // What is no number, or beyond the limits, is not what was told.
    if (error instanceof RangeError || error instanceof SyntaxError) return false;
    throw error;
  }
}

function walletProblems(row: Row): string[] {
  const { currency, code, playerId } = objectOf(row['after_change']);
  const columns: [string, unknown, Row[string]][] = [
    ['currency', currency, row['w_currency']],
    ['code', code, row['w_code']],
    ['player', playerId, row['w_player_id']],
  ];
  return columns.flatMap(([name, made, now]) =>
    made === now ? [] : [`the wallet has ${name} ${String(now)}, it was created with ${told(made)}`],
  );
}

function sessionProblems(row: Row): string[] {
  const { closed } = objectOf(row['after_change']);
  const isThen = typeof closed === 'string' && Date.parse(closed) === instantOf(row['s_closed_at']);
  return [
    ...(row['l_id'] === null ? [] : [`the session was closed again, audit entry ${String(row['l_id'])}`]),
    ...(row['s_status'] === 'CLOSE' ? [] : [`the session is ${String(row['s_status'])}`]),
    ...(isThen ? [] : [`the session's closed_at is not ${told(closed)}`]),
  ];
}

/** What is resolved may be opened again and resolved anew; of a status that does not fit, the incident itself tells. */
function incidentProblems(row: Row): string[] {
  if (row['l_id'] !== null) return [];
  const { movementId } = objectOf(row['after_change']);
  return [
    ...((movementId ?? null) === row['i_movement_id']
      ? []
      : [
          `the incident names movement ${String(row['i_movement_id'])}, it was resolved with ${told(movementId)}`,
        ]),
  ];
}

/** A value of the trail's JSON, in a line. */
function told(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
