import type { DataSource } from 'typeorm';
import type { AuditedMovement, AuditedWallet } from './ledger-audit.js';

/** Rows of one page; memory does not grow with the ledger. */
const PAGE = 1_000;

type Row = Record<string, string | number | null>;

/** All wallets, page by page. */
export async function* readWallets(dataSource: DataSource): AsyncGenerator<AuditedWallet> {
  for (let after = ''; ;) {
    const rows = await dataSource.query<Row[]>(
      `SELECT id, seq, real_minor, bonus_minor FROM wallets WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
      [after],
    );
    for (const row of rows) {
      yield {
        id: textIn(row, 'id'),
        seq: Number(row['seq']),
        realMinor: minorIn(row, 'real_minor'),
        bonusMinor: minorIn(row, 'bonus_minor'),
      };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = textIn(last, 'id');
  }
}

/**
 * A wallet's movements in their order, up to the number its row had when it was read. Movements are only ever added,
 * so those are all there and do not change while play goes on: no snapshot and no lock is needed.
 */
export async function* readMovements(
  dataSource: DataSource,
  wallet: AuditedWallet,
): AsyncGenerator<AuditedMovement> {
  for (let after = 0; ;) {
    const rows = await dataSource.query<Row[]>(
      `SELECT m.id, m.seq, m.kind, m.amount_minor, m.real_delta_minor, m.bonus_delta_minor,
         m.real_after_minor, m.bonus_after_minor, m.target_movement_id,
         b.command_id, v.command_id AS voided_by, t.kind AS target_kind, t.wallet_id AS target_wallet_id,
         t.real_delta_minor AS target_real_delta, t.bonus_delta_minor AS target_bonus_delta
       FROM movements m
       LEFT JOIN reference_bindings b ON b.parent_system_id = m.parent_system_id
         AND b.external_reference = m.external_reference AND b.ordinal = 0
         AND b.kind = m.kind AND b.wallet_id = m.wallet_id
         AND (b.amount_minor = m.amount_minor OR m.kind = 'ROLLBACK')
       LEFT JOIN reference_bindings v ON v.parent_system_id = m.parent_system_id
         AND v.external_reference = m.external_reference AND v.ordinal = 1
       LEFT JOIN movements t ON t.id = m.target_movement_id
       WHERE m.wallet_id = ? AND m.seq > ? AND m.seq <= ? ORDER BY m.seq LIMIT ${PAGE}`,
      [wallet.id, after, wallet.seq],
    );
    yield* rows.map(movementOf);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = Number(last['seq']);
  }
}

/** Wallets that movements name and that are not there, and movements beyond what their wallet counts. */
export async function readStrayWalletIds(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<Row[]>(
    `SELECT last.wallet_id FROM (SELECT wallet_id, MAX(seq) AS seq FROM movements GROUP BY wallet_id) last
     LEFT JOIN wallets w ON w.id = last.wallet_id WHERE w.id IS NULL OR w.seq < last.seq ORDER BY last.wallet_id`,
  );
  return rows.map((row) => textIn(row, 'wallet_id'));
}

function movementOf(row: Row): AuditedMovement {
  return {
    id: textIn(row, 'id'),
    seq: Number(row['seq']),
    kind: textIn(row, 'kind') as AuditedMovement['kind'],
    amountMinor: minorIn(row, 'amount_minor'),
    realDeltaMinor: minorIn(row, 'real_delta_minor'),
    bonusDeltaMinor: minorIn(row, 'bonus_delta_minor'),
    realAfterMinor: minorIn(row, 'real_after_minor'),
    bonusAfterMinor: minorIn(row, 'bonus_after_minor'),
    targetMovementId: row['target_movement_id'] === null ? null : textIn(row, 'target_movement_id'),
    isBound: row['command_id'] !== null,
    isVoided: row['voided_by'] !== null,
    target:
      row['target_kind'] === null
        ? null
        : {
            kind: textIn(row, 'target_kind') as AuditedMovement['kind'],
            walletId: textIn(row, 'target_wallet_id'),
            realDeltaMinor: minorIn(row, 'target_real_delta'),
            bonusDeltaMinor: minorIn(row, 'target_bonus_delta'),
          },
  };
}

function textIn(row: Row, column: string): string {
  return String(row[column]);
}

function minorIn(row: Row, column: string): bigint {
  return BigInt(row[column] ?? 0);
}
