import { isPlayable } from '../../games/game.rules.js';
import { AMOUNT_PROBLEM_MESSAGES, MAX_MINOR, parseAmount } from '../../wallets/money.js';
import type { LedgerView } from './ledger-state.js';
import type {
  Booked,
  MovementCommand,
  MovementPolicies,
  PaymentCommand,
  Outcome,
  PlayCommand,
  ReferenceBinding,
  ReferenceRecord,
  Refused,
  RollbackCommand,
  SessionState,
  SubWallet,
  WalletState,
} from './ledger.types.js';
import { bindingOf, judgeReference, refuse, type Sight, tombstoneOf } from './rules/reference.rules.js';

/** What a command does to a wallet, once nothing speaks against it. Deltas are signed. */
interface Change {
  readonly amountMinor: bigint;
  readonly realDeltaMinor: bigint;
  readonly bonusDeltaMinor: bigint;
  readonly targetMovementId: string | null;
  readonly gameId: string | null;
}

const BALANCE_LIMIT_MESSAGE = 'The balance would be beyond the largest amount';
const OWN_TARGET_MESSAGE = 'externalMovementId must not be the externalReference of the rollback itself';

/**
 * Decides one movement: every business rule of protocol §3 and §5, on values alone. Rules in order:
 *
 * 0. the query names session and target: 1010; a rollback that names itself: 1010;
 * 1. the session is known to this parent system: 1004; then the amount, which only the wallet's currency can judge: 1010;
 * 2. the reference (see `reference.rules.ts`): 1003, 1002 or the first answer again;
 * 3. session closed: 1004, but for late credits and rollbacks where the policy accepts them;
 * 4. player blocked: 1008, debits only;
 * 5. game: 1009, debits only (what was staked before a game was disabled is settled, as with a blocked player);
 * 6. a rollback's target: 1002 or 1003;
 * 7. limits and funds: 1010 or 1007.
 *
 * @returns what to write and what to answer; {@link LedgerState.apply} carries the state on for the next command
 */
export function decide(view: LedgerView, command: MovementCommand, policies: MovementPolicies): Outcome {
  const record = view.findReference(command.parentSystemId, command.externalReference);
  switch (command.kind) {
    case 'DEBIT':
    case 'CREDIT':
      return decidePlay(view, command, record, policies);
    case 'ROLLBACK':
      return decideRollback(view, command, record, policies);
    case 'DEPOSIT':
    case 'WITHDRAWAL':
      return decideOperator(view, command, record, policies);
  }
}

function decidePlay(
  view: LedgerView,
  command: PlayCommand,
  record: ReferenceRecord | undefined,
  policies: MovementPolicies,
): Outcome {
  if (command.queryProblem !== null) return refuseQuery(command, record, command.queryProblem);
  const session = findOwnSession(view, command);
  if (session === undefined) return refuseUnknownSession(command, record);
  const wallet = getWallet(view, session);
  const amount = parseAmount(command.value, wallet.decimals);
  const sight: Sight = {
    command,
    record,
    walletId: wallet.id,
    amountMinor: typeof amount === 'bigint' ? amount : null,
  };
  if (typeof amount !== 'bigint') {
    return refuse(sight, 'INVALID_REQUEST', { message: AMOUNT_PROBLEM_MESSAGES[amount] });
  }
  const settled = judgeReference(sight, policies) ?? refuseOnClosedSession(sight, session, policies);
  if (settled !== undefined) return settled;

  if (command.kind === 'CREDIT') {
    return book(sight, wallet, wholeChange('REAL', amount, amount, command.gameId));
  }
  if (wallet.status === 'BLOCKED') return refuse(sight, 'USER_BLOCKED');
  if (!isGameAllowed(view, command.gameId, policies)) return refuse(sight, 'INVALID_GAME_ID');
  return book(sight, wallet, debitChange(wallet, amount, command.gameId));
}

