import { describe, expect, it } from '@jest/globals';
import { MAX_MINOR } from '../wallets/money.js';
import { LedgerState } from './ledger-state.js';
import { bonusPartMinor, decide } from './movement.rules.js';
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
} from './movement.types.js';

const DEFAULTS: MovementPolicies = {
  duplicatePolicy: 'error',
  lateSettlementPolicy: 'refuse',
  gamePolicy: 'any',
};
const REPLAY: MovementPolicies = { ...DEFAULTS, duplicatePolicy: 'replay' };
const ACCEPT_LATE: MovementPolicies = { ...DEFAULTS, lateSettlementPolicy: 'accept' };
const CATALOGUE: MovementPolicies = { ...DEFAULTS, gamePolicy: 'catalogue' };

type PlayOptions = Partial<Pick<PlayCommand, 'sessionId' | 'parentSystemId' | 'gameId'>>;

/**
 * A ledger to play scenarios on. Ann has 100.00 real and 20.00 bonus BRL and the sessions `ann-open`, `ann-other`
 * and `ann-closed`; Bob has 50.00 and `bob-open`; all under BL13GT. Ann's `ann-elsewhere` is under another system.
 */
class Table {
  private readonly wallets = new Map<string, WalletState>();
  private readonly outcomes: Outcome[] = [];
  private state: LedgerState;
  private lastId = 0;
  private closed = new Set(['ann-closed']);

  constructor(wallets: Partial<WalletState>[] = []) {
    const ann: WalletState = {
      id: 'ann',
      status: 'ACTIVE',
      decimals: 2,
      realMinor: 100_00n,
      bonusMinor: 20_00n,
      seq: 0,
    };
    this.wallets.set('ann', { ...ann, ...wallets[0] });
    this.wallets.set('bob', { ...ann, id: 'bob', realMinor: 50_00n, bonusMinor: 0n, ...wallets[1] });
    this.state = this.reload();
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
      movementId: this.nextId(),
      parentSystemId: OPERATOR_PARENT_SYSTEM_ID,
      externalReference: reference,
      walletId,
      subWallet,
      value,
    });
  }

  /** Decides and applies, as the batch loop does. */
  decide(command: MovementCommand, policies = DEFAULTS): Outcome {
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
    const base = { parentSystemId: 'BL13GT', sessionId: 'ann-open', gameId: null };
    return { ...base, movementId: this.nextId(), externalReference, value, ...options };
  }

  private nextId(): string {
    this.lastId += 1;
    return `movement-${this.lastId}`;
  }
}

function booked(outcome: Outcome): Booked['movement'] {
  if (outcome.type !== 'BOOKED') throw new Error(`not booked: ${JSON.stringify(outcome)}`);
  return outcome.movement;
}

function refused(outcome: Outcome): Refused {
  if (outcome.type !== 'REFUSED') throw new Error('not refused');
  return outcome;
}

const errorOf = (outcome: Outcome): string => refused(outcome).error;
const boundReferences = (outcome: Outcome): string[] =>
  outcome.bindings.map(({ kind, externalReference }) => `${kind} ${externalReference}`);

