import type { DataSource } from 'typeorm';
import type { UnitOfWork } from '../../database/unit-of-work.js';
import type { LedgerKey } from '../../ledger-keys/ledger-key.js';
import { sealWallet } from '../../wallets/wallet-seal.js';
import { instantOf, type Row } from '../verification/forms.js';
import {
  movementFormProblems,
  MOVEMENTS_PER_PAGE,
  type Querying,
  readMovements,
  readWallet,
  readWallets,
  sealedMovementOf,
  sealedWalletOf,
  walletFormProblems,
  WALLETS_PER_PAGE,
} from '../verification/ledger-reading.js';
import { SealChain } from '../verification/seal-chain.js';

/** How much was done. */
export interface Sealed {
  /** That have a seal now, and had none. */
  readonly wallets: number;
  readonly movements: number;
  /** That had one. */
  readonly before: number;
}

/** A wallet that is left without a seal. */
export interface Unsealed {
  readonly walletId: string;
  readonly problem: string;
}

/** What a wallet that may not be sealed, or that cannot be read, is left for. */
class UnsealableError extends Error {}

/**
 * Seals the wallets that were there before the ledger had a key, one after the other: the history of each, as it stands, goes into
 * its first seal, and no row of it is changed. Servers may run meanwhile: a wallet is locked for what it booked while its history was
 * read. What is broken off goes on where it was.
 */
export class LedgerSealing {
  private done: Sealed = { wallets: 0, movements: 0, before: 0 };

  /** @param onProgress is told after every wallet */
  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly key: LedgerKey,
    private readonly onProgress: (done: Sealed) => void,
  ) {}

  get sealed(): Sealed {
    return this.done;
  }

  /** Seals them all, and yields those that it does not. */
  async *run(): AsyncGenerator<Unsealed> {
    for (let after = ''; ;) {
      const rows = await readWallets(this.dataSource, after);
      for (const row of rows) {
        const problem = await this.seal(row, this.objection(row));
        if (problem !== null) yield { walletId: String(row['id']), problem };
      }
      if (rows.length < WALLETS_PER_PAGE) return;
      after = String(rows.at(-1)?.['id']);
    }
  }

  /**
   * Seals this wallet, whenever it was made.
   * @returns why it was not
   */
  async runOne(walletId: string): Promise<string | null> {
    const row = await readWallet(this.dataSource, walletId);
    return row === undefined ? 'is not there' : this.seal(row, null);
  }

  /** A wallet that was made since the ledger has a key was made with a seal. */
  private objection(row: Row): string | null {
    return instantOf(row['created_at']) > this.key.createdAt.getTime()
      ? 'was made since the ledger has a key, and has no seal: it was taken away, or a server without SECRETS_KEY made the wallet'
      : null;
  }

  private async seal(row: Row, objection: string | null): Promise<string | null> {
    if (row['seal'] !== null) {
      this.count({ before: 1 });
      return null;
    }
    if (objection !== null) return objection;
    try {
      const [malformed] = walletFormProblems(row);
      if (malformed !== undefined) throw new UnsealableError(malformed);
      await this.sealHistory(row);
      return null;
    } catch (error) {
      if (error instanceof UnsealableError) return error.message;
      throw error;
    }
  }

  private async sealHistory(row: Row): Promise<void> {
    const chain = new SealChain(this.key, sealedWalletOf(row));
    const walletId = String(row['id']);
    const read = Number(row['seq']);
    await takeMovements(this.dataSource, chain, { id: walletId, after: 0, seq: read });
    const seq = await this.unitOfWork.change((transaction) =>
      sealWallet(transaction, walletId, async (current) => {
        const since = chain.copy(); // a try that fails is made again
        await takeMovements(transaction.manager, since, { id: walletId, after: read, seq: current });
        return since.current ?? null;
      }),
    );
    this.count(seq === null ? { before: 1 } : { wallets: 1, movements: seq });
  }

  private count({ wallets = 0, movements = 0, before = 0 }: Partial<Sealed>): void {
    const { done } = this;
    this.done = {
      wallets: done.wallets + wallets,
      movements: done.movements + movements,
      before: done.before + before,
    };
    this.onProgress(this.done);
  }
}

/** @throws UnsealableError where one cannot be read, or has a seal */
async function takeMovements(
  querying: Querying,
  chain: SealChain,
  { id, after, seq }: { readonly id: string; readonly after: number; readonly seq: number },
): Promise<void> {
  for (let last = after; ;) {
    const rows = await readMovements(querying, { id, seq }, last);
    for (const row of rows) {
      const place = `seq ${String(row['seq'])}, movement ${String(row['id'])}`;
      const [malformed] = movementFormProblems(row);
      if (malformed !== undefined) throw new UnsealableError(`${place}: ${malformed}`);
      if (row['seal'] !== null)
        throw new UnsealableError(`${place}: has a seal, which that of its wallet must follow`);
      chain.take(sealedMovementOf(row));
      last = Number(row['seq']);
    }
    if (rows.length < MOVEMENTS_PER_PAGE) break;
  }
}
