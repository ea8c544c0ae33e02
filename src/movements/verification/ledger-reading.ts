import type { DataSource } from 'typeorm';
import type { VerifiedMovement, VerifiedWallet } from './wallet-verification.js';

export const WALLETS_PER_PAGE = 200;
export const MOVEMENTS_PER_PAGE = 500;

/** As it comes from the driver: BIGINT is text on MySQL and a number on SQLite. */
export type Row = Record<string, string | number | null>;

export interface WalletPageRow extends VerifiedWallet {
  /** The highest `seq` among its movements at the instant of the row. */
  readonly lastSeq: number;
}

/** One statement is one instant on either engine, so a row and the last movement beside it belong together. */
export function readWallets(dataSource: DataSource, after: string): Promise<Row[]> {
  return dataSource.query<Row[]>(
    `SELECT w.id, w.real_minor, w.bonus_minor, w.seq,
       (SELECT MAX(m.seq) FROM movements m WHERE m.wallet_id = w.id) AS last_seq
     FROM wallets w WHERE w.id > ? ORDER BY w.id LIMIT ${WALLETS_PER_PAGE}`,
    [after],
  );
}

/** Wallet ids after `after`, up to `end` if there is one, that movements name and no wallet has. */
export async function readStrangers(
  dataSource: DataSource,
  after: string,
  end: string | null,
): Promise<string[]> {
  // The inner part skips from id to id in the index, whatever number of movements each has.
  const rows = await dataSource.query<Row[]>(
    `SELECT named.wallet_id FROM
       (SELECT DISTINCT wallet_id FROM movements WHERE wallet_id > ?${end === null ? '' : ' AND wallet_id <= ?'}) named
     LEFT JOIN wallets w ON w.id = named.wallet_id
     WHERE w.id IS NULL ORDER BY named.wallet_id`,
    end === null ? [after] : [after, end],
  );
  return rows.map((row) => String(row['wallet_id']));
}

/** After the `seq` `after`, up to that of the wallet, in their order; with what must agree with each. */
export function readMovements(dataSource: DataSource, wallet: VerifiedWallet, after: number): Promise<Row[]> {
  return dataSource.query<Row[]>(
    `SELECT m.id, m.parent_system_id, m.external_reference, m.kind, m.wallet_id, m.seq, m.amount_minor,
       m.real_delta_minor, m.bonus_delta_minor, m.real_after_minor, m.bonus_after_minor, m.target_movement_id, m.game_id,
       b.kind AS b_kind, b.wallet_id AS b_wallet_id, b.amount_minor AS b_amount_minor, b.sub_wallet AS b_sub_wallet,
       b.target_reference AS b_target_reference, v.ordinal AS v_ordinal,
       t.parent_system_id AS t_parent_system_id, t.external_reference AS t_external_reference, t.kind AS t_kind,
       t.wallet_id AS t_wallet_id, t.seq AS t_seq, t.amount_minor AS t_amount_minor,
       t.real_delta_minor AS t_real_delta_minor, t.bonus_delta_minor AS t_bonus_delta_minor, t.game_id AS t_game_id
     FROM movements m
     LEFT JOIN reference_bindings b ON b.parent_system_id = m.parent_system_id
       AND b.external_reference = m.external_reference AND b.ordinal = 0
     LEFT JOIN reference_bindings v ON v.parent_system_id = m.parent_system_id
       AND v.external_reference = m.external_reference AND v.ordinal = 1
     LEFT JOIN movements t ON t.id = m.target_movement_id
     WHERE m.wallet_id = ? AND m.seq > ? AND m.seq <= ? ORDER BY m.seq LIMIT ${MOVEMENTS_PER_PAGE}`,
    [wallet.id, after, wallet.seq],
  );
}

/** @throws RangeError, SyntaxError where the row holds what is no whole number */
export function walletOf(row: Row): WalletPageRow {
  return {
    id: String(row['id']),
    realMinor: BigInt(row['real_minor'] ?? 0),
    bonusMinor: BigInt(row['bonus_minor'] ?? 0),
    seq: Number(row['seq']),
    lastSeq: Number(row['last_seq'] ?? 0),
  };
}

/** @throws RangeError, SyntaxError where the row holds what is no whole number */
export function movementOf(row: Row): VerifiedMovement {
  return {
    ...movementColumns(row, ''),
    id: row['id'],
    realAfterMinor: BigInt(row['real_after_minor'] ?? 0),
    bonusAfterMinor: BigInt(row['bonus_after_minor'] ?? 0),
    targetMovementId: row['target_movement_id'],
    target: row['t_kind'] === null ? null : movementColumns(row, 't_'),
    hasTombstone: row['v_ordinal'] !== null,
    binding: row['b_kind'] === null ? null : boundContentOf(row),
  } as VerifiedMovement;
}

/** What a movement and a target have in common. */
function movementColumns(row: Row, prefix: '' | 't_'): object {
  const column = (name: string): string | number | null => row[prefix + name] ?? null;
  return {
    parentSystemId: column('parent_system_id'),
    externalReference: column('external_reference'),
    kind: column('kind'),
    walletId: column('wallet_id'),
    seq: Number(column('seq')),
    amountMinor: BigInt(column('amount_minor') ?? 0),
    realDeltaMinor: BigInt(column('real_delta_minor') ?? 0),
    bonusDeltaMinor: BigInt(column('bonus_delta_minor') ?? 0),
    gameId: column('game_id'),
  };
}

function boundContentOf(row: Row): object {
  const amount = row['b_amount_minor'] ?? null;
  return {
    kind: row['b_kind'],
    walletId: row['b_wallet_id'],
    amountMinor: amount === null ? null : BigInt(amount),
    subWallet: row['b_sub_wallet'],
    targetReference: row['b_target_reference'],
  };
}