function decideRollback(
  view: LedgerView,
  command: RollbackCommand,
  record: ReferenceRecord | undefined,
  policies: MovementPolicies,
): Outcome {
  if (command.queryProblem !== null) return refuseQuery(command, record, command.queryProblem);
  const session = findOwnSession(view, command);
  const sight: Sight = { command, record, walletId: session?.walletId ?? null, amountMinor: null };
  if (command.targetReference === command.externalReference) {
    return refuse(sight, 'INVALID_REQUEST', { message: OWN_TARGET_MESSAGE });
  }
  if (session === undefined) return refuseUnknownSession(command, record);
  const wallet = getWallet(view, session);
  const settled = judgeReference(sight, policies) ?? refuseOnClosedSession(sight, session, policies);
  if (settled !== undefined) return settled;

  const target = view.findReference(command.parentSystemId, command.targetReference);
  if (target === undefined || target.movement === null) {
    return refuse(sight, 'INVALID_TX_ID', { tombstones: tombstonesFor(sight, command, target) });
  }
  const { movement } = target;
  const isReversible = movement.kind === 'DEBIT' || movement.kind === 'CREDIT';
  if (!isReversible || movement.walletId !== wallet.id) return refuse(sight, 'INVALID_TX_ID');
  if (target.rolledBack) return refuse(sight, 'DUPLICATE_TX_ID');
  return book(sight, wallet, {
    amountMinor: movement.amountMinor,
    realDeltaMinor: -movement.realDeltaMinor,
    bonusDeltaMinor: -movement.bonusDeltaMinor,
    targetMovementId: movement.id,
    gameId: movement.gameId,
  });
}

/** The operator's own movements: no session, no game, and a blocked wallet is no obstacle to the one who blocked it. */
function decideOperator(
  view: LedgerView,
  command: PaymentCommand,
  record: ReferenceRecord | undefined,
  policies: MovementPolicies,
): Outcome {
  const wallet = view.findWallet(command.walletId);
  if (wallet === undefined) {
    return refuse({ command, record, walletId: null, amountMinor: null }, 'NOT_FOUND');
  }
  const amount = parseAmount(command.value, wallet.decimals);
  if (typeof amount !== 'bigint') {
    const sight: Sight = { command, record, walletId: wallet.id, amountMinor: null };
    return refuse(sight, 'INVALID_REQUEST', { message: AMOUNT_PROBLEM_MESSAGES[amount] });
  }
  const sight: Sight = { command, record, walletId: wallet.id, amountMinor: amount };
  const delta = command.kind === 'DEPOSIT' ? amount : -amount;
  return (
    judgeReference(sight, policies) ??
    book(sight, wallet, wholeChange(command.subWallet, amount, delta, null))
  );
}

/** A session opened under another parent system is unknown to this one (protocol §4). */
function findOwnSession(view: LedgerView, command: PlayCommand | RollbackCommand): SessionState | undefined {
  const session = view.findSession(command.sessionId);
  return session?.parentSystemId === command.parentSystemId ? session : undefined;
}

/** The body is authentic, so its reference is bound, to no wallet: it must not be booked under a query made up later. */
function refuseQuery(
  command: PlayCommand | RollbackCommand,
  record: ReferenceRecord | undefined,
  message: string,
): Refused {
  return refuse({ command, record, walletId: null, amountMinor: null }, 'INVALID_REQUEST', { message });
}

/** A credit or rollback is bound even here, to no wallet: its body must not open another session's purse later. */
function refuseUnknownSession(
  command: PlayCommand | RollbackCommand,
  record: ReferenceRecord | undefined,
): Refused {
  return refuse({ command, record, walletId: null, amountMinor: null }, 'INVALID_WALLET_SESSION');
}

function refuseOnClosedSession(
  sight: Sight,
  session: SessionState,
  policies: MovementPolicies,
): Refused | undefined {
  if (session.status === 'OPEN') return undefined;
  if (sight.command.kind === 'DEBIT') return refuse(sight, 'INVALID_WALLET_SESSION');
  if (policies.lateSettlementPolicy === 'accept') return undefined;
  return refuse(sight, 'INVALID_WALLET_SESSION', { incident: 'LATE_SETTLEMENT_REFUSED' });
}

