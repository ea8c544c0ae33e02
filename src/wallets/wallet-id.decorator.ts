import { Identifier } from '../validation/identifier.decorator.js';

/** A `walletId` of the GPAS protocol: missing, repeated or malformed it is 1005 (protocol §3.3). */
export function WalletIdParameter(): PropertyDecorator {
  return Identifier(
    { description: "The player's wallet at the operator", example: '2sdf1sd' },
    { missing: 'INVALID_WALLET_ID', malformed: 'INVALID_WALLET_ID' },
  );
}
