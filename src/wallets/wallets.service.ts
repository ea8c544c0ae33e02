import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { classifyDatabaseError } from '../database/database-errors.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { decimalsOf } from './currencies.js';
import { Wallet, type WalletCode } from './wallet.entity.js';

export interface NewWallet {
  readonly walletId: string;
  readonly playerId: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly code: WalletCode;
}

/**
 * Owns the wallets: who the player is, which currency, whether blocked. A wallet keeps the decimals its currency had
 * when it was opened.
 */
@Injectable()
export class WalletsService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Opens an empty wallet.
   * @throws GpasError ALREADY_EXISTS; INVALID_REQUEST for a currency that ISO 4217 does not have
   */
  async create({ walletId, playerId, currency, code }: NewWallet): Promise<Wallet> {
    const decimals = decimalsOf(currency);
    if (decimals === undefined) {
      throw new GpasError('INVALID_REQUEST', 'currency must be an ISO 4217 code in capitals, like EUR');
    }
    const wallet: Wallet = {
      id: walletId,
      playerId,
      code,
      currency,
      decimals,
      status: 'ACTIVE',
      createdAt: new Date(),
    };
    try {
      await this.unitOfWork.write(({ manager }) => manager.insert(Wallet, wallet));
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error;
      throw new GpasError('ALREADY_EXISTS', 'A wallet with this walletId already exists');
    }
    return wallet;
  }

  /** @throws GpasError NOT_FOUND */
  async get(walletId: string): Promise<Wallet> {
    const wallet = await this.unitOfWork.read((reader) => reader.findOneBy(Wallet, { id: walletId }));
    if (!wallet) throw new GpasError('NOT_FOUND', 'There is no wallet with this walletId');
    return wallet;
  }

  /** Those of the wallets that exist, by id. */
  async findAll(reader: Reader, walletIds: readonly string[]): Promise<ReadonlyMap<string, Wallet>> {
    if (walletIds.length === 0) return new Map();
    const wallets = await reader.find(Wallet, { where: { id: In([...new Set(walletIds)]) } });
    return new Map(wallets.map((wallet) => [wallet.id, wallet]));
  }
}
