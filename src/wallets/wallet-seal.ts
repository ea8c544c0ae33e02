import type { Transaction } from '../database/unit-of-work.js';
import type { LedgerKey } from '../ledger-keys/ledger-key.js';
import { WalletEntity } from './wallet.entity.js';
import type { Wallet } from './wallet.types.js';

/** What is sealed of a wallet. */
export type SealedWallet = Pick<Wallet, 'id' | 'playerId' | 'code' | 'currency' | 'decimals' | 'createdAt'>;

/** What a wallet's seals begin with: whose it is and in what it counts, which never changes. */
export function walletSeal(
  key: LedgerKey,
  { id, playerId, code, currency, decimals, createdAt }: SealedWallet,
): string {
  return key.seal(['wallet', id, playerId, code, currency, decimals, createdAt]);
}

/**
 * Seals a wallet that is not, under its lock.
 * @param sealAt its seal after this many movements; null leaves it as it is
 * @returns after how many it was; null where it is sealed already
 */
export async function sealWallet(
  { manager, rowLock }: Transaction,
  walletId: string,
  sealAt: (seq: number) => Promise<string | null>,
): Promise<number | null> {
  const wallet = await manager.findOne(WalletEntity, { where: { id: walletId }, ...rowLock });
  if (wallet?.seal !== null) return null;
  const seal = await sealAt(wallet.seq);
  await manager.update(WalletEntity, { id: walletId }, { seal });
  return wallet.seq;
}
