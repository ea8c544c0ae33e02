import { CLOCKS_MS, instantText } from './forms.js';
import { movementProblems } from './movement-problems.js';
import type { Link, VerifiedMovement, VerifiedWallet } from './verified.types.js';

/** Problems shown of one wallet; one damaged row often shows in its neighbours too. */
const MAX_SHOWN = 3;

const BEGINNING: Link = { seq: 0, realMinor: 0n, bonusMinor: 0n, createdAt: -Infinity };

/**
 * Checks one wallet: its movements are handed over in the order of their `seq`, then its row is compared with the last.
 * Holds one movement at a time, however long the history. All amounts are minor units.
 */
export class WalletVerification {
  private readonly shown: string[] = [];
  private found = 0;
  /** Undefined after a movement that cannot be read. */
  private last: Link | undefined = BEGINNING;
  private firstAt = Infinity;

  /** Checks the next movement. After a fault the chain goes on from what is stored, so that one is not told twice. */
  take(movement: VerifiedMovement): void {
    const { seq, realAfterMinor, bonusAfterMinor, createdAt } = movement;
    for (const problem of movementProblems(movement, this.last)) {
      this.report(`seq ${seq}, movement ${movement.id}: ${problem}`);
    }
    this.firstAt = Math.min(this.firstAt, createdAt);
    this.last = { seq, realMinor: realAfterMinor, bonusMinor: bonusAfterMinor, createdAt };
  }

  /** In place of {@link take}, for a movement whose row is not of the form that it must have. */
  takeUnreadable(place: string, problems: readonly string[]): void {
    for (const problem of problems) this.report(`${place}: ${problem}`);
    this.last = undefined;
  }

  /** Compares the wallet's row, as it was when `seq` was read, with its last movement up to that `seq`. */
  finish({ realMinor, bonusMinor, seq, movedAt, createdAt }: VerifiedWallet): void {
    if (this.firstAt < createdAt - CLOCKS_MS) this.report('has movements from before it was created');
    const { last } = this;
    if (last === undefined) return;
    if (seq !== last.seq) this.report(`the wallet's seq is ${seq}, its last movement's is ${last.seq}`);
    if (movedAt !== last.createdAt) {
      this.report(
        `the wallet moved last at ${instantText(movedAt)}, its last movement is of ${instantText(last.createdAt)}`,
      );
    }
    if (realMinor !== last.realMinor || bonusMinor !== last.bonusMinor) {
      this.report(
        `the wallet has ${realMinor} real and ${bonusMinor} bonus, its movements leave ` +
          `${last.realMinor} and ${last.bonusMinor} at seq ${last.seq}`,
      );
    }
  }

  /** Adds what was found about the wallet by other means, if anything was. */
  report(problem: string | null): void {
    if (problem === null) return;
    this.found += 1;
    if (this.shown.length < MAX_SHOWN) this.shown.push(problem);
  }

  /** What is wrong, in one line; null where everything agrees. */
  summary(): string | null {
    return this.found === 0 ? null : inOneLine(this.shown, this.found);
  }
}

/** Problems of one row or wallet, however many there are. */
export function inOneLine(problems: readonly string[], found: number = problems.length): string {
  const shown = problems.slice(0, MAX_SHOWN);
  const more = found - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
