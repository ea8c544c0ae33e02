import type { LedgerKey } from '../../ledger-keys/ledger-key.js';
import { type SealedWallet, walletSeal } from '../../wallets/wallet-seal.js';
import type { Head } from './checkpoint.js';
import { movementSeal, type SealedMovement } from '../ledger/movement-seal.js';

/**
 * Follows the seals of one wallet: its movements are handed over in the order of their `seq`. What was booked before the wallet was
 * sealed has no seal of its own and is covered by the next one that there is.
 */
export class SealChain {
  /** As it must be after the movements so far; undefined after one that cannot be read. */
  private head: string | undefined;
  private isSealed = false;
  private isFirst = true;
  private isDueSeen: boolean;

  constructor(
    private readonly key: LedgerKey,
    wallet: SealedWallet,
    /** What the wallet had at some time. */
    private readonly due: Head | null = null,
  ) {
    this.head = walletSeal(key, wallet);
    this.isDueSeen = due === null || (due.seq === 0 && due.seal === this.head);
  }

  /** The seal after the movements so far, reckoned anew; undefined where one could not be read. */
  get current(): string | undefined {
    return this.head;
  }

  /** One that goes on from here by itself. */
  copy(): SealChain {
    return Object.assign(Object.create(SealChain.prototype) as SealChain, this);
  }

  /** The wallet has no longer what it had. */
  get isDueMissing(): boolean {
    return !this.isDueSeen;
  }

  /**
   * After a fault the chain goes on from the seal that is stored, so that one is not told twice.
   * @returns what is wrong with the next movement
   */
  take(movement: SealedMovement): string | null {
    const { head } = this;
    const { seal } = movement;
    const due = head === undefined ? undefined : movementSeal(this.key, head, movement);
    const problem = due === undefined ? null : this.problemOf(seal, due);
    this.head = seal ?? due;
    this.isSealed ||= seal !== null;
    this.isFirst = false;
    if (movement.seq === this.due?.seq && this.due.seal === due) this.isDueSeen = true;
    return problem;
  }

  /** In place of {@link take}, for a movement that cannot be read. */
  skip(seal: string | null): void {
    this.head = seal ?? undefined;
    this.isSealed ||= seal !== null;
    this.isFirst = false;
  }

  /** @returns what is wrong with the wallet's own seal */
  finish(seal: string | null): string | null {
    if (seal === null) {
      return this.isSealed
        ? 'its seal was taken away, its movements have theirs'
        : 'has no seal: it is from before the ledger had a key, or its seals were taken away';
    }
    if (this.head === undefined || seal === this.head) return null;
    return this.isSealed
      ? 'its seal is not that of its last movement: movements were taken away, or it was set back'
      : 'its seal is another one: it was changed since, or its movements were';
  }

  private problemOf(seal: string | null, due: string): string | null {
    if (seal === null) return this.isSealed ? 'its seal was taken away' : null;
    if (seal === due) return null;
    if (this.isSealed)
      return 'is not as it was sealed: it was changed, or what stood before it was taken away';
    return this.isFirst
      ? 'is not as it was sealed: it was changed, or its wallet was'
      : 'is not as it was sealed: it was changed, or its wallet, or a movement from before the wallet was sealed';
  }
}
