import { describe, expect, it } from '@jest/globals';
import {
  booked,
  boundReferences,
  CATALOGUE,
  errorOf,
  LedgerTable,
  refused,
  REPLAY,
} from '../../../test/support/ledger-table.js';
import { idAt } from '../../database/id.js';
import { MAX_MINOR } from '../../wallets/money.js';
import { type SubWallet } from './ledger.types.js';

describe('a bet', () => {
  it('takes real money first, then bonus', () => {
    const table = new LedgerTable();
    expect(booked(table.debit('bet', '30'))).toMatchObject({ realDeltaMinor: -30_00n, bonusDeltaMinor: 0n });
    const second = booked(table.debit('bet-2', '75.50'));
    expect(second).toMatchObject({ amountMinor: 75_50n, realDeltaMinor: -70_00n, bonusDeltaMinor: -5_50n });
    expect(second).toMatchObject({ realAfterMinor: 0n, bonusAfterMinor: 14_50n, seq: 2 });
    expect(table.balances()).toEqual([0n, 14_50n]);
  });

  it('of everything there is passes, one minor unit more is refused with 1007 and changes nothing', () => {
    const table = new LedgerTable();
    expect(errorOf(table.debit('too-much', '120.01'))).toBe('INSUFFICIENT_FUNDS');
    expect(table.balances()).toEqual([100_00n, 20_00n]);
    booked(table.debit('all', '120.00'));
    expect(table.balances()).toEqual([0n, 0n]);
  });

  it('of which the balance pays 20 of 50 in one batch books exactly 20', () => {
    const table = new LedgerTable();
    const outcomes = Array.from({ length: 50 }, (_, index) => table.debit(`bet-${index}`, '6'));
    expect(outcomes.filter(({ type }) => type === 'BOOKED')).toHaveLength(20);
    expect(outcomes.slice(20).map(errorOf)).toEqual(Array(30).fill('INSUFFICIENT_FUNDS'));
    expect(table.wallet()).toMatchObject({ realMinor: 0n, bonusMinor: 0n, seq: 20 });
  });

  it('refused for funds does not use up its reference: after a deposit it is booked', () => {
    const table = new LedgerTable();
    const first = table.debit('bet', '150');
    expect(errorOf(first)).toBe('INSUFFICIENT_FUNDS');
    booked(table.operator('DEPOSIT', 'dep', '50'));
    expect(booked(table.debit('bet', '150')).seq).toBe(2);
  });

  it.each(['funds', 'blocked', 'closed', 'game', 'form'])(
    'refused as %s is bound to its wallet and amount: other content under it is 1003',
    (reason) => {
      const table = new LedgerTable();
      if (reason === 'blocked') table.block('ann');
      const value = { form: '1.001', funds: '500' }[reason] ?? '1';
      const options = {
        sessionId: reason === 'closed' ? 'ann-closed' : 'ann-open',
        gameId: reason === 'game' ? 'agt-13' : null,
      };
      expect(refused(table.debit('bet', value, options)).bindings).toMatchObject([
        { kind: 'DEBIT', walletId: 'ann', amountMinor: reason === 'form' ? null : expect.anything() },
      ]);
      expect(errorOf(table.debit('bet', value, { sessionId: 'bob-open' }))).toBe(
        reason === 'form' ? 'INVALID_REQUEST' : 'DUPLICATE_TX_ID',
      );
      expect(errorOf(table.debit('bet', '2'))).toBe('DUPLICATE_TX_ID');
      expect(table.wallet('bob').seq).toBe(0);
    },
  );

  it('under a session that is not known binds nothing: a later 1003 would be a free bet', () => {
    const table = new LedgerTable();
    expect(refused(table.debit('bet', '1', { sessionId: 'nowhere' })).bindings).toEqual([]);
    expect(booked(table.debit('bet', '1')).seq).toBe(1);
  });

  it('that was refused and called back is never charged', () => {
    const table = new LedgerTable();
    expect(errorOf(table.debit('bet', '150'))).toBe('INSUFFICIENT_FUNDS');
    expect(errorOf(table.rollback('back', 'bet'))).toBe('INVALID_TX_ID');
    booked(table.operator('DEPOSIT', 'dep', '50'));
    expect(errorOf(table.debit('bet', '150'))).toBe('INVALID_TX_ID');
  });

  it('of 0 is accepted and recorded', () => {
    const table = new LedgerTable();
    expect(booked(table.debit('free-spin', 0))).toMatchObject({ amountMinor: 0n, seq: 1 });
    expect(errorOf(table.debit('free-spin', 0))).toBe('DUPLICATE_TX_ID');
  });

  it('carries its reference, session, game and instant into the row, the instant into its id too', () => {
    const movement = booked(new LedgerTable().debit('bet', 1, { gameId: 'agt-54' }));
    expect(movement).toMatchObject({ parentSystemId: 'BL13GT', externalReference: 'bet' });
    expect(idAt(movement.id, movement.createdAt)).toBe(movement.id);
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
    const table = new LedgerTable();
    expect(booked(table.credit('win', '12.50'))).toMatchObject({
      realDeltaMinor: 12_50n,
      bonusDeltaMinor: 0n,
    });
    expect(table.balances()).toEqual([112_50n, 20_00n]);
  });

  it('up to the largest total balance passes; one minor unit more is 1010 and bound, and may come again', () => {
    const table = new LedgerTable([{ realMinor: MAX_MINOR - 20_00n - 5n }]);
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
    const table = new LedgerTable([{ decimals }]);
    const outcome = refused(table.debit('bet', value));
    expect(outcome).toMatchObject({ error: 'INVALID_REQUEST', message: expect.stringMatching(/^value /) });
    expect(table.wallet().seq).toBe(0);
  });

  it.each([
    [0, '100.00', 100n],
    [3, '1.234', 1234n],
    [2, 0.1, 10n],
  ])('with %i decimals takes %p as %p', (decimals, value, minor) => {
    expect(booked(new LedgerTable([{ decimals }]).debit('bet', value)).amountMinor).toBe(minor);
  });

  it('of a refused win binds its reference: another currency must not make sense of the captured body', () => {
    const table = new LedgerTable([{}, { decimals: 3 }]);
    const outcome = table.credit('win', '1.005');
    expect(errorOf(outcome)).toBe('INVALID_REQUEST');
    expect(outcome.bindings).toEqual([
      expect.objectContaining({ externalReference: 'win', amountMinor: null }),
    ]);
    expect(errorOf(table.credit('win', '1.005', { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.credit('win', '1.00'))).toBe('DUPLICATE_TX_ID');
  });
});

describe('a blocked player', () => {
  it('cannot bet (1008), but wins and rollbacks go on, and so does the operator', () => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    booked(table.debit('known', 1, { gameId: 'agt-54' }));
    booked(table.debit('unknown', 1, { gameId: 'agt-99' }));
    booked(table.debit('none', 1));
    expect(errorOf(table.debit('disabled', 1, { gameId: 'agt-13' }))).toBe('INVALID_GAME_ID');
  });

  it('with GAME_POLICY=catalogue must be in the catalogue and enabled', () => {
    const table = new LedgerTable();
    booked(table.debit('known', 1, { gameId: 'agt-54' }, CATALOGUE));
    for (const gameId of ['agt-99', null, 'agt-13']) {
      expect(errorOf(table.debit('bet', 1, { gameId }, CATALOGUE))).toBe('INVALID_GAME_ID');
    }
  });

  it('disabled after the bet: what was staked is settled', () => {
    const table = new LedgerTable();
    booked(table.credit('win', 1, { gameId: 'agt-13' }));
    booked(table.credit('win-2', 1, { gameId: 'agt-99' }, CATALOGUE));
  });

  it('of a rollback is its target’s', () => {
    const table = new LedgerTable();
    table.debit('bet', 1, { gameId: 'agt-54' });
    expect(booked(table.rollback('back', 'bet'))).toMatchObject({ gameId: 'agt-54' });
  });
});

describe('the rules come in their order', () => {
  it('a charged bet sent again after close, block, disabled game and spending everything is 1003, nothing else', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', '100', { gameId: 'agt-54' }));
    booked(table.debit('rest', '20'));
    table.block('ann');
    table.close('ann-open');
    expect(errorOf(table.debit('bet', '100', { gameId: 'agt-13' }))).toBe('DUPLICATE_TX_ID');
    expect(table.debit('bet', '100', {}, REPLAY).type).toBe('REPLAYED');
  });

  it('closed before blocked before game before funds', () => {
    const table = new LedgerTable();
    const bet = { gameId: 'agt-13', sessionId: 'ann-open' };
    expect(errorOf(table.debit('bet', 500, bet))).toBe('INVALID_GAME_ID');
    table.block('ann');
    expect(errorOf(table.debit('bet', 500, bet))).toBe('USER_BLOCKED');
    table.close('ann-open');
    expect(errorOf(table.debit('bet', 500, bet))).toBe('INVALID_WALLET_SESSION');
  });

  it('closed before the target of a rollback', () => {
    const table = new LedgerTable();
    expect(errorOf(table.rollback('back', 'unseen', { sessionId: 'ann-closed' }))).toBe(
      'INVALID_WALLET_SESSION',
    );
  });
});

