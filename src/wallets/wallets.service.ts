import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { instantText } from '../database/columns.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { type Reader, type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { LedgerKeysService } from '../ledger-keys/ledger-keys.service.js';
import { decimalsOf } from './currencies.js';
import { WalletEntity } from './wallet.entity.js';
import { walletSeal } from './wallet-seal.js';
import type { Wallet, WalletCode, WalletStatus } from './wallet.types.js';

export interface NewWallet {
  readonly walletId: string;
  readonly playerId: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly code: WalletCode;
}

export interface WalletsQuery {
  /** The last id of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly playerId?: string;
  readonly status?: WalletStatus;
}

/** New balances of a wallet, in minor units, after its movements from `seqBefore` to `seq`, the last one at `movedAt` with `seal`. */
export interface BalanceChange {
  readonly walletId: string;
  readonly realMinor: bigint;
  readonly bonusMinor: bigint;
  readonly seq: number;
  readonly seqBefore: number;
  readonly movedAt: Date;
  readonly seal: string | null;
}

/**
 * Owns the wallets: who the player is, which currency, whether blocked. A wallet keeps the decimals its currency had
 * when it was opened.
 */
@Injectable()
export class WalletsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ledgerKeys: LedgerKeysService,
  ) {}

  /**
   * Opens an empty wallet.
   * @throws GpasError ALREADY_EXISTS; INVALID_REQUEST for a currency that ISO 4217 does not have
   */
  async create({ manager }: Transaction, { walletId, playerId, currency, code }: NewWallet): Promise<Wallet> {
    const decimals = decimalsOf(currency);
    if (decimals === undefined) {
      throw new GpasError('INVALID_REQUEST', 'currency must be an ISO 4217 code in capitals, like EUR');
    }
    const content = {
      id: walletId,
      playerId,
      code,
      currency,
      decimals,
      status: 'ACTIVE' as const,
      realMinor: 0n,
      bonusMinor: 0n,
      seq: 0,
      movedAt: null,
      createdAt: new Date(),
    };
    const { current: key } = this.ledgerKeys;
    const wallet: Wallet = { ...content, seal: key && walletSeal(key, content) };
    try {
      await manager.insert(WalletEntity, wallet);
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error;
      throw new GpasError('ALREADY_EXISTS', 'A wallet with this walletId already exists');
    }
    return wallet;
  }

  /** @throws GpasError NOT_FOUND */
  async get(walletId: string): Promise<Wallet> {
    const wallet = await this.unitOfWork.read((reader) => reader.findOneBy(WalletEntity, { id: walletId }));
    if (!wallet) throw walletNotFound();
    return wallet;
  }

  /**
   * Blocks or unblocks the player (protocol §5, "blocked player").
   * @throws GpasError NOT_FOUND
   */
  async setStatus(
    transaction: Transaction,
    walletId: string,
    status: WalletStatus,
  ): Promise<{ before: Wallet; after: Wallet }> {
    const [before] = await this.lockAll(transaction, [walletId]);
    if (!before) throw walletNotFound();
    await transaction.manager.update(WalletEntity, { id: walletId }, { status });
    return { before, after: { ...before, status } };
  }

  /** A page in the order of the ids. */
  list({ after, limit, ...filter }: WalletsQuery): Promise<Wallet[]> {
    const where = { ...filter, ...(after === undefined ? {} : { id: MoreThan(after) }) };
    return this.unitOfWork.read((reader) =>
      reader.find(WalletEntity, { where, order: { id: 'ASC' }, take: limit }),
    );
  }

  /** Locks those of the wallets that exist, in the order of their ids, for a change of their balances. */
  async lockAll({ manager, rowLock }: Transaction, walletIds: readonly string[]): Promise<Wallet[]> {
    if (walletIds.length === 0) return [];
    return manager.find(WalletEntity, {
      where: { id: In([...new Set(walletIds)]) },
      order: { id: 'ASC' },
      ...rowLock,
    });
  }

  /**
   * Sets balances and sequence numbers of locked wallets, in one statement.
   * @throws Error where a wallet has moved on since it was read: then nothing of this transaction may be kept
   */
  async setBalances(transaction: Transaction, changes: readonly BalanceChange[]): Promise<void> {
    if (changes.length === 0) return;
    const cases = changes.map(() => 'WHEN ? THEN ?').join(' ');
    const valuesOf = (pick: (change: BalanceChange) => number | string | null): unknown[] =>
      changes.flatMap((change) => [change.walletId, pick(change)]);
    const matched = await transaction.execute(
      `UPDATE wallets SET real_minor = CASE id ${cases} END, bonus_minor = CASE id ${cases} END,
         seq = CASE id ${cases} END, moved_at = CASE id ${cases} END, seal = CASE id ${cases} END
       WHERE ${changes.map(() => '(id = ? AND seq = ?)').join(' OR ')}`,
      [
        ...valuesOf(({ realMinor }) => Number(realMinor)),
        ...valuesOf(({ bonusMinor }) => Number(bonusMinor)),
        ...valuesOf(({ seq }) => seq),
        ...valuesOf(({ movedAt }) => instantText(movedAt)),
        ...valuesOf(({ seal }) => seal),
        ...changes.flatMap(({ walletId, seqBefore }) => [walletId, seqBefore]),
      ],
    );
    if (matched !== changes.length) throw new Error('A wallet has moved on under its lock');
  }

  /** Those of the wallets that exist, by id. */
  async findAll(reader: Reader, walletIds: readonly string[]): Promise<ReadonlyMap<string, Wallet>> {
    if (walletIds.length === 0) return new Map();
    const wallets = await reader.find(WalletEntity, { where: { id: In([...new Set(walletIds)]) } });
    return new Map(wallets.map((wallet) => [wallet.id, wallet]));
  }
}

function walletNotFound(): GpasError {
  return new GpasError('NOT_FOUND', 'There is no wallet with this walletId');
}
