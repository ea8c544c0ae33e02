import type { MigrationInterface, QueryRunner } from 'typeorm';
import { instantText } from '../columns.js';
import { newId } from '../id.js';

/** So many bindings are looked at in one step, of which each may need a row of {@link COLUMNS}: SQLite takes 32,766 values. */
const BINDINGS_PER_STEP = 1_000;

const COLUMNS = [
  'id',
  'kind',
  'parent_system_id',
  'external_reference',
  'movement_kind',
  'wallet_id',
  'session_id',
  'amount_minor',
  'currency',
  'decimals',
  'target_reference',
  'answer',
  'first_at',
  'last_at',
  'times',
  'status',
  'called_back_at',
] as const;

/** Integers are text on MySQL and numbers on SQLite, instants are text on SQLite. */
type Row = Record<string, unknown>;

/** A session of which the wallet is known was refused because it was closed. */
const INCIDENT_KIND = `CASE
  WHEN b.refusal = 'INVALID_WALLET_SESSION' AND b.wallet_id IS NOT NULL THEN 'LATE_SETTLEMENT_REFUSED'
  WHEN b.kind = 'CREDIT' THEN 'WIN_REFUSED' ELSE 'ROLLBACK_REFUSED' END`;

/** Refused wins that were neither booked nor called back, and refused rollbacks of bets that are still charged. */
const UNTOLD = `SELECT b.parent_system_id, b.external_reference, b.kind, b.wallet_id, b.session_id, b.amount_minor,
    b.target_reference, b.refusal, b.created_at, w.currency, w.decimals, ${INCIDENT_KIND} AS incident_kind
  FROM reference_bindings b
  LEFT JOIN wallets w ON w.id = b.wallet_id
  WHERE b.parent_system_id = ? AND b.external_reference > ? AND b.external_reference <= ?
    AND b.ordinal = 0 AND b.refusal IS NOT NULL AND b.kind IN ('CREDIT', 'ROLLBACK')
    AND NOT EXISTS (SELECT 1 FROM movements m
      WHERE m.parent_system_id = b.parent_system_id AND m.external_reference = b.external_reference)
    AND NOT EXISTS (SELECT 1 FROM reference_bindings v
      WHERE v.parent_system_id = b.parent_system_id AND v.external_reference = b.external_reference AND v.ordinal = 1)
    AND NOT EXISTS (SELECT 1 FROM incidents i
      WHERE i.parent_system_id = b.parent_system_id AND i.external_reference = b.external_reference
        AND i.kind = ${INCIDENT_KIND})
    AND (b.kind = 'CREDIT' OR EXISTS (SELECT 1 FROM movements t
      JOIN reference_bindings g ON g.parent_system_id = t.parent_system_id
        AND g.external_reference = t.external_reference AND g.ordinal = 0
      WHERE t.parent_system_id = b.parent_system_id AND t.external_reference = b.target_reference
        AND t.kind = 'DEBIT' AND (t.wallet_id = b.wallet_id OR g.refusal IS NULL)
        AND NOT EXISTS (SELECT 1 FROM movements r WHERE r.target_movement_id = t.id)))`;

/**
 * Every win that is not paid and every rollback of a bet that is not booked is told: makes the incidents of those that were refused
 * before there were any. The game and the text of the call were not kept.
 */
export class ToldWins1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const parentSystems = (await runner.query('SELECT id FROM parent_systems')) as { id: string }[];
    for (const { id } of parentSystems) {
      let after = '';
      for (
        let upTo = await nextStep(runner, id, after);
        upTo !== null;
        upTo = await nextStep(runner, id, after)
      ) {
        await tell(runner, (await runner.query(UNTOLD, [id, after, upTo])) as Row[]);
        after = upTo;
      }
    }
  }

  /** What is told stays told. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}

/** The last reference of the next step; null where there is none left. */
async function nextStep(runner: QueryRunner, parentSystemId: string, after: string): Promise<string | null> {
  const [row] = (await runner.query(
    `SELECT MAX(external_reference) AS up_to FROM (SELECT external_reference FROM reference_bindings
       WHERE parent_system_id = ? AND external_reference > ? ORDER BY external_reference LIMIT ${BINDINGS_PER_STEP}) AS step`,
    [parentSystemId, after],
  )) as { up_to: string | null }[];
  return row?.up_to ?? null;
}

async function tell(runner: QueryRunner, bindings: readonly Row[]): Promise<void> {
  if (bindings.length === 0) return;
  const callBacks = await callBacksOf(
    runner,
    bindings.filter(({ kind }) => kind === 'CREDIT'),
  );
  const marks = `(${COLUMNS.map(() => '?').join(', ')})`;
  await runner.query(
    `INSERT INTO incidents (${COLUMNS.join(', ')}) VALUES ${bindings.map(() => marks).join(', ')}`,
    bindings.flatMap((binding) => {
      const at = instantOf(binding['created_at']);
      const calledBackAt = binding['kind'] === 'CREDIT' ? firstCallBack(binding, callBacks) : null;
      const kept = {
        ...binding,
        id: newId(at),
        kind: binding['incident_kind'],
        movement_kind: binding['kind'],
        answer: binding['refusal'],
        first_at: instantText(at),
        last_at: instantText(at),
        times: 1,
        status: 'OPEN',
        called_back_at: calledBackAt && instantText(calledBackAt),
      } as Row;
      return COLUMNS.map((column) => kept[column] ?? null);
    }),
  );
}

/**
 * The rollbacks that named one of the refused wins: what GPAS called back is never paid. One that named a session of another
 * wallet calls nothing back.
 */
async function callBacksOf(runner: QueryRunner, wins: readonly Row[]): Promise<Row[]> {
  if (wins.length === 0) return [];
  const references = wins.map((win) => win['external_reference']);
  const walletIds = [
    ...new Set(wins.flatMap((win) => (win['wallet_id'] === null ? [] : [win['wallet_id']]))),
  ];
  const ofWallets = (
    condition: string,
  ): string => `SELECT parent_system_id, target_reference, wallet_id, created_at
    FROM reference_bindings WHERE ${condition} AND refusal IS NOT NULL AND kind = 'ROLLBACK'
      AND target_reference IN (${references.map(() => '?').join(', ')})`;
  const lost = (await runner.query(ofWallets('wallet_id IS NULL'), references)) as Row[];
  if (walletIds.length === 0) return lost;
  const own = (await runner.query(ofWallets(`wallet_id IN (${walletIds.map(() => '?').join(', ')})`), [
    ...walletIds,
    ...references,
  ])) as Row[];
  return [...lost, ...own];
}

function firstCallBack(win: Row, callBacks: readonly Row[]): Date | null {
  const instants = callBacks
    .filter(
      (back) =>
        back['parent_system_id'] === win['parent_system_id'] &&
        back['target_reference'] === win['external_reference'] &&
        (back['wallet_id'] === null || back['wallet_id'] === win['wallet_id']),
    )
    .map((back) => Number(instantOf(back['created_at'])));
  return instants.length === 0 ? null : new Date(Math.min(...instants));
}

function instantOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(`${String(value).replace(' ', 'T')}Z`);
}
