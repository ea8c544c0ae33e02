import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/audit.types.js';
import type { WalletStatus } from '../../wallets/wallet.types.js';
import { type NewWallet, WalletsService } from '../../wallets/wallets.service.js';
import { AuditedChanges } from '../shared/audited-changes.service.js';
import { WalletAnswer } from './dto/wallet.dto.js';

/** Changes of wallets, each with its line of the trail; what moves their money is MovementsService's. */
@Injectable()
export class WalletChanges {
  constructor(
    private readonly auditedChanges: AuditedChanges,
    private readonly wallets: WalletsService,
  ) {}

  /** @throws GpasError ALREADY_EXISTS; INVALID_REQUEST for a currency that ISO 4217 does not have */
  create(actor: Actor, wallet: NewWallet): Promise<WalletAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const after = WalletAnswer.of(await this.wallets.create(transaction, wallet));
      return {
        result: after,
        change: {
          action: 'wallet.create',
          subjectType: 'wallet',
          subjectId: after.walletId,
          before: null,
          after,
        },
      };
    });
  }

  /**
   * Blocks or unblocks the player.
   * @throws GpasError NOT_FOUND
   */
  setStatus(actor: Actor, walletId: string, status: WalletStatus): Promise<WalletAnswer> {
    return this.auditedChanges.make(actor, async (transaction) => {
      const { before, after } = await this.wallets.setStatus(transaction, walletId, status);
      return {
        result: WalletAnswer.of(after),
        change: {
          action: 'wallet.change',
          subjectType: 'wallet',
          subjectId: walletId,
          before: { status: before.status },
          after: { status: after.status },
        },
      };
    });
  }
}
