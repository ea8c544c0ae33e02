import type { LedgerKey } from '../../ledger-keys/ledger-key.js';
import type { Wallet } from '../../wallets/wallet.types.js';
import type { RecordedMovement } from './ledger.types.js';

/** A movement with its seal; null where its wallet is not sealed. */
export interface SealedMovement extends RecordedMovement {
  readonly seal: string | null;
}

/**
 * The seal of a movement: over all that its row holds, and over the seal before it in its wallet. So no row can be changed, put in,
 * taken out or moved without one of the seals behind it being wrong.
 * @param before of the wallet's last movement; before the first the wallet's own
 */
export function movementSeal(key: LedgerKey, before: string, movement: RecordedMovement): string {
  return key.seal([
    'movement',
    before,
    movement.id,
    movement.parentSystemId,
    movement.externalReference,
    movement.kind,
    movement.walletId,
    movement.sessionId,
    movement.seq,
    movement.amountMinor,
    movement.realDeltaMinor,
    movement.bonusDeltaMinor,
    movement.realAfterMinor,
    movement.bonusAfterMinor,
    movement.targetMovementId,
    movement.gameId,
    movement.description,
    movement.tags,
    movement.createdAt,
  ]);
}

/**
 * Seals the movements of a batch, in their order.
 * @throws Error where a wallet is sealed and this process has no key: a movement without a seal would look like a damage
 */
export function sealAll(
  key: LedgerKey | null,
  wallets: readonly Wallet[],
  movements: readonly RecordedMovement[],
): SealedMovement[] {
  const heads = new Map(wallets.map(({ id, seal }) => [id, seal]));
  return movements.map((movement) => {
    const head = heads.get(movement.walletId) ?? null;
    if (head === null) return { ...movement, seal: null };
    if (key === null)
      throw new Error(`Wallet ${movement.walletId} is sealed: set SECRETS_KEY and start again`);
    const seal = movementSeal(key, head, movement);
    heads.set(movement.walletId, seal);
    return { ...movement, seal };
  });
}
