import type { DataSource } from 'typeorm';
import type { LedgerKey } from '../../ledger-keys/ledger-key.js';
import { BINDINGS } from './checks/binding-checks.js';
import { INCIDENTS } from './checks/incident-checks.js';
import { PARENT_SYSTEMS } from './checks/parent-system-checks.js';
import { SESSIONS } from './checks/session-checks.js';
import { SIGHTINGS } from './checks/sighting-checks.js';
import { walkTotals } from './checks/total-checks.js';
import { TRAIL } from './checks/trail-checks.js';
import type { Row } from './forms.js';
import {
  movementFormProblems,
  movementOf,
  MOVEMENTS_PER_PAGE,
  readMovements,
  readStrangers,
  readTrailed,
  readWallet,
  readWallets,
  sealedMovementOf,
  sealedWalletOf,
  type WalletPageRow,
  walletFormProblems,
  walletOf,
  walletProblems,
  WALLETS_PER_PAGE,
} from './ledger-reading.js';
import type { Checkpoint, Head } from './checkpoint.js';
import { SealChain } from './seal-chain.js';
import { type TableCheck, walkTable } from './table-walk.js';
import { Tombstones } from './tombstones.js';
import type { Finding } from './verified.types.js';
import { WalletVerification } from './wallet-verification.js';

/** What was walked so far: how many of what, in the order in which it is walked. */
export type Walked = ReadonlyMap<string, number>;

export interface VerificationOptions {
  /** That the ledger is sealed with; null where it is not sealed, or nobody has it: then seals are not looked at. */
  readonly key: LedgerKey | null;
  /** What the wallets had at some time, which they must still have. */
  readonly against?: Checkpoint | undefined;
  /** Is given each wallet that agrees, with its last seal, in the order of their ids. */
  readonly onHead?: ((head: Head) => Promise<void>) | undefined;
  /** Is told after every page. */
  readonly onProgress: (walked: Walked) => void;
}

/** The tables that are walked row by row after the wallets; each statement brings what the rows depend on. */
const CHECKS: readonly TableCheck[] = [BINDINGS, SESSIONS, INCIDENTS, SIGHTINGS, TRAIL, PARENT_SYSTEMS];

/**
 * Verifies that what is stored agrees: every wallet with its movements, line by line, and every row with those that it must
 * agree with, the totals of hours with the movements in them. Only reads, page by page, and takes no lock, so it may run beside servers.
 *
 * No snapshot holds it together, and none is needed: a wallet's row is read first, with its `seq`. The movements up to
 * that `seq` were committed with it or before it and never change, and what comes later has a higher `seq`. The other
 * tables: see {@link walkTable}. Whatever is suspect is looked at once more before it is told.
 */
