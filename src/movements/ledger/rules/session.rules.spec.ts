import { describe, expect, it } from '@jest/globals';
import {
  ACCEPT_LATE,
  booked,
  boundReferences,
  errorOf,
  LedgerTable,
  refused,
} from '../../../../test/support/ledger-table.js';

describe('the session', () => {
  it('unknown is 1004, whatever the reference', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 1));
    expect(errorOf(table.debit('bet', 1, { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.credit('win', 1, { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.rollback('back', 'bet', { sessionId: 'nowhere' }))).toBe('INVALID_WALLET_SESSION');
    expect(table.wallet().seq).toBe(1);
  });

  it('opened under another parent system is unknown to this one', () => {
    const table = new LedgerTable();
    const elsewhere = { sessionId: 'ann-elsewhere' };
    expect(errorOf(table.debit('bet', 1, elsewhere))).toBe('INVALID_WALLET_SESSION');
    booked(table.debit('bet', 1, { ...elsewhere, parentSystemId: 'BL13UY' }));
  });

  it('unknown: a win is bound to no wallet, so its body opens nobody’s purse later', () => {
    const table = new LedgerTable();
    const first = table.credit('win', 10, { sessionId: 'nowhere' });
    expect(first.bindings).toEqual([expect.objectContaining({ kind: 'CREDIT', walletId: null })]);
    expect(errorOf(table.credit('win', 10))).toBe('DUPLICATE_TX_ID');
    expect(table.credit('win', 10, { sessionId: 'nowhere' }).bindings).toEqual([]);
  });

  it('unknown: a rollback is bound to no wallet and leaves no tombstone', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 10));
    const first = table.rollback('back', 'bet', { sessionId: 'nowhere' });
    expect(boundReferences(first)).toEqual(['ROLLBACK back']);
    expect(errorOf(table.rollback('back', 'bet'))).toBe('DUPLICATE_TX_ID');
  });

  it('or target that the query does not name is 1010, and a win or rollback is bound to no wallet by it', () => {
    const table = new LedgerTable();
    const unnamed = { sessionId: '', problem: 'walletSessionId is missing' };
    const first = refused(table.credit('win', 10, unnamed));
    expect(first).toMatchObject({ error: 'INVALID_REQUEST', message: 'walletSessionId is missing' });
    expect(first.bindings).toEqual([expect.objectContaining({ walletId: null, sessionId: null })]);
    expect(errorOf(table.credit('win', 10))).toBe('DUPLICATE_TX_ID');
    booked(table.debit('bet', 10));
    expect(boundReferences(table.rollback('back', '', unnamed))).toEqual(['ROLLBACK back']);
    expect(errorOf(table.rollback('back', 'bet'))).toBe('DUPLICATE_TX_ID');
    expect(refused(table.debit('unnamed-bet', 1, unnamed)).bindings).toEqual([]);
    booked(table.debit('unnamed-bet', 1));
  });

  it('closed: a bet is 1004, under either late settlement policy', () => {
    const table = new LedgerTable();
    const closed = { sessionId: 'ann-closed' };
    expect(errorOf(table.debit('bet', 1, closed))).toBe('INVALID_WALLET_SESSION');
    expect(errorOf(table.debit('bet', 1, closed, ACCEPT_LATE))).toBe('INVALID_WALLET_SESSION');
  });

  it('closed: a win is 1004, bound and recorded for the operator, and stays 1004 when it is sent again', () => {
    const table = new LedgerTable();
    const closed = { sessionId: 'ann-closed' };
    const first = refused(table.credit('win', 5, closed));
    expect(first).toMatchObject({ error: 'INVALID_WALLET_SESSION', incident: 'LATE_SETTLEMENT_REFUSED' });
    expect(boundReferences(first)).toEqual(['CREDIT win']);
    expect(first.bindings[0]).toMatchObject({ walletId: 'ann', amountMinor: 5_00n, sessionId: 'ann-closed' });
    const second = refused(table.credit('win', 5, closed));
    expect(second).toMatchObject({ error: 'INVALID_WALLET_SESSION', bindings: [] });
  });

  it('closed: a rollback is 1004 and bound to its target; what was booked may still be taken back', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    const first = refused(table.rollback('back', 'bet', { sessionId: 'ann-closed' }));
    expect(first).toMatchObject({ error: 'INVALID_WALLET_SESSION', incident: 'LATE_SETTLEMENT_REFUSED' });
    expect(boundReferences(first)).toEqual(['ROLLBACK back']);
    booked(table.rollback('back', 'bet', { sessionId: 'ann-closed' }, ACCEPT_LATE));
  });

  it('closed: what a rollback calls back there is never paid, whichever came first', () => {
    const table = new LedgerTable();
    const closed = { sessionId: 'ann-closed' };
    refused(table.credit('late-win', 5, closed));
    expect(refused(table.rollback('back-1', 'late-win', closed)).callsBack).toBe('late-win');
    refused(table.rollback('back-2', 'later-win', closed));
    for (const reference of ['late-win', 'later-win']) {
      const paid = table.credit(reference, 5, closed, ACCEPT_LATE);
      expect(paid).toMatchObject({ error: 'INVALID_TX_ID', incident: 'TOMBSTONE_HIT' });
    }
    expect(table.balances()).toEqual([100_00n, 20_00n]);
  });

  it.each(['nowhere', ''])(
    'not known (%s): a rollback stops what has not come, and the incident of what has',
    (sessionId) => {
      const table = new LedgerTable();
      const where = { sessionId, problem: sessionId === '' ? 'walletSessionId is missing' : null };
      refused(table.credit('late-win', 5, { sessionId: 'ann-closed' }));
      expect(refused(table.rollback('back-1', 'late-win', where)).callsBack).toBe('late-win');
      refused(table.rollback('back-2', 'later-win', where));
      expect(errorOf(table.credit('later-win', 5, {}, ACCEPT_LATE))).toBe('INVALID_TX_ID');
    },
  );

  it('not known: a rollback body that was seen before calls nothing else back', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    booked(table.rollback('back', 'bet'));
    refused(table.credit('late-win', 5, { sessionId: 'ann-closed' }));
    expect(refused(table.rollback('back', 'late-win', { sessionId: 'nowhere' })).callsBack).toBeNull();
    booked(table.credit('late-win', 5, { sessionId: 'ann-closed' }, ACCEPT_LATE));
  });

  it('closed, with LATE_SETTLEMENT_POLICY=accept: wins and rollbacks are booked', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    const closed = { sessionId: 'ann-closed' };
    booked(table.credit('win', 5, closed, ACCEPT_LATE));
    booked(table.rollback('back', 'bet', closed, ACCEPT_LATE));
    expect(table.balances()).toEqual([105_00n, 20_00n]);
  });

  it('closed: a refused win that the operator posts is booked once, and GPAS’s resend is a repeat', () => {
    const table = new LedgerTable();
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