describe('a bet', () => {
  it('takes real money first, then bonus, and says how much was bonus', () => {
    const table = new Table();
    expect(booked(table.debit('bet', '30'))).toMatchObject({ realDeltaMinor: -30_00n, bonusDeltaMinor: 0n });
    const second = booked(table.debit('bet-2', '75.50'));
    expect(second).toMatchObject({ amountMinor: 75_50n, realDeltaMinor: -70_00n, bonusDeltaMinor: -5_50n });
    expect(second).toMatchObject({ realAfterMinor: 0n, bonusAfterMinor: 14_50n, seq: 2 });
    expect(bonusPartMinor(second)).toBe(5_50n);
    expect(table.balances()).toEqual([0n, 14_50n]);
  });

  it('of everything there is passes, one minor unit more is refused with 1007 and changes nothing', () => {
    const table = new Table();
    expect(errorOf(table.debit('too-much', '120.01'))).toBe('INSUFFICIENT_FUNDS');
    expect(table.balances()).toEqual([100_00n, 20_00n]);
    booked(table.debit('all', '120.00'));
    expect(table.balances()).toEqual([0n, 0n]);
  });

  it('of which the balance pays 20 of 50 in one batch books exactly 20', () => {
    const table = new Table();
    const outcomes = Array.from({ length: 50 }, (_, index) => table.debit(`bet-${index}`, '6'));
    expect(outcomes.filter(({ type }) => type === 'BOOKED')).toHaveLength(20);
    expect(outcomes.slice(20).map(errorOf)).toEqual(Array(30).fill('INSUFFICIENT_FUNDS'));
    expect(table.wallet()).toMatchObject({ realMinor: 0n, bonusMinor: 0n, seq: 20 });
  });

  it('refused for funds does not use up its reference: after a deposit it is booked', () => {
    const table = new Table();
    const first = table.debit('bet', '150');
    expect(errorOf(first)).toBe('INSUFFICIENT_FUNDS');
    expect(first.bindings).toEqual([]);
    booked(table.operator('DEPOSIT', 'dep', '50'));
    expect(booked(table.debit('bet', '150')).seq).toBe(2);
  });

  it.each(['blocked', 'closed', 'game', 'form'])('refused as %s binds nothing either', (reason) => {
    const table = new Table();
    if (reason === 'blocked') table.block('ann');
    const outcome = table.debit('bet', reason === 'form' ? '1.001' : '1', {
      sessionId: reason === 'closed' ? 'ann-closed' : 'ann-open',
      gameId: reason === 'game' ? 'agt-13' : null,
    });
    expect(refused(outcome).bindings).toEqual([]);
  });

  it('of 0 is accepted and recorded', () => {
    const table = new Table();
    expect(booked(table.debit('free-spin', 0))).toMatchObject({ amountMinor: 0n, seq: 1 });
    expect(errorOf(table.debit('free-spin', 0))).toBe('DUPLICATE_TX_ID');
  });

  it('carries its own id, reference, session and game into the row', () => {
    const movement = booked(new Table().debit('bet', 1, { gameId: 'agt-54' }));
    expect(movement).toMatchObject({ id: 'movement-1', parentSystemId: 'BL13GT', externalReference: 'bet' });
    expect(movement).toMatchObject({
      walletId: 'ann',
      sessionId: 'ann-open',
      gameId: 'agt-54',
      kind: 'DEBIT',
    });
  });
});

describe('a win', () => {
  it('goes to real money', () => {
    const table = new Table();
    expect(booked(table.credit('win', '12.50'))).toMatchObject({
      realDeltaMinor: 12_50n,
      bonusDeltaMinor: 0n,
    });
    expect(table.balances()).toEqual([112_50n, 20_00n]);
  });

  it('up to the largest total balance passes; one minor unit more is 1010 and bound, and may come again', () => {
    const table = new Table([{ realMinor: MAX_MINOR - 20_00n - 5n }]);
    const over = refused(table.credit('win', '0.06'));
    expect(over).toMatchObject({
      error: 'INVALID_REQUEST',
      message: expect.stringContaining('largest amount'),
    });
    expect(boundReferences(over)).toEqual(['CREDIT win']);
    booked(table.credit('small', '0.05'));
    expect(table.balances()[0] + table.balances()[1]).toBe(MAX_MINOR);
    booked(table.operator('WITHDRAWAL', 'out', '1'));
    expect(booked(table.credit('win', '0.06')).seq).toBe(3);
  });
});

