import { newId } from '../../src/database/id.js';
import { LedgerState } from '../../src/movements/ledger/ledger-state.js';
import { decide } from '../../src/movements/ledger/decide.js';
import {
  type Booked,
  type MovementCommand,
  type MovementPolicies,
  OPERATOR_PARENT_SYSTEM_ID,
  type Outcome,
  type PlayCommand,
  type Refused,
  type SubWallet,
  type WalletState,
} from '../../src/movements/ledger/ledger.types.js';

export const DEFAULTS: MovementPolicies = {
  duplicatePolicy: 'error',
  lateSettlementPolicy: 'refuse',
  gamePolicy: 'any',
};
export const REPLAY: MovementPolicies = { ...DEFAULTS, duplicatePolicy: 'replay' };
export const ACCEPT_LATE: MovementPolicies = { ...DEFAULTS, lateSettlementPolicy: 'accept' };
export const CATALOGUE: MovementPolicies = { ...DEFAULTS, gamePolicy: 'catalogue' };

type PlayOptions = Partial<Pick<PlayCommand, 'sessionId' | 'parentSystemId' | 'gameId' | 'problem'>>;

/**
 * A ledger to play scenarios on. Ann has 100.00 real and 20.00 bonus BRL and the sessions `ann-open`, `ann-other`
 * and `ann-closed`; Bob has 50.00 and `bob-open`; all under BL13GT. Ann's `ann-elsewhere` is under another system.
 */
export class LedgerTable {
  private readonly wallets = new Map<string, WalletState>();
  private readonly outcomes: Outcome[] = [];
  private state: LedgerState | undefined;
  private readonly closed = new Set(['ann-closed']);

  constructor(wallets: Partial<WalletState>[] = []) {
    const ann: WalletState = {
      id: 'ann',
      status: 'ACTIVE',
      decimals: 2,
      realMinor: 100_00n,
      bonusMinor: 20_00n,
      seq: 0,
      movedAt: null,
    };
    this.wallets.set('ann', { ...ann, ...wallets[0] });
    this.wallets.set('bob', { ...ann, id: 'bob', realMinor: 50_00n, bonusMinor: 0n, ...wallets[1] });
  }

  debit(reference: string, value: unknown, options: PlayOptions = {}, policies = DEFAULTS) {
    return this.decide({ ...this.play(reference, value, options), kind: 'DEBIT' }, policies);
  }

  credit(reference: string, value: unknown, options: PlayOptions = {}, policies = DEFAULTS) {
    return this.decide({ ...this.play(reference, value, options), kind: 'CREDIT' }, policies);
  }

  rollback(
    reference: string,
    targetReference: string,
    options: Omit<PlayOptions, 'gameId'> = {},
    policies = DEFAULTS,
  ) {
    const { value: _value, gameId: _gameId, ...rest } = this.play(reference, null, options);
    return this.decide({ ...rest, kind: 'ROLLBACK', targetReference }, policies);
  }

  operator(
    kind: 'DEPOSIT' | 'WITHDRAWAL',
    reference: string,
    value: unknown,
    subWallet: SubWallet = 'REAL',
    walletId = 'ann',
  ) {
    return this.decide({
      kind,
      ...this.nextCommand(),
      parentSystemId: OPERATOR_PARENT_SYSTEM_ID,
      externalReference: reference,
      walletId,
      subWallet,
      value,
    });
  }

  /** Decides and applies, as the batch loop does. */
  decide(command: MovementCommand, policies = DEFAULTS): Outcome {
    this.state ??= this.reload();
    const outcome = decide(this.state, command, policies);
    this.state.apply(outcome);
    this.outcomes.push(outcome);
    return outcome;
  }

  close(sessionId: string): void {
    this.closed.add(sessionId);
    this.state = this.reload();
  }

  block(walletId: string): void {
    this.wallets.set(walletId, { ...this.wallet(walletId), status: 'BLOCKED' });
    this.state = this.reload();
  }

  wallet(walletId = 'ann'): WalletState {
    const wallet = this.state?.findWallet(walletId) ?? this.wallets.get(walletId);
    if (wallet === undefined) throw new Error(`no wallet ${walletId}`);
    return wallet;
  }

  balances(walletId = 'ann'): [real: bigint, bonus: bigint] {
    return [this.wallet(walletId).realMinor, this.wallet(walletId).bonusMinor];
  }

  /** The same state, read back from the rows that were written. */
  reload(): LedgerState {
    const session = (id: string, walletId: string, parentSystemId = 'BL13GT') => ({
      id,
      walletId,
      parentSystemId,
      status: this.closed.has(id) ? ('CLOSE' as const) : ('OPEN' as const),
    });
    const movements = this.outcomes.flatMap((outcome) =>
      outcome.type === 'BOOKED' ? [outcome.movement] : [],
    );
    return new LedgerState({
      sessions: [
        session('ann-open', 'ann'),
        session('ann-other', 'ann'),
        session('ann-closed', 'ann'),
        session('bob-open', 'bob'),
        session('ann-elsewhere', 'ann', 'BL13UY'),
      ],
      wallets: [...this.wallets.values()].map(({ id, status }) => ({ ...this.wallet(id), status })),
      games: [
        { id: 'agt-54', enabled: true },
        { id: 'agt-13', enabled: false },
      ],
      bindings: this.outcomes.flatMap(({ bindings }) => bindings),
      movements,
      rolledBackMovementIds: movements.flatMap(({ targetMovementId }) => targetMovementId ?? []),
    });
  }

  private play(externalReference: string, value: unknown, options: PlayOptions) {
    const base = { parentSystemId: 'BL13GT', sessionId: 'ann-open', problem: null, gameId: null };
    return { ...base, ...this.nextCommand(), externalReference, value, ...options };
  }

  private nextCommand(): { readonly commandId: string; readonly at: Date } {
    const at = new Date();
    return { commandId: newId(at), at };
  }
}

export function booked(outcome: Outcome): Booked['movement'] {
  if (outcome.type !== 'BOOKED') throw new Error(`not booked: ${JSON.stringify(outcome)}`);
  return outcome.movement;
}

export function refused(outcome: Outcome): Refused {
  if (outcome.type !== 'REFUSED') throw new Error('not refused');
  return outcome;
}

export const errorOf = (outcome: Outcome): string => refused(outcome).error;
export const boundReferences = (outcome: Outcome): string[] =>
  outcome.bindings.map(({ kind, externalReference }) => `${kind} ${externalReference}`);