describe('the operator', () => {
  it('deposits to and withdraws from the sub-wallet named', () => {
    const table = new LedgerTable();
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
      const table = new LedgerTable();
      const outcome = table.operator('WITHDRAWAL', 'out', value, subWallet);
      expect(errorOf(outcome)).toBe('INSUFFICIENT_FUNDS');
      expect(outcome.bindings).toEqual([]);
    },
  );

  it('cannot deposit beyond the largest balance: 1010, not bound', () => {
    const table = new LedgerTable();
    const outcome = table.operator('DEPOSIT', 'dep', '9999999999880.00', 'BONUS');
    expect(errorOf(outcome)).toBe('INVALID_REQUEST');
    expect(outcome.bindings).toEqual([]);
    booked(table.operator('DEPOSIT', 'dep', '9999999999879.99', 'BONUS'));
  });

  it('is told 404 for an unknown wallet and 1010 for a malformed value', () => {
    const table = new LedgerTable();
    expect(errorOf(table.operator('DEPOSIT', 'dep', 1, 'REAL', 'nobody'))).toBe('NOT_FOUND');
    expect(errorOf(table.operator('DEPOSIT', 'dep', '1.001'))).toBe('INVALID_REQUEST');
  });

  it('books each reference once; another sub-wallet, value, kind or wallet is a conflict', () => {
    const table = new LedgerTable();
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
