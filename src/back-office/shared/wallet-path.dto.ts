import { Identifier } from '../../validation/identifier.decorator.js';

/** Of routes that name a wallet in their path. */
export class WalletPath {
  @Identifier({ description: "The wallet's id", example: 'wallet-1001' })
  readonly walletId!: string;
}
