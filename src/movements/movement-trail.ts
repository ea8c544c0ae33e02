import { auditEntryOf } from '../audit/audit.service.js';
import type { AuditEntry } from '../audit/audit.types.js';
import type { AuditedChange } from '../audit/audit.types.js';
import { toJsonNumber } from '../wallets/money.js';
import type { Wallet } from '../wallets/wallet.types.js';
import type { RecordedCommand } from './ledger/ledger-store.js';
import type { BookedMovement, Outcome } from './ledger/ledger.types.js';

/** What the operator's own movements did, for the trail. */
export function auditEntriesOf(
  recorded: readonly RecordedCommand[],
  outcomes: readonly Outcome[],
  wallets: ReadonlyMap<string, Wallet>,
): AuditEntry[] {
  return recorded.flatMap(({ actor, description }, index) => {
    const outcome = outcomes[index];
    const movement = outcome?.type === 'BOOKED' ? outcome.movement : undefined;
    const wallet = movement && wallets.get(movement.walletId);
    return actor && wallet
      ? [auditEntryOf(actor, changeOf(movement, wallet, description), movement.createdAt)]
      : [];
  });
}

function changeOf(movement: BookedMovement, wallet: Wallet, description: string | null): AuditedChange {
  const { realAfterMinor, bonusAfterMinor, realDeltaMinor, bonusDeltaMinor } = movement;
  const amount = (minor: bigint): number => toJsonNumber(minor, wallet.decimals);
  return {
    action: movement.kind === 'DEPOSIT' ? 'wallet.deposit' : 'wallet.withdraw',
    subjectType: 'wallet',
    subjectId: movement.walletId,
    before: {
      real: amount(realAfterMinor - realDeltaMinor),
      bonus: amount(bonusAfterMinor - bonusDeltaMinor),
    },
    after: {
      real: amount(realAfterMinor),
      bonus: amount(bonusAfterMinor),
      movementId: movement.id,
      externalReference: movement.externalReference,
      description,
    },
  };
}
