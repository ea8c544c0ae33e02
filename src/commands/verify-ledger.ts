import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { readingOptions } from '../database/connection/reading-options.js';
import { runCommand } from './run-command.js';
import {
  type AuditedMovement,
  type AuditedWallet,
  WalletAudit,
} from '../movements/verification/wallet-verification.js';

/**
 * `npm run verify-ledger`: checks that every wallet and its movements agree, line by line. Only reads, page by page, and
 * takes no lock, so it may run beside servers. Exit codes: 0 all agree, 1 some wallet does not, 2 the database cannot be read.
 *
 * No snapshot holds it together, and none is needed: a wallet's row is read first, with its `seq`. The movements up to
 * that `seq` were committed with it or before it and never change, and what comes later has a higher `seq`.
 */

const WALLETS_PER_PAGE = 200;
const MOVEMENTS_PER_PAGE = 500;
const PROGRESS_EVERY_MS = 1_000;

/** As it comes from the driver: BIGINT is text on MySQL and a number on SQLite. */
type Row = Record<string, string | number | null>;

interface WalletPageRow extends AuditedWallet {
  /** The highest `seq` among its movements at the instant of the row. */
  readonly lastSeq: number;
}

/** Counts what was walked and prints what is found. */
class Report {
  wallets = 0;
  movements = 0;
  private wrong = 0;
  private progressAt = performance.now() + PROGRESS_EVERY_MS;

  /** One line for a wallet that does not agree. */
  wrongWallet(walletId: string, problem: string): void {
    this.wrong += 1;
    process.stdout.write(`wallet ${walletId}: ${problem}\n`);
  }

  progress(): void {
    if (performance.now() < this.progressAt) return;
    this.progressAt = performance.now() + PROGRESS_EVERY_MS;
    process.stderr.write(`${this.wallets} wallets, ${this.movements} movements so far\n`);
  }

  /** Prints the summary and returns the exit code. */
  end(): 0 | 1 {
    process.stdout.write(
      this.wrong === 0
        ? `${this.wallets} wallets, ${this.movements} movements, all agree\n`
        : `${this.wrong} of ${this.wallets} wallets do not agree\n`,
    );
    return this.wrong === 0 ? 0 : 1;
  }
}

async function verify(dataSource: DataSource, report: Report): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await readWallets(dataSource, after);
    const end = rows.length < WALLETS_PER_PAGE ? null : String(rows.at(-1)?.['id']);
    for (const walletId of await readStrangers(dataSource, after, end)) {
      report.wallets += 1;
      report.wrongWallet(walletId, 'has movements but does not exist');
    }
    for (const row of rows) await verifyWallet(dataSource, row, report);
    if (end === null) return;
    after = end;
  }
}

async function verifyWallet(dataSource: DataSource, row: Row, report: Report): Promise<void> {
  const audit = new WalletAudit();
  try {
    const wallet = walletOf(row);
    await auditMovements(dataSource, wallet, audit, report);
    audit.finish(wallet);
    if (wallet.lastSeq > wallet.seq) {
      audit.report(`has movements up to seq ${wallet.lastSeq}, beyond the wallet's seq ${wallet.seq}`);
    }
  } catch (error) {
    // SQLite keeps a fraction or a word in a column of integers.
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    audit.report(`holds what is no whole number: ${error.message}`);
  }
  report.wallets += 1;
  const problem = audit.summary();
  if (problem !== null) report.wrongWallet(String(row['id']), problem);
  report.progress();
}

async function auditMovements(
  dataSource: DataSource,
  wallet: WalletPageRow,
  audit: WalletAudit,
  report: Report,
): Promise<void> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = await readMovements(dataSource, wallet, after);
    for (const row of rows) {
      const movement = movementOf(row);
      audit.take(movement);
      after = movement.seq;
    }
    report.movements += rows.length;
    report.progress();
    if (rows.length < MOVEMENTS_PER_PAGE) return;
  }
}

/** One statement is one instant on either engine, so a row and the last movement beside it belong together. */
function readWallets(dataSource: DataSource, after: string): Promise<Row[]> {
  return dataSource.query<Row[]>(
    `SELECT w.id, w.real_minor, w.bonus_minor, w.seq,
       (SELECT MAX(m.seq) FROM movements m WHERE m.wallet_id = w.id) AS last_seq
     FROM wallets w WHERE w.id > ? ORDER BY w.id LIMIT ${WALLETS_PER_PAGE}`,
    [after],
  );
}

/** Wallet ids after `after`, up to `end` if there is one, that movements name and no wallet has. */
async function readStrangers(dataSource: DataSource, after: string, end: string | null): Promise<string[]> {
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

function readMovements(dataSource: DataSource, wallet: AuditedWallet, after: number): Promise<Row[]> {
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

function walletOf(row: Row): WalletPageRow {
  return {
    id: String(row['id']),
    realMinor: BigInt(row['real_minor'] ?? 0),
    bonusMinor: BigInt(row['bonus_minor'] ?? 0),
    seq: Number(row['seq']),
    lastSeq: Number(row['last_seq'] ?? 0),
  };
}

function movementOf(row: Row): AuditedMovement {
  return {
    ...movementColumns(row, ''),
    id: row['id'],
    realAfterMinor: BigInt(row['real_after_minor'] ?? 0),
    bonusAfterMinor: BigInt(row['bonus_after_minor'] ?? 0),
    targetMovementId: row['target_movement_id'],
    target: row['t_kind'] === null ? null : movementColumns(row, 't_'),
    hasTombstone: row['v_ordinal'] !== null,
    binding: row['b_kind'] === null ? null : boundContentOf(row),
  } as AuditedMovement;
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

async function main(): Promise<0 | 1> {
  readEnvironmentFile();
  const { database } = loadConfig();
  const dataSource = await new DataSource(readingOptions(database)).initialize();
  try {
    const report = new Report();
    await verify(dataSource, report);
    return report.end();
  } finally {
    await dataSource.destroy();
  }
}

runCommand(main, 'The ledger could not be read');
