import type { DataSource } from 'typeorm';
import {
  movementOf,
  MOVEMENTS_PER_PAGE,
  readMovements,
  readStrangers,
  readWallets,
  type Row,
  walletOf,
  WALLETS_PER_PAGE,
} from './ledger-reading.js';
import { type VerifiedWallet, WalletVerification } from './wallet-verification.js';

/** What was walked so far. */
export interface Progress {
  readonly wallets: number;
  readonly movements: number;
}

/** A wallet that does not agree with its movements. */
export interface WrongWallet {
  readonly walletId: string;
  /** In words. */
  readonly problem: string;
}

/**
 * Verifies that every wallet and its movements agree, line by line. Only reads, page by page, and takes no lock, so it
 * may run beside servers.
 *
 * No snapshot holds it together, and none is needed: a wallet's row is read first, with its `seq`. The movements up to
 * that `seq` were committed with it or before it and never change, and what comes later has a higher `seq`.
 */
export class LedgerVerification implements Progress {
  wallets = 0;
  movements = 0;

  /** @param onProgress is told after every page */
  constructor(
    private readonly dataSource: DataSource,
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  /** Walks the ledger and yields what does not agree. */
  async *run(): AsyncGenerator<WrongWallet> {
    let after = '';
    for (;;) {
      const rows = await readWallets(this.dataSource, after);
      const end = rows.length < WALLETS_PER_PAGE ? null : String(rows.at(-1)?.['id']);
      for (const walletId of await readStrangers(this.dataSource, after, end)) {
        this.wallets += 1;
        yield { walletId, problem: 'has movements but does not exist' };
      }
      for (const row of rows) {
        const problem = await this.verifyWallet(row);
        this.wallets += 1;
        this.onProgress(this);
        if (problem !== null) yield { walletId: String(row['id']), problem };
      }
      if (end === null) return;
      after = end;
    }
  }

  private async verifyWallet(row: Row): Promise<string | null> {
    const verification = new WalletVerification();
    try {
      const wallet = walletOf(row);
      await this.takeMovements(wallet, verification);
      verification.finish(wallet);
      if (wallet.lastSeq > wallet.seq) {
        verification.report(
          `has movements up to seq ${wallet.lastSeq}, beyond the wallet's seq ${wallet.seq}`,
        );
      }
    } catch (error) {
      // SQLite keeps a fraction or a word in a column of integers.
      if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
      verification.report(`holds what is no whole number: ${error.message}`);
    }
    return verification.summary();
  }

  private async takeMovements(wallet: VerifiedWallet, verification: WalletVerification): Promise<void> {
    let after = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows = await readMovements(this.dataSource, wallet, after);
      for (const row of rows) {
        const movement = movementOf(row);
        verification.take(movement);
        after = movement.seq;
      }
      this.movements += rows.length;
      this.onProgress(this);
      if (rows.length < MOVEMENTS_PER_PAGE) return;
    }
  }
}
