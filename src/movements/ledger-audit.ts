import type { MovementKind } from './movement.types.js';

/** A movement as the audit reads it, with what its reference is bound to and what it reverses. */
export interface AuditedMovement {
  readonly id: string;
  readonly seq: number;
  readonly kind: MovementKind;
  readonly amountMinor: bigint;
  readonly realDeltaMinor: bigint;
  readonly bonusDeltaMinor: bigint;
  readonly realAfterMinor: bigint;
  readonly bonusAfterMinor: bigint;
  readonly targetMovementId: string | null;
  /** Null where the reference is bound to nothing, or to another wallet, kind or amount. */
  readonly isBound: boolean;
  /** A tombstone lies over the reference. */
  readonly isVoided: boolean;
  readonly target: AuditedTarget | null;
}

export interface AuditedTarget {
  readonly kind: MovementKind;
  readonly walletId: string;
  readonly realDeltaMinor: bigint;
  readonly bonusDeltaMinor: bigint;
}

/** What a wallet's row says. */
export interface AuditedWallet {
  readonly id: string;
  readonly seq: number;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
}

/**
 * Follows one wallet's movements in their order and keeps what does not agree, in words for the operator. Only sums
 * and the last balances are remembered, so a wallet may have any number of movements.
 */
export class WalletAudit {
  readonly problems: string[] = [];
  private seq = 0;
  private realMinor = 0n;
  private bonusMinor = 0n;

  constructor(private readonly wallet: AuditedWallet) {}

  add(movement: AuditedMovement): void {
    const { seq, realDeltaMinor, bonusDeltaMinor, realAfterMinor, bonusAfterMinor } = movement;
    const say = (problem: string): void =>
      void this.problems.push(`movement ${seq} (${movement.id}) ${problem}`);
    if (seq !== this.seq + 1) say(`follows movement ${this.seq}: one is missing or too many`);
    const follows =
      realAfterMinor === this.realMinor + realDeltaMinor &&
      bonusAfterMinor === this.bonusMinor + bonusDeltaMinor;
    if (!follows) say('leaves other balances than those before it and its change make');
    if (realAfterMinor < 0n || bonusAfterMinor < 0n) say('leaves less than nothing');
    if (!isChangeOf(movement))
      say(`changes the balances by something else than its amount as a ${movement.kind}`);
    if (!isTargetRight(movement, this.wallet.id)) say('does not reverse a movement of this wallet exactly');
    if (!movement.isBound) say('has a reference that is not bound to it');
    if (movement.isVoided) say('has a reference that a rollback had ended');
    this.seq = seq;
    this.realMinor = realAfterMinor;
    this.bonusMinor = bonusAfterMinor;
  }

  /** Call after the last movement: what the wallet says must be what they made. */
  finish(): void {
    const { seq, realMinor, bonusMinor } = this.wallet;
    if (seq !== this.seq) this.problems.push(`the wallet counts ${seq} movements, there are ${this.seq}`);
    if (realMinor !== this.realMinor || bonusMinor !== this.bonusMinor) {
      this.problems.push(
        `the wallet has ${realMinor} real and ${bonusMinor} bonus, its movements make ` +
          `${this.realMinor} and ${this.bonusMinor} (minor units)`,
      );
    }
  }
}

/** A bet and a withdrawal take exactly the amount, the rest gives it; a rollback mirrors, so its sign is its target's. */
function isChangeOf({ kind, amountMinor, realDeltaMinor, bonusDeltaMinor }: AuditedMovement): boolean {
  const change = realDeltaMinor + bonusDeltaMinor;
  if (realDeltaMinor * bonusDeltaMinor < 0n) return false;
  if (kind === 'ROLLBACK') return change === amountMinor || change === -amountMinor;
  return change === (kind === 'DEBIT' || kind === 'WITHDRAWAL' ? -amountMinor : amountMinor);
}

function isTargetRight(movement: AuditedMovement, walletId: string): boolean {
  const { kind, target, targetMovementId } = movement;
  if (kind !== 'ROLLBACK') return targetMovementId === null;
  return (
    target !== null &&
    target.walletId === walletId &&
    (target.kind === 'DEBIT' || target.kind === 'CREDIT') &&
    target.realDeltaMinor === -movement.realDeltaMinor &&
    target.bonusDeltaMinor === -movement.bonusDeltaMinor
  );
}