function isGameAllowed(view: LedgerView, gameId: string | null, policies: MovementPolicies): boolean {
  return isPlayable(gameId === null ? undefined : view.findGame(gameId), policies.gamePolicy);
}

/**
 * What a rollback of something never booked leaves behind, so that it is never booked later: a tombstone under an
 * unseen reference, or one over a credit that this wallet was refused. Another wallet's credit and another
 * rollback are left alone, and a tombstone needs no second one.
 */
function tombstonesFor(
  sight: Sight,
  command: RollbackCommand,
  target: ReferenceRecord | undefined,
): ReferenceBinding[] {
  if (target === undefined) return [tombstoneOf(sight, command.targetReference, 0)];
  const isOwnRefusedCredit = target.binding.kind === 'CREDIT' && target.binding.walletId === sight.walletId;
  return isOwnRefusedCredit && !target.voided ? [tombstoneOf(sight, command.targetReference, 1)] : [];
}

/** A bet takes real money first, then bonus. */
function debitChange(wallet: WalletState, amountMinor: bigint, gameId: string | null): Change {
  const fromReal = amountMinor < wallet.realMinor ? amountMinor : wallet.realMinor;
  return {
    amountMinor,
    realDeltaMinor: -fromReal,
    bonusDeltaMinor: fromReal - amountMinor,
    targetMovementId: null,
    gameId,
  };
}

/** The whole change on one sub-wallet. */
function wholeChange(
  subWallet: SubWallet,
  amountMinor: bigint,
  deltaMinor: bigint,
  gameId: string | null,
): Change {
  return {
    amountMinor,
    realDeltaMinor: subWallet === 'REAL' ? deltaMinor : 0n,
    bonusDeltaMinor: subWallet === 'BONUS' ? deltaMinor : 0n,
    targetMovementId: null,
    gameId,
  };
}

/** Rule 7, then the booking. Each sub-wallet is judged by itself: neither may pay for the other. */
function book(sight: Sight, wallet: WalletState, change: Change): Outcome {
  const { command } = sight;
  const realAfterMinor = wallet.realMinor + change.realDeltaMinor;
  const bonusAfterMinor = wallet.bonusMinor + change.bonusDeltaMinor;
  if (realAfterMinor < 0n || bonusAfterMinor < 0n) {
    return refuse(sight, 'INSUFFICIENT_FUNDS', {
      incident: command.kind === 'ROLLBACK' ? 'CLAWBACK_REFUSED' : null,
    });
  }
  if (realAfterMinor + bonusAfterMinor > MAX_MINOR) {
    return refuse(sight, 'INVALID_REQUEST', { message: BALANCE_LIMIT_MESSAGE });
  }
  return {
    type: 'BOOKED',
    movement: {
      id: command.movementId,
      parentSystemId: command.parentSystemId,
      externalReference: command.externalReference,
      kind: command.kind,
      walletId: wallet.id,
      sessionId: 'sessionId' in command ? command.sessionId : null,
      seq: wallet.seq + 1,
      ...change,
      realAfterMinor,
      bonusAfterMinor,
    },
    bindings: sight.record === undefined ? [bindingOf(sight, null)] : [],
  } satisfies Booked;
}

function getWallet(view: LedgerView, session: SessionState): WalletState {
  const wallet = view.findWallet(session.walletId);
  if (wallet === undefined) throw new Error('The wallet of a session must be in the state');
  return wallet;
}

/** How much of a movement's amount was bonus money (`amountBonus` of the answer), in minor units. */
export function bonusPartMinor(movement: { readonly bonusDeltaMinor: bigint }): bigint {
  return movement.bonusDeltaMinor < 0n ? -movement.bonusDeltaMinor : movement.bonusDeltaMinor;
}
