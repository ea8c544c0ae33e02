import type { Sighting } from '../incidents/incident.types.js';
import { parseAmount } from '../wallets/money.js';
import type { Wallet } from '../wallets/wallet.types.js';
import type { RecordedCommand } from './ledger/ledger-store.js';
import type { Outcome } from './ledger/ledger.types.js';

/**
 * What the operator should look at (protocol §5, "Incidents") of what was refused.
 * @param wallet of the command, where its session is known
 */
export function sightingsOf(
  { command, sent }: RecordedCommand,
  outcome: Outcome,
  wallet?: Wallet,
): Sighting[] {
  if (outcome.type !== 'REFUSED' || outcome.incident === null) return [];
  const amount = 'value' in command && wallet ? parseAmount(command.value, wallet.decimals) : null;
  return [
    {
      kind: outcome.incident,
      parentSystemId: command.parentSystemId,
      externalReference: command.externalReference,
      movementKind: command.kind,
      callerAddress: null,
      walletId: wallet?.id ?? null,
      sessionId: 'sessionId' in command ? command.sessionId : null,
      amountMinor: typeof amount === 'bigint' ? amount : null,
      currency: wallet?.currency ?? null,
      decimals: wallet?.decimals ?? null,
      gameId: 'gameId' in command ? command.gameId : null,
      targetReference: command.kind === 'ROLLBACK' ? command.targetReference : null,
      answer: outcome.error,
      sent: sent && { query: sent.query, body: sent.body.toString('utf8') },
      at: command.at,
      times: 1,
    },
  ];
}
