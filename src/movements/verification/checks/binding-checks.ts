import { MAX_MINOR } from '../../../wallets/money.js';
import { MOVEMENT_KINDS, OPERATOR_PARENT_SYSTEM_ID, SUB_WALLETS } from '../../ledger/ledger.types.js';
import {
  type Forms,
  formProblems,
  instant,
  instantOf,
  key,
  nullable,
  oneOf,
  type Row,
  text,
  uuid,
  whole,
} from '../forms.js';
import { minorOf } from '../ledger-reading.js';
import type { TableCheck } from '../table-walk.js';
import { timeProblems } from '../time-problems.js';

const BINDING_FORMS: Forms = {
  parent_system_id: text,
  external_reference: key,
  ordinal: whole,
  kind: oneOf([...MOVEMENT_KINDS, 'TOMBSTONE']),
  wallet_id: nullable(key),
  session_id: nullable(text),
  amount_minor: nullable(whole),
  sub_wallet: nullable(oneOf(SUB_WALLETS)),
  target_reference: nullable(text),
  refusal: nullable(text),
  command_id: uuid,
  created_at: instant,
};

/**
 * What references are bound to: what is booked has its movement, a tombstone lies over nothing or over what was refused,
 * what a refusal presupposes is there, and so is the incident that tells of a win not paid or a bet not given back. A binding
 * was committed with its movement, with its incident or after what it presupposes, and no row of these is ever deleted, so one
 * statement shows both. A refused reference may be booked later or never: its movement is not asked for.
 */
export const BINDINGS: TableCheck = {
  plural: 'bindings',
  select: `SELECT b.parent_system_id, b.external_reference, b.ordinal, b.kind, b.wallet_id, b.session_id, b.amount_minor,
      b.sub_wallet, b.target_reference, b.refusal, b.command_id, b.created_at,
      m.id AS m_id, f.kind AS f_kind, f.refusal AS f_refusal, f.wallet_id AS f_wallet_id,
      w.id AS w_id, s.wallet_id AS s_wallet_id, s.parent_system_id AS s_parent_system_id, p.id AS p_id,
      g.kind AS g_kind, g.refusal AS g_refusal, t.id AS t_id, t.kind AS t_kind, t.wallet_id AS t_wallet_id, r.id AS r_id,
      v.ordinal AS v_ordinal, i.kind AS i_kind
    FROM reference_bindings b
    LEFT JOIN movements m ON m.parent_system_id = b.parent_system_id AND m.external_reference = b.external_reference
    LEFT JOIN reference_bindings f ON f.parent_system_id = b.parent_system_id
      AND f.external_reference = b.external_reference AND f.ordinal = 0
    LEFT JOIN wallets w ON w.id = b.wallet_id
    LEFT JOIN sessions s ON s.id = b.session_id
    LEFT JOIN parent_systems p ON p.id = b.parent_system_id
    LEFT JOIN reference_bindings g ON g.parent_system_id = b.parent_system_id
      AND g.external_reference = b.target_reference AND g.ordinal = 0
    LEFT JOIN movements t ON t.parent_system_id = b.parent_system_id AND t.external_reference = b.target_reference
    LEFT JOIN movements r ON r.target_movement_id = t.id
    LEFT JOIN reference_bindings v ON b.kind = 'CREDIT' AND v.parent_system_id = b.parent_system_id
      AND v.external_reference = b.external_reference AND v.ordinal = 1
    LEFT JOIN incidents i ON b.refusal IS NOT NULL AND b.kind IN ('CREDIT', 'ROLLBACK')
      AND i.parent_system_id = b.parent_system_id AND i.external_reference = b.external_reference
      AND i.kind = CASE
        WHEN b.refusal = 'INVALID_WALLET_SESSION' AND b.wallet_id IS NOT NULL THEN 'LATE_SETTLEMENT_REFUSED'
        WHEN b.kind = 'CREDIT' THEN 'WIN_REFUSED' ELSE 'ROLLBACK_REFUSED' END`,
  key: ['b.parent_system_id', 'b.external_reference', 'b.ordinal'],
  subjectOf: (row) => `reference ${String(row['external_reference'])} of ${String(row['parent_system_id'])}`,
  problemsOf: (row) => {
    const malformed = formProblems(row, BINDING_FORMS);
    if (malformed.length > 0) return malformed;
    return [
      ...(row['kind'] === 'TOMBSTONE' ? tombstoneProblems(row) : contentProblems(row)),
      ...partyProblems(row),
      ...timeProblems(String(row['command_id']), instantOf(row['created_at']), 'created_at'),
    ];
  },
};

function tombstoneProblems(row: Row): string[] {
  const isOver = Number(row['ordinal']) === 1;
  const buried = isOver && row['f_kind'] !== null;
  const isRefused = row['f_refusal'] !== null && (row['f_kind'] === 'CREDIT' || row['f_kind'] === 'DEBIT');
  return [
    ...(Number(row['ordinal']) === 0 || isOver ? [] : [`has ordinal ${Number(row['ordinal'])}`]),
    ...(row['refusal'] === null ? ['a TOMBSTONE that refuses nothing'] : []),
    ...(row['amount_minor'] === null && row['sub_wallet'] === null && row['target_reference'] === null
      ? []
      : ['a TOMBSTONE with the content of a movement']),
    ...(row['m_id'] === null ? [] : [`is booked as movement ${String(row['m_id'])} and has a TOMBSTONE`]),
    ...(isOver && !buried ? ['a TOMBSTONE over a first sight that is not there'] : []),
    ...(buried && !isRefused ? [`a TOMBSTONE over a ${String(row['f_kind'])} that was not refused`] : []),
    ...(buried && row['f_wallet_id'] !== row['wallet_id']
      ? [
          `a TOMBSTONE of wallet ${String(row['wallet_id'])} over a reference of ${String(row['f_wallet_id'])}`,
        ]
      : []),
  ];
}

