import { instantFrom, instantText } from '../database/columns.js';
import { placesFor, type Row, type Statement } from '../database/statements/statement.js';
import type { Wallet } from './wallet.types.js';

/** Wallets in statements that are not TypeORM's: those that every call of GPAS's waits for. */

const COLUMNS = {
  id: 'w_id',
  player_id: 'w_player_id',
  code: 'w_code',
  currency: 'w_currency',
  decimals: 'w_decimals',
  status: 'w_status',
  real_minor: 'w_real_minor',
  bonus_minor: 'w_bonus_minor',
  seq: 'w_seq',
  moved_at: 'w_moved_at',
  created_at: 'w_created_at',
  seal: 'w_seal',
} as const;

/** What {@link walletFrom} needs of the table `w`. */
export const WALLET_COLUMNS = Object.entries(COLUMNS)
  .map(([column, name]) => `w.${column} AS ${name}`)
  .join(', ');

export function walletFrom(row: Row): Wallet {
  const movedAt = row[COLUMNS.moved_at];
  return {
    id: row[COLUMNS.id],
    playerId: row[COLUMNS.player_id],
    code: row[COLUMNS.code],
    currency: row[COLUMNS.currency],
    decimals: row[COLUMNS.decimals],
    status: row[COLUMNS.status],
    realMinor: BigInt(row[COLUMNS.real_minor] as string | number),
    bonusMinor: BigInt(row[COLUMNS.bonus_minor] as string | number),
    seq: row[COLUMNS.seq],
    movedAt: movedAt === null ? null : instantFrom(movedAt as string | Date),
    createdAt: instantFrom(row[COLUMNS.created_at] as string | Date),
    seal: row[COLUMNS.seal],
  } as Wallet;
}

/**
 * Locks wallets in the order of their ids, whatever order they are named in.
 * @param named selects their ids as `id`, each once, in their order and with a LIMIT, so that it is read before the first
 * lock: this order, and no other way to the rows, is what the hints are for. SQLite has no row locks, and takes them for
 * comments.
 */
export function lockWallets(named: Statement, rowLockClause: string): Statement {
  return {
    sql: `SELECT /*! STRAIGHT_JOIN */ ${WALLET_COLUMNS}
      FROM (${named.sql}) AS named JOIN wallets w /*! FORCE INDEX (PRIMARY) */ ON w.id = named.id ${rowLockClause}`,
    values: named.values,
  };
}

/** Those that exist, as committed. */
export function selectWallets(walletIds: readonly string[]): Statement {
  return {
    sql: `SELECT ${WALLET_COLUMNS} FROM wallets w WHERE w.id IN (${placesFor(walletIds)})`,
    values: walletIds,
  };
}

/** New balances of a wallet, in minor units, after its movements from `seqBefore` to `seq`, the last one at `movedAt` with `seal`. */
export interface BalanceChange {
  readonly walletId: string;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly seq: number;
  readonly seqBefore: number;
  readonly movedAt: Date;
  readonly seal: string | null;
}

/**
 * Sets balances and sequence numbers of locked wallets. It fails where one has moved on since it was read: then nothing of
 * this transaction may be kept.
 */
export function setBalances(changes: readonly BalanceChange[]): Statement[] {
  if (changes.length === 0) return [];
  const cases = changes.map(() => 'WHEN ? THEN ?').join(' ');
  const valuesOf = (pick: (change: BalanceChange) => number | string | null): (number | string | null)[] =>
    changes.flatMap((change) => [change.walletId, pick(change)]);
  return [
    {
      sql: `UPDATE wallets SET real_minor = CASE id ${cases} END, bonus_minor = CASE id ${cases} END,
         seq = CASE id ${cases} END, moved_at = CASE id ${cases} END, seal = CASE id ${cases} END
       WHERE ${changes.map(() => '(id = ? AND seq = ?)').join(' OR ')}`,
      values: [
        ...valuesOf(({ realMinor }) => Number(realMinor)),
        ...valuesOf(({ bonusMinor }) => Number(bonusMinor)),
        ...valuesOf(({ seq }) => seq),
        ...valuesOf(({ movedAt }) => instantText(movedAt)),
        ...valuesOf(({ seal }) => seal),
        ...changes.flatMap(({ walletId, seqBefore }) => [walletId, seqBefore]),
      ],
      matches: changes.length,
    },
  ];
}