export class LedgerVerification {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly options: VerificationOptions,
  ) {}

  get walked(): Walked {
    return this.counts;
  }

  /** Walks it all and yields what does not agree. */
  async *run(): AsyncGenerator<Finding> {
    this.count('wallets', 0);
    this.count('movements', 0);
    yield* this.walkWallets();
    for (const check of CHECKS) {
      this.count(check.plural, 0);
      yield* check === BINDINGS ? this.walkBindings() : this.walk(check);
    }
    this.count('hours', 0);
    yield* walkTotals(this.dataSource, (hours) => this.count('hours', hours));
  }

  private async *walkWallets(): AsyncGenerator<Finding> {
    let after = '';
    for (;;) {
      const rows = await readWallets(this.dataSource, after);
      const end = rows.length < WALLETS_PER_PAGE ? null : String(rows.at(-1)?.['id']);
      for (const walletId of await readStrangers(this.dataSource, after, end)) {
        this.count('wallets', 1);
        yield { subject: `wallet ${walletId}`, problem: 'has movements but does not exist' };
      }
      for (const row of rows) {
        const walletId = String(row['id']);
        yield* this.gone(walletId);
        const problem = await this.verifyWallet(row, (await this.options.against?.of(walletId)) ?? null);
        this.count('wallets', 1);
        if (problem !== null) yield { subject: `wallet ${walletId}`, problem };
      }
      if (end === null) {
        yield* this.gone(null);
        return;
      }
      after = end;
    }
  }

  /** The wallets of the checkpoint that stand before this one and are not there. */
  private async *gone(walletId: string | null): AsyncGenerator<Finding> {
    const { against } = this.options;
    if (!against) return;
    for await (const head of against.before(walletId)) {
      yield {
        subject: `wallet ${head.walletId}`,
        problem: `is not there; at ${against.at} it had movements up to seq ${head.seq}`,
      };
    }
  }

  private async verifyWallet(row: Row, due: Head | null): Promise<string | null> {
    if ((await this.problemOf(row, due, (rows) => this.count('movements', rows))) === null) return null;
    const again = await readWallet(this.dataSource, String(row['id']));
    return again === undefined ? 'was there and is gone' : this.problemOf(again, due, () => undefined);
  }

  private async problemOf(
    row: Row,
    due: Head | null,
    onMovements: (count: number) => void,
  ): Promise<string | null> {
    const verification = new WalletVerification();
    const malformed = walletFormProblems(row);
    for (const problem of malformed) verification.report(problem);
    if (malformed.length > 0) return verification.summary();
    const wallet = walletOf(row);
    const { key, against, onHead } = this.options;
    const chain = key && new SealChain(key, sealedWalletOf(row), due);
    await this.takeMovements(wallet, verification, chain, onMovements);
    verification.finish(wallet);
    verification.report(chain?.finish(sealOf(row)) ?? null);
    if (due && chain?.isDueMissing) {
      verification.report(
        `is not what the checkpoint of ${against?.at} has at seq ${due.seq}: it was cut or changed since, or restored from before`,
      );
    }
    if (wallet.lastSeq > wallet.seq) {
      verification.report(`has movements up to seq ${wallet.lastSeq}, beyond the wallet's seq ${wallet.seq}`);
    }
    for (const problem of walletProblems(row)) verification.report(problem);
    const summary = verification.summary();
    const seal = sealOf(row);
    if (summary === null && seal !== null) await onHead?.({ walletId: wallet.id, seq: wallet.seq, seal });
    return summary;
  }

  private async takeMovements(
    wallet: WalletPageRow,
    verification: WalletVerification,
    chain: SealChain | null,
    onMovements: (count: number) => void,
  ): Promise<void> {
    let after = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows = await readMovements(this.dataSource, wallet, after);
      const payments = rows.filter(({ kind }) => kind === 'DEPOSIT' || kind === 'WITHDRAWAL');
      const trailed = await readTrailed(this.dataSource, wallet.id, payments);
      for (const row of rows) {
        const malformed = movementFormProblems(row);
        const place = `seq ${String(row['seq'])}, movement ${String(row['id'])}`;
        if (malformed.length === 0) {
          verification.take(movementOf(row, trailed.has(row['id'])));
          const problem = chain?.take(sealedMovementOf(row)) ?? null;
          verification.report(problem && `${place}: ${problem}`);
        } else {
          verification.takeUnreadable(place, malformed);
          chain?.skip(sealOf(row));
        }
        after = Number(row['seq']);
      }
      onMovements(rows.length);
      if (rows.length < MOVEMENTS_PER_PAGE) return;
    }
  }

  private async *walkBindings(): AsyncGenerator<Finding> {
    const tombstones = new Tombstones(this.dataSource);
    const unfounded: Finding[] = [];
    yield* this.walk(BINDINGS, async (rows) => void unfounded.push(...(await tombstones.take(rows))));
    yield* unfounded;
    yield* await tombstones.finish();
  }

  private walk(
    check: TableCheck,
    onPage: (rows: readonly Row[]) => void | Promise<void> = () => undefined,
  ): AsyncGenerator<Finding> {
    return walkTable(this.dataSource, check, async (rows) => {
      await onPage(rows);
      this.count(check.plural, rows.length);
    });
  }

  private count(what: string, more: number): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + more);
    this.options.onProgress(this.counts);
  }
}

function sealOf(row: Row): string | null {
  return typeof row['seal'] === 'string' ? row['seal'] : null;
}