describe('the form of value', () => {
  it.each([
    [2, '0.30000000000000004'],
    [2, 0.30000000000000004],
    [0, '100.5'],
    [3, '1.2345'],
    [2, '10000000000000.00'],
    [2, '-1'],
    [2, '1e3'],
    [2, null],
  ])('with %i decimals refuses %p with 1010 and a message, nothing moves', (decimals, value) => {
    const table = new Table([{ decimals }]);
    const outcome = refused(table.debit('bet', value));
    expect(outcome).toMatchObject({ error: 'INVALID_REQUEST', message: expect.stringMatching(/^value /) });
    expect(table.wallet().seq).toBe(0);
  });

  it.each([
    [0, '100.00', 100n],
    [3, '1.234', 1234n],
    [2, 0.1, 10n],
  ])('with %i decimals takes %p as %p', (decimals, value, minor) => {
    expect(booked(new Table([{ decimals }]).debit('bet', value)).amountMinor).toBe(minor);
  });

  it('of a refused win binds its reference: another currency must not make sense of the captured body', () => {
    const table = new Table([{}, { decimals: 3 }]);
    const outcome = table.credit('win', '1.005');
    expect(errorOf(outcome)).toBe('INVALID_REQUEST');
    expect(outcome.bindings).toEqual([
      expect.objectContaining({ externalReference: 'win', amountMinor: null }),
    ]);
    expect(errorOf(table.credit('win', '1.005', { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.credit('win', '1.00'))).toBe('DUPLICATE_TX_ID');
  });
});

describe('the session', () => {
  it('unknown is 1004, whatever the reference', () => {
    const table = new Table();
    booked(table.debit('bet', 1));
    expect(errorOf(table.debit('bet', 1, { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.credit('win', 1, { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.rollback('back', 'bet', { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(table.wallet().seq).toBe(1);
  });

  it('opened under another parent system is unknown to this one', () => {
    const table = new Table();
    const elsewhere = { sessionId: 'ann-elsewhere' };
    expect(errorOf(table.debit('bet', 1, elsewhere))).toBe('INVALID_WALLET_SESSION');
    booked(table.debit('bet', 1, { ...elsewhere, parentSystemId: 'BL13UY' }));
  });

  it('unknown: a win is bound to no wallet, so its body opens nobody’s purse later', () => {
    const table = new Table();
    const first = table.credit('win', 10, { sessionId: 'nowhere' });
    expect(first.bindings).toEqual([expect.objectContaining({ kind: 'CREDIT', walletId: null })]);
    expect(errorOf(table.credit('win', 10))).toBe('DUPLICATE_TX_ID');
    expect(table.credit('win', 10, { sessionId: 'nowhere' }).bindings).toEqual([]);
  });

  it('unknown: a rollback is bound to no wallet and leaves no tombstone', () => {
    const table = new Table();
    booked(table.debit('bet', 10));
    const first = table.rollback('back', 'bet', { sessionId: 'nowhere' });
    expect(boundReferences(first)).toEqual(['ROLLBACK back']);
    expect(errorOf(table.rollback('back', 'bet'))).toBe('DUPLICATE_TX_ID');
  });

  it('closed: a bet is 1004, under either late settlement policy', () => {
    const table = new Table();
    const closed = { sessionId: 'ann-closed' };
    expect(errorOf(table.debit('bet', 1, closed))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.debit('bet', 1, closed, ACCEPT_LATE))).toBe('INVALID_WALLET_SESSION');
  });

  it('closed: a win is 1004, bound and recorded for the operator, and stays 1004 when it is sent again', () => {
    const table = new Table();
    const closed = { sessionId: 'ann-closed' };
    const first = refused(table.credit('win', 5, closed));
    expect(first).toMatchObject({ error: 'INVALID_WALLET_SESSION', incident: 'LATE_SETTLEMENT_REFUSED' });
    expect(boundReferences(first)).toEqual(['CREDIT win']);
    expect(first.bindings[0]).toMatchObject({ walletId: 'ann', amountMinor: 5_00n, sessionId: 'ann-closed' });
    const second = refused(table.credit('win', 5, closed));
    expect(second).toMatchObject({ error: 'INVALID_WALLET_SESSION', bindings: [] });
  });

  it('closed: a rollback is 1004, bound to its target, and leaves no tombstone', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    const first = refused(table.rollback('back', 'bet', { sessionId: 'ann-closed' }));
    expect(first).toMatchObject({ error: 'INVALID_WALLET_SESSION', incident: 'LATE_SETTLEMENT_REFUSED' });
    expect(boundReferences(first)).toEqual(['ROLLBACK back']);
    expect(boundReferences(table.rollback('back-2', 'unseen', { sessionId: 'ann-closed' }))).toEqual([
      'ROLLBACK back-2',
    ]);
  });

  it('closed, with LATE_SETTLEMENT_POLICY=accept: wins and rollbacks are booked', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    const closed = { sessionId: 'ann-closed' };
    booked(table.credit('win', 5, closed, ACCEPT_LATE));
    booked(table.rollback('back', 'bet', closed, ACCEPT_LATE));
    expect(table.balances()).toEqual([105_00n, 20_00n]);
  });

  it('closed: a refused win that the operator posts is booked once, and GPAS’s resend is a repeat', () => {
    const table = new Table();
    const closed = { sessionId: 'ann-closed' };
    table.credit('win', 5, closed);
    const posted = table.credit('win', 5, closed, ACCEPT_LATE);
    expect(booked(posted).amountMinor).toBe(5_00n);
    expect(posted.bindings).toEqual([]);
    expect(errorOf(table.credit('win', 5, closed))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.credit('win', 5))).toBe('DUPLICATE_TX_ID');
    expect(table.balances()[0]).toBe(105_00n);
  });
});

describe('a blocked player', () => {
  it('cannot bet (1008), but wins and rollbacks go on, and so does the operator', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    table.block('ann');
    expect(errorOf(table.debit('bet-2', 5))).toBe('USER_BLOCKED');
    booked(table.credit('win', 5));
    booked(table.rollback('back', 'bet'));
    booked(table.operator('WITHDRAWAL', 'out', '1'));
    booked(table.operator('DEPOSIT', 'in', '1'));
    expect(table.wallet().seq).toBe(5);
  });
});

describe('the game', () => {
  it('unknown or not named is accepted, disabled is 1009', () => {
    const table = new Table();
    booked(table.debit('known', 1, { gameId: 'agt-54' }));
    booked(table.debit('unknown', 1, { gameId: 'agt-99' }));
    booked(table.debit('none', 1));
    expect(errorOf(table.debit('disabled', 1, { gameId: 'agt-13' }))).toBe('INVALID_GAME_ID');
  });

  it('with GAME_POLICY=catalogue must be in the catalogue and enabled', () => {
    const table = new Table();
    booked(table.debit('known', 1, { gameId: 'agt-54' }, CATALOGUE));
    for (const gameId of ['agt-99', null, 'agt-13']) {
      expect(errorOf(table.debit('bet', 1, { gameId }, CATALOGUE))).toBe('INVALID_GAME_ID');
    }
  });

  it('disabled after the bet: what was staked is settled', () => {
    const table = new Table();
    booked(table.credit('win', 1, { gameId: 'agt-13' }));
    booked(table.credit('win-2', 1, { gameId: 'agt-99' }, CATALOGUE));
  });

  it('of a rollback is its target’s', () => {
    const table = new Table();
    table.debit('bet', 1, { gameId: 'agt-54' });
    expect(booked(table.rollback('back', 'bet'))).toMatchObject({ gameId: 'agt-54' });
  });
});

describe('the rules come in their order', () => {
  it('a charged bet sent again after close, block, disabled game and spending everything is 1003, nothing else', () => {
    const table = new Table();
    booked(table.debit('bet', '100', { gameId: 'agt-54' }));
    booked(table.debit('rest', '20'));
    table.block('ann');
    table.close('ann-open');
    expect(errorOf(table.debit('bet', '100', { gameId: 'agt-13' }))).toBe('DUPLICATE_TX_ID');
    expect(table.debit('bet', '100', {}, REPLAY).type).toBe('REPLAYED');
  });

  it('closed before blocked before game before funds', () => {
    const table = new Table();
    const bet = { gameId: 'agt-13', sessionId: 'ann-open' };
    expect(errorOf(table.debit('bet', 500, bet))).toBe('INVALID_GAME_ID');
    table.block('ann');
    expect(errorOf(table.debit('bet', 500, bet))).toBe('USER_BLOCKED');
    table.close('ann-open');
    expect(errorOf(table.debit('bet', 500, bet))).toBe('INVALID_WALLET_SESSION');
  });

  it('closed before the target of a rollback', () => {
    const table = new Table();
    expect(errorOf(table.rollback('back', 'unseen', { sessionId: 'ann-closed' }))).toBe(
      'INVALID_WALLET_SESSION',
    );
  });
});

describe('an exact repeat', () => {
  it('is 1003 and names the first movement', () => {
    const table = new Table();
    const first = booked(table.debit('bet', '5'));
    const repeat = refused(table.debit('bet', 5.0));
    expect(repeat).toMatchObject({ error: 'DUPLICATE_TX_ID', firstMovementId: first.id, incident: null });
    expect(table.balances()).toEqual([95_00n, 20_00n]);
  });

  it('over another session of the same wallet is still a repeat', () => {
    const table = new Table();
    const first = booked(table.debit('bet', 5));
    expect(refused(table.debit('bet', 5, { sessionId: 'ann-other' })).firstMovementId).toBe(first.id);
  });

  it('with DUPLICATE_POLICY=replay gets the first answer, balances of that moment', () => {
    const table = new Table();
    const first = booked(table.debit('bet', 110));
    table.credit('win', 50);
    expect(table.debit('bet', 110, {}, REPLAY)).toEqual({ type: 'REPLAYED', movement: first, bindings: [] });
    expect(first).toMatchObject({ realAfterMinor: 0n, bonusAfterMinor: 10_00n });
    expect(table.wallet().seq).toBe(2);
  });

  it('of a movement since rolled back is 1003 under replay too', () => {
    const table = new Table();
    const first = booked(table.debit('bet', 5));
    const back = booked(table.rollback('back', 'bet'));
    const repeat = table.debit('bet', 5, {}, REPLAY);
    expect(refused(repeat)).toMatchObject({ error: 'DUPLICATE_TX_ID', firstMovementId: first.id });
    expect(table.rollback('back', 'bet', {}, REPLAY)).toMatchObject({ type: 'REPLAYED', movement: back });
  });

  it('with our own movement id is our own commit whose answer was lost: the first answer, under either policy', () => {
    const table = new Table();
    const command: PlayCommand = {
      kind: 'DEBIT',
      movementId: 'own',
      parentSystemId: 'BL13GT',
      externalReference: 'bet',
      sessionId: 'ann-open',
      value: 5,
      gameId: null,
    };
    const first = booked(table.decide(command));
    table.rollback('back', 'bet');
    table.close('ann-open');
    expect(table.decide(command)).toEqual({ type: 'REPLAYED', movement: first, bindings: [] });
  });
});

describe('a conflict: the same reference with other content', () => {
  it.each<[string, (table: Table) => Outcome]>([
    ['another value', (table) => table.debit('bet', 6)],
    ['another kind', (table) => table.credit('bet', 5)],
    ['another wallet', (table) => table.debit('bet', 5, { sessionId: 'bob-open' })],
    ['a rollback', (table) => table.rollback('bet', 'other')],
  ])('%s is 1003, nothing moves, and it is marked for the count', (_name, send) => {
    const table = new Table();
    booked(table.debit('bet', 5));
    for (let times = 0; times < 2; times += 1) {
      expect(refused(send(table))).toMatchObject({
        error: 'DUPLICATE_TX_ID',
        incident: 'REFERENCE_CONFLICT',
        firstMovementId: null,
        bindings: [],
      });
    }
    expect([table.wallet('ann').seq, table.wallet('bob').seq]).toEqual([1, 0]);
  });

  it('is 1003 under replay too', () => {
    const table = new Table();
    table.debit('bet', 5);
    expect(errorOf(table.debit('bet', 6, {}, REPLAY))).toBe('DUPLICATE_TX_ID');
  });

  it('does not reach over parent systems: each has its own references', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    booked(table.debit('bet', 5, { sessionId: 'ann-elsewhere', parentSystemId: 'BL13UY' }));
    booked(table.operator('DEPOSIT', 'bet', 5));
  });

  it('a refused win stays bound to its wallet, value and kind', () => {
    const table = new Table();
    table.credit('win', 5, { sessionId: 'ann-closed' });
    expect(errorOf(table.credit('win', 5, { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.credit('win', 6))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.debit('win', 5))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.rollback('win', 'bet'))).toBe('DUPLICATE_TX_ID');
    expect(table.wallet('bob').seq).toBe(0);
  });

  it('a rollback that was refused stays bound to its target: it cannot be turned on a losing bet', () => {
    const table = new Table();
    booked(table.debit('losing', 50));
    expect(errorOf(table.rollback('back', 'unseen'))).toBe('INVALID_TX_ID');
    const turned = refused(table.rollback('back', 'losing'));
    expect(turned).toMatchObject({ error: 'DUPLICATE_TX_ID', incident: 'REFERENCE_CONFLICT' });
    expect(table.balances()).toEqual([50_00n, 20_00n]);
  });

  it('a rollback refused for another wallet’s movement stays bound to the wallet that it came from', () => {
    const table = new Table();
    booked(table.debit('bet', 5, { sessionId: 'bob-open' }));
    expect(errorOf(table.rollback('back', 'bet'))).toBe('INVALID_TX_ID');
    expect(errorOf(table.rollback('back', 'bet', { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(table.balances('bob')).toEqual([45_00n, 0n]);
  });

  it('a booked rollback sent with another target is a conflict', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    booked(table.debit('bet-2', 5));
    booked(table.rollback('back', 'bet'));
    expect(refused(table.rollback('back', 'bet-2')).incident).toBe('REFERENCE_CONFLICT');
  });
});

describe('a rollback', () => {
  it('of a bet gives back the exact split of real and bonus', () => {
    const table = new Table();
    booked(table.debit('bet', '110'));
    booked(table.credit('win', '1'));
    const movement = booked(table.rollback('back', 'bet'));
    expect(movement).toMatchObject({
      amountMinor: 110_00n,
      realDeltaMinor: 100_00n,
      bonusDeltaMinor: 10_00n,
    });
    expect(movement).toMatchObject({ targetMovementId: 'movement-1', seq: 3 });
    expect(bonusPartMinor(movement)).toBe(10_00n);
    expect(table.balances()).toEqual([101_00n, 20_00n]);
  });

  it('of a win takes it back from real money', () => {
    const table = new Table();
    booked(table.credit('win', 30));
    expect(booked(table.rollback('back', 'win'))).toMatchObject({ realDeltaMinor: -30_00n });
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a win already spent is 1007, bound, recorded, and works once there is money again', () => {
    const table = new Table();
    booked(table.credit('win', 30));
    booked(table.debit('spend', 120));
    const first = refused(table.rollback('back', 'win'));
    expect(first).toMatchObject({ error: 'INSUFFICIENT_FUNDS', incident: 'CLAWBACK_REFUSED' });
    expect(boundReferences(first)).toEqual(['ROLLBACK back']);
    booked(table.operator('DEPOSIT', 'bonus', 100, 'BONUS'));
    expect(errorOf(table.rollback('back', 'win'))).toBe('INSUFFICIENT_FUNDS');
    booked(table.operator('DEPOSIT', 'real', 20));
    const second = table.rollback('back', 'win');
    expect(booked(second).seq).toBe(5);
    expect(second.bindings).toEqual([]);
    expect(errorOf(table.rollback('back', 'win'))).toBe('DUPLICATE_TX_ID');
  });

  it('of an unknown movement is 1002 and leaves a tombstone: the bet or win that comes late is 1002, never booked', () => {
    const table = new Table();
    const first = table.rollback('back', 'late');
    expect(errorOf(first)).toBe('INVALID_TX_ID');
    expect(boundReferences(first)).toEqual(['ROLLBACK back', 'TOMBSTONE late']);
    for (const sessionId of ['ann-open', 'bob-open', 'ann-closed']) {
      const hit = { error: 'INVALID_TX_ID', incident: 'TOMBSTONE_HIT', bindings: [] };
      expect(refused(table.debit('late', 5, { sessionId }))).toMatchObject(hit);
      expect(refused(table.credit('late', 5, { sessionId }))).toMatchObject(hit);
      expect(refused(table.rollback('late', 'other', { sessionId }))).toMatchObject(hit);
    }
    expect([table.wallet('ann').seq, table.wallet('bob').seq]).toEqual([0, 0]);
  });

  it('that left a tombstone is 1002 again when it is sent again, and a second one leaves no second tombstone', () => {
    const table = new Table();
    table.rollback('back', 'late');
    const again = refused(table.rollback('back', 'late'));
    expect(again).toMatchObject({ error: 'INVALID_TX_ID', bindings: [] });
    expect(boundReferences(table.rollback('back-2', 'late'))).toEqual(['ROLLBACK back-2']);
  });

  it.each(['bet first', 'rollback first'])(
    'and its bet in either order end where they began (%s)',
    (order) => {
      const table = new Table();
      const steps = [() => table.debit('bet', 110), () => table.rollback('back', 'bet')];
      for (const step of order === 'bet first' ? steps : steps.reverse()) step();
      expect(table.balances()).toEqual([100_00n, 20_00n]);
    },
  );

  it('of a refused win lays a tombstone over it: not even the operator posts it later', () => {
    const table = new Table();
    const closed = { sessionId: 'ann-closed' };
    table.credit('win', 5, closed);
    const back = table.rollback('back', 'win');
    expect(errorOf(back)).toBe('INVALID_TX_ID');
    expect(back.bindings).toEqual([
      expect.objectContaining({ kind: 'ROLLBACK', externalReference: 'back', ordinal: 0 }),
      expect.objectContaining({ kind: 'TOMBSTONE', externalReference: 'win', ordinal: 1, walletId: 'ann' }),
    ]);
    expect(refused(table.credit('win', 5, closed, ACCEPT_LATE))).toMatchObject({
      error: 'INVALID_TX_ID',
      incident: 'TOMBSTONE_HIT',
    });
    expect(boundReferences(table.rollback('back-2', 'win'))).toEqual(['ROLLBACK back-2']);
    expect(table.reload().findReference('BL13GT', 'win')).toMatchObject({ voided: true, movement: null });
  });

  it('of another wallet’s refused win is 1002 and leaves no tombstone', () => {
    const table = new Table();
    table.credit('win', 5, { sessionId: 'ann-closed' });
    expect(boundReferences(table.rollback('back', 'win', { sessionId: 'bob-open' }))).toEqual([
      'ROLLBACK back',
    ]);
    booked(table.credit('win', 5));
  });

  it('a second time under another reference is 1003, refunded once', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    booked(table.rollback('back', 'bet'));
    const second = refused(table.rollback('back-2', 'bet'));
    expect(second).toMatchObject({ error: 'DUPLICATE_TX_ID', incident: null, firstMovementId: null });
    expect(boundReferences(second)).toEqual(['ROLLBACK back-2']);
    expect(errorOf(table.rollback('back-2', 'bet', {}, REPLAY))).toBe('DUPLICATE_TX_ID');
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a rollback, booked or refused, is 1002 and leaves no tombstone', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    booked(table.rollback('back', 'bet'));
    table.rollback('refused', 'unseen');
    for (const target of ['back', 'refused']) {
      const outcome = refused(table.rollback(`of-${target}`, target));
      expect(outcome.error).toBe('INVALID_TX_ID');
      expect(boundReferences(outcome)).toEqual([`ROLLBACK of-${target}`]);
    }
  });

  it('of another wallet’s movement is 1002 and leaves no tombstone', () => {
    const table = new Table();
    booked(table.debit('bet', 5, { sessionId: 'bob-open' }));
    const outcome = refused(table.rollback('back', 'bet'));
    expect(outcome.error).toBe('INVALID_TX_ID');
    expect(boundReferences(outcome)).toEqual(['ROLLBACK back']);
    booked(table.rollback('bobs-back', 'bet', { sessionId: 'bob-open' }));
  });

  it('of an operator’s movement is 1002 and moves nothing, even if one could name it', () => {
    const table = new Table();
    booked(table.operator('DEPOSIT', 'dep', 5));
    expect(errorOf(table.rollback('back', 'dep'))).toBe('INVALID_TX_ID');

    const view = table.reload();
    const record = view.findReference(OPERATOR_PARENT_SYSTEM_ID, 'dep');
    const seesAll = Object.assign(Object.create(view) as LedgerState, {
      findReference: (_system: string, reference: string) => (reference === 'dep' ? record : undefined),
    });
    const command = {
      kind: 'ROLLBACK',
      movementId: 'm',
      parentSystemId: 'BL13GT',
      sessionId: 'ann-open',
    } as const;
    const outcome = decide(
      seesAll,
      { ...command, externalReference: 'back-2', targetReference: 'dep' },
      DEFAULTS,
    );
    expect(errorOf(outcome)).toBe('INVALID_TX_ID');
    expect(boundReferences(outcome)).toEqual(['ROLLBACK back-2']);
  });

  it('that names itself is 1010, on any session, and is used up by it', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    expect(errorOf(table.rollback('back', 'back', { sessionId: 'nowhere' }))).toBe('INVALID_REQUEST');
    const outcome = refused(table.rollback('self', 'self'));
    expect(outcome).toMatchObject({
      error: 'INVALID_REQUEST',
      message: expect.stringContaining('externalMovementId'),
    });
    expect(boundReferences(outcome)).toEqual(['ROLLBACK self']);
    expect(errorOf(table.rollback('self', 'bet'))).toBe('DUPLICATE_TX_ID');
  });

  it('under another session of the same wallet is accepted', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    table.close('ann-open');
    booked(table.rollback('back', 'bet', { sessionId: 'ann-other' }));
  });

  it('refused on a closed session may come again under an open one', () => {
    const table = new Table();
    booked(table.debit('bet', 5));
    table.rollback('back', 'bet', { sessionId: 'ann-closed' });
    booked(table.rollback('back', 'bet'));
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a bet of 0 is booked once', () => {
    const table = new Table();
    table.debit('free', 0);
    booked(table.rollback('back', 'free'));
    expect(errorOf(table.rollback('back-2', 'free'))).toBe('DUPLICATE_TX_ID');
  });

  it('that would lift the balance beyond the largest amount is 1010 and may come again', () => {
    const table = new Table();
    booked(table.debit('bet', 50));
    booked(table.operator('DEPOSIT', 'dep', '9999999999929.99'));
    expect(errorOf(table.rollback('back', 'bet'))).toBe('INVALID_REQUEST');
    booked(table.operator('WITHDRAWAL', 'out', 100));
    booked(table.rollback('back', 'bet'));
  });
});

describe('the operator', () => {
  it('deposits to and withdraws from the sub-wallet named', () => {
    const table = new Table();
    booked(table.operator('DEPOSIT', 'd1', '10'));
    booked(table.operator('DEPOSIT', 'd2', '5', 'BONUS'));
    booked(table.operator('WITHDRAWAL', 'w1', '110'));
    expect(booked(table.operator('WITHDRAWAL', 'w2', '25', 'BONUS'))).toMatchObject({
      kind: 'WITHDRAWAL',
      sessionId: null,
      gameId: null,
      bonusDeltaMinor: -25_00n,
      seq: 4,
    });
    expect(table.balances()).toEqual([0n, 0n]);
  });

  it.each<[SubWallet, string]>([
    ['REAL', '100.01'],
    ['BONUS', '20.01'],
  ])(
    'cannot withdraw more than %s holds, though the other could pay: 1007, not bound',
    (subWallet, value) => {
      const table = new Table();
      const outcome = table.operator('WITHDRAWAL', 'out', value, subWallet);
      expect(errorOf(outcome)).toBe('INSUFFICIENT_FUNDS');
      expect(outcome.bindings).toEqual([]);
    },
  );

  it('cannot deposit beyond the largest balance: 1010, not bound', () => {
    const table = new Table();
    const outcome = table.operator('DEPOSIT', 'dep', '9999999999880.00', 'BONUS');
    expect(errorOf(outcome)).toBe('INVALID_REQUEST');
    expect(outcome.bindings).toEqual([]);
    booked(table.operator('DEPOSIT', 'dep', '9999999999879.99', 'BONUS'));
  });

  it('is told 404 for an unknown wallet and 1010 for a malformed value', () => {
    const table = new Table();
    expect(errorOf(table.operator('DEPOSIT', 'dep', 1, 'REAL', 'nobody'))).toBe('NOT_FOUND');
    expect(errorOf(table.operator('DEPOSIT', 'dep', '1.001'))).toBe('INVALID_REQUEST');
  });

  it('books each reference once; another sub-wallet, value, kind or wallet is a conflict', () => {
    const table = new Table();
    const first = booked(table.operator('DEPOSIT', 'dep', 1));
    expect(refused(table.operator('DEPOSIT', 'dep', 1)).firstMovementId).toBe(first.id);
    for (const outcome of [
      table.operator('DEPOSIT', 'dep', 1, 'BONUS'),
      table.operator('DEPOSIT', 'dep', 2),
      table.operator('WITHDRAWAL', 'dep', 1),
      table.operator('DEPOSIT', 'dep', 1, 'REAL', 'bob'),
    ]) {
      expect(refused(outcome)).toMatchObject({ error: 'DUPLICATE_TX_ID', incident: 'REFERENCE_CONFLICT' });
    }
  });
});

describe('the state of a batch', () => {
  it('reads back from its rows in any order as it was carried in memory', () => {
    const table = new Table();
    const credit = table.credit('win', 5, { sessionId: 'ann-closed' });
    const rollback = table.rollback('back', 'win');
    const rows = [...credit.bindings, ...rollback.bindings];
    for (const bindings of [rows, [...rows].reverse()]) {
      const state = new LedgerState({
        sessions: [],
        wallets: [],
        games: [],
        bindings,
        movements: [],
        rolledBackMovementIds: [],
      });
      expect(state.findReference('BL13GT', 'win')).toEqual({
        binding: credit.bindings[0],
        voided: true,
        movement: null,
        rolledBack: false,
      });
    }
  });

  it('refuses a row that could not have been written', () => {
    const table = new Table();
    const outcome = table.debit('bet', 1);
    expect(() => table.reload().apply(outcome)).toThrow('bound only once');
    const again = { ...outcome, bindings: [] } as Outcome;
    expect(() => table.reload().apply(again)).toThrow('must follow the last one');
  });

  it('must hold the wallet of every session', () => {
    const sessions = [{ id: 's', walletId: 'w', parentSystemId: 'BL13GT', status: 'OPEN' as const }];
    const view = new LedgerState({
      sessions,
      wallets: [],
      games: [],
      bindings: [],
      movements: [],
      rolledBackMovementIds: [],
    });
    const command = { kind: 'DEBIT', movementId: 'm', parentSystemId: 'BL13GT', sessionId: 's' } as const;
    expect(() =>
      decide(view, { ...command, externalReference: 'r', value: 1, gameId: null }, DEFAULTS),
    ).toThrow('must be in the state');
  });
});
