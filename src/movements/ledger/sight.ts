import { type AmountProblem, parseAmount } from '../../wallets/money.js';
import type { LedgerView } from './ledger-state.js';
import type {
  MovementCommand,
  PaymentCommand,
  PlayCommand,
  ReferenceRecord,
  RollbackCommand,
  SessionState,
  WalletState,
} from './ledger.types.js';

/** One command and what is known of it under the locks, before any rule has judged. */
export interface Sight<Command extends MovementCommand = MovementCommand> {
  readonly command: Command;
  /** What is known of its reference. */
  readonly record: ReferenceRecord | undefined;
  /** The session that it names, where that is known to its parent system (protocol §4.1). */
  readonly session: SessionState | undefined;
  /** The wallet that it would move money of; undefined where it or its session is not known. */
  readonly wallet: WalletState | undefined;
  /** Minor units; undefined for a rollback, and where no wallet says how many decimals there are. */
  readonly amount: bigint | AmountProblem | undefined;
}

/** Looks everything up that `command` names. */
export function sightOf<Command extends MovementCommand>(view: LedgerView, command: Command): Sight<Command> {
  const session = findOwnSession(view, command);
  const walletId = 'walletId' in command ? command.walletId : session?.walletId;
  const wallet = walletId === undefined ? undefined : view.findWallet(walletId);
  if (session && !wallet) throw new Error('The wallet of a session must be in the state');
  return {
    command,
    record: view.findReference(command.parentSystemId, command.externalReference),
    session,
    wallet,
    amount: wallet && 'value' in command ? parseAmount(command.value, wallet.decimals) : undefined,
  };
}

/** A query that is wrong names nothing; a session opened under another parent system is unknown to this one. */
function findOwnSession(
  view: LedgerView,
  command: PlayCommand | RollbackCommand | PaymentCommand,
): SessionState | undefined {
  if (!('sessionId' in command) || command.problem !== null) return undefined;
  const session = view.findSession(command.sessionId);
  return session?.parentSystemId === command.parentSystemId ? session : undefined;
}