function contentProblems(row: Row): string[] {
  const { kind, refusal, m_id: movementId, amount_minor: amount, target_reference: target } = row;
  const isBooked = refusal === null;
  const isPayment = kind === 'DEPOSIT' || kind === 'WITHDRAWAL';
  const isOperators = row['parent_system_id'] === OPERATOR_PARENT_SYSTEM_ID;
  return [
    ...(Number(row['ordinal']) === 0 ? [] : [`a ${String(kind)} with ordinal ${Number(row['ordinal'])}`]),
    ...(isBooked && movementId === null
      ? [`is bound as a ${String(kind)} that was booked, and has no movement`]
      : []),
    ...(amount !== null && (minorOf(amount) < 0n || minorOf(amount) > MAX_MINOR)
      ? [`its amount ${String(amount)} is beyond the limits`]
      : []),
    ...(isBooked && kind !== 'ROLLBACK' && amount === null
      ? [`a booked ${String(kind)} without an amount`]
      : []),
    ...(isBooked && row['wallet_id'] === null ? [`a booked ${String(kind)} of no wallet`] : []),
    ...((kind === 'ROLLBACK') === (target !== null)
      ? []
      : [`a ${String(kind)} with target ${String(target)}`]),
    ...(isPayment === (row['sub_wallet'] !== null)
      ? []
      : [`a ${String(kind)} on sub-wallet ${String(row['sub_wallet'])}`]),
    ...(isPayment === isOperators
      ? []
      : [`a ${String(kind)} of parent system ${String(row['parent_system_id'])}`]),
    ...(isPayment && !isBooked ? [`a ${kind} that was refused, which binds nothing`] : []),
    ...(kind === 'ROLLBACK' ? rollbackProblems(row) : []),
    ...untoldProblems(row),
  ];
}

/** What a refusal costs the player is told (protocol §5, "Incidents"), until it is booked or called back after all. */
function untoldProblems(row: Row): string[] {
  const { kind, refusal, target_reference: target } = row;
  if (refusal === null || row['m_id'] !== null || row['i_kind'] !== null) return [];
  if (kind === 'CREDIT' && row['v_ordinal'] === null) {
    return ['a CREDIT that was refused, neither booked nor called back, and no incident tells of it'];
  }
  return kind === 'ROLLBACK' && isOfOpenBet(row)
    ? [`a ROLLBACK of ${String(target)}, a bet not given back, that was refused, and no incident tells of it`]
    : [];
}

/**
 * Whether a rollback's target is a bet that is charged, and was when the rollback came: one that is refused buries what was not
 * booked before it, but for what was refused to another wallet or is asked for under no known session.
 */
function isOfOpenBet(row: Row): boolean {
  const isOpen = row['t_kind'] === 'DEBIT' && row['r_id'] === null;
  return isOpen && (row['t_wallet_id'] === row['wallet_id'] || row['g_refusal'] === null);
}

/** What a rollback's answer presupposes of its target, which stays so for ever. */
function rollbackProblems(row: Row): string[] {
  const { refusal, target_reference: target, g_kind: kind, t_id: movementId, r_id: rollbackId } = row;
  const told = `a ROLLBACK of ${String(target)}`;
  switch (refusal ?? null) {
    case 'INVALID_TX_ID':
      return kind === null ? [`${told}, which is neither bound nor buried`] : [];
    case 'INSUFFICIENT_FUNDS':
      return movementId === null ? [`${told}, whose movement is not there`] : [];
    case 'DUPLICATE_TX_ID':
      return rollbackId === null ? [`${told}, refused as a second one, and the first is not there`] : [];
    case null:
      return kind === null || movementId === null ? [`${told}, which is not booked`] : [];
    default:
      return [];
  }
}

/** A wallet is known through its session, which was there first; the operator's movements have none. */
function partyProblems(row: Row): string[] {
  const walletId = row['wallet_id'];
  const isOperators = row['parent_system_id'] === OPERATOR_PARENT_SYSTEM_ID;
  const sessionId = String(row['session_id']);
  return [
    ...(isOperators || row['p_id'] !== null
      ? []
      : [`its parent system ${String(row['parent_system_id'])} is not there`]),
    ...(walletId === null || row['w_id'] !== null ? [] : [`its wallet ${String(walletId)} is not there`]),
    ...(isOperators && row['session_id'] !== null ? [`is the operator's and has session ${sessionId}`] : []),
    ...(isOperators || walletId === null ? [] : sessionProblems(row, sessionId)),
  ];
}

function sessionProblems(row: Row, sessionId: string): string[] {
  if (row['s_wallet_id'] === null) return [`its session ${sessionId} is not there`];
  return [
    ...(row['s_wallet_id'] === row['wallet_id']
      ? []
      : [
          `its session ${sessionId} is of wallet ${String(row['s_wallet_id'])}, it is of ${String(row['wallet_id'])}`,
        ]),
    ...(row['s_parent_system_id'] === row['parent_system_id']
      ? []
      : [`its session ${sessionId} is of parent system ${String(row['s_parent_system_id'])}`]),
  ];
}
