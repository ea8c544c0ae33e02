import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
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
    { manager, rowLock }: Transaction,
    walletId: string,
    status: WalletStatus,
  ): Promise<{ before: Wallet; after: Wallet }> {
    const before = await manager.findOne(WalletEntity, { where: { id: walletId }, ...rowLock });
    if (!before) throw walletNotFound();
    await manager.update(WalletEntity, { id: walletId }, { status });
    return { before, after: { ...before, status } };
  }

  /** A page in the order of the ids. */
  list({ after, limit, ...filter }: WalletsQuery): Promise<Wallet[]> {
    const where = { ...filter, ...(after === undefined ? {} : { id: MoreThan(after) }) };
    return this.unitOfWork.read((reader) =>
      reader.find(WalletEntity, { where, order: { id: 'ASC' }, take: limit }),
    );
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
