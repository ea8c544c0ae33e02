import { describe, expect, it } from '@jest/globals';
import {
  ACCEPT_LATE,
  booked,
  boundReferences,
  DEFAULTS,
  errorOf,
  LedgerTable,
  refused,
  REPLAY,
} from '../../../../test/support/ledger-table.js';
import { newId } from '../../../database/id.js';
import { type LedgerState } from '../ledger-state.js';
import { decide } from '../decide.js';
import { OPERATOR_PARENT_SYSTEM_ID } from '../ledger.types.js';

describe('a rollback', () => {
  it('of a bet gives back the exact split of real and bonus', () => {
    const table = new LedgerTable();
    const bet = booked(table.debit('bet', '110'));
    booked(table.credit('win', '1'));
    const movement = booked(table.rollback('back', 'bet'));
    expect(movement).toMatchObject({
      amountMinor: 110_00n,
      realDeltaMinor: 100_00n,
      bonusDeltaMinor: 10_00n,
    });
    expect(movement).toMatchObject({ targetMovementId: bet.id, seq: 3 });
    expect(table.balances()).toEqual([101_00n, 20_00n]);
  });

  it('of a win takes it back from real money', () => {
    const table = new LedgerTable();
    booked(table.credit('win', 30));
    expect(booked(table.rollback('back', 'win'))).toMatchObject({ realDeltaMinor: -30_00n });
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a win already spent is 1007, bound, recorded, and works once there is money again', () => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    table.rollback('back', 'late');
    const again = refused(table.rollback('back', 'late'));
    expect(again).toMatchObject({ error: 'INVALID_TX_ID', bindings: [] });
    expect(boundReferences(table.rollback('back-2', 'late'))).toEqual(['ROLLBACK back-2']);
  });

  it.each(['bet first', 'rollback first'])(
    'and its bet in either order end where they began (%s)',
    (order) => {
      const table = new LedgerTable();
      const steps = [() => table.debit('bet', 110), () => table.rollback('back', 'bet')];
      for (const step of order === 'bet first' ? steps : steps.reverse()) step();
      expect(table.balances()).toEqual([100_00n, 20_00n]);
    },
  );

  it('of a refused win lays a tombstone over it: not even the operator posts it later', () => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    table.credit('win', 5, { sessionId: 'ann-closed' });
    expect(boundReferences(table.rollback('back', 'win', { sessionId: 'bob-open' }))).toEqual([
      'ROLLBACK back',
    ]);
    booked(table.credit('win', 5));
  });

  it('a second time under another reference is 1003, refunded once', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    booked(table.rollback('back', 'bet'));
    const second = refused(table.rollback('back-2', 'bet'));
    expect(second).toMatchObject({ error: 'DUPLICATE_TX_ID', incident: null, firstMovementId: null });
    expect(boundReferences(second)).toEqual(['ROLLBACK back-2']);
    expect(errorOf(table.rollback('back-2', 'bet', {}, REPLAY))).toBe('DUPLICATE_TX_ID');
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a rollback, booked or refused, is 1002 and leaves no tombstone', () => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    booked(table.debit('bet', 5, { sessionId: 'bob-open' }));
    const outcome = refused(table.rollback('back', 'bet'));
    expect(outcome.error).toBe('INVALID_TX_ID');
    expect(boundReferences(outcome)).toEqual(['ROLLBACK back']);
    booked(table.rollback('bobs-back', 'bet', { sessionId: 'bob-open' }));
  });

  it('of an operator’s movement is 1002 and moves nothing, even if one could name it', () => {
    const table = new LedgerTable();
    booked(table.operator('DEPOSIT', 'dep', 5));
    expect(errorOf(table.rollback('back', 'dep'))).toBe('INVALID_TX_ID');

    const view = table.reload();
    const record = view.findReference(OPERATOR_PARENT_SYSTEM_ID, 'dep');
    const seesAll = Object.assign(Object.create(view) as LedgerState, {
      findReference: (_system: string, reference: string) => (reference === 'dep' ? record : undefined),
    });
    const command = {
      kind: 'ROLLBACK',
      commandId: newId(new Date()),
      at: new Date(),
      parentSystemId: 'BL13GT',
      sessionId: 'ann-open',
      problem: null,
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
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    table.close('ann-open');
    booked(table.rollback('back', 'bet', { sessionId: 'ann-other' }));
  });

  it('refused on a closed session may come again under an open one', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    table.rollback('back', 'bet', { sessionId: 'ann-closed' });
    booked(table.rollback('back', 'bet'));
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it('of a bet of 0 is booked once', () => {
    const table = new LedgerTable();
    table.debit('free', 0);
    booked(table.rollback('back', 'free'));
    expect(errorOf(table.rollback('back-2', 'free'))).toBe('DUPLICATE_TX_ID');
  });

  it('that would lift the balance beyond the largest amount is 1010 and may come again', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 50));
    booked(table.operator('DEPOSIT', 'dep', '9999999999929.99'));
    expect(errorOf(table.rollback('back', 'bet'))).toBe('INVALID_REQUEST');
    booked(table.operator('WITHDRAWAL', 'out', 100));
    booked(table.rollback('back', 'bet'));
  });
});
