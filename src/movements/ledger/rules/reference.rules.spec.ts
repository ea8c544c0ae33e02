import { describe, expect, it } from '@jest/globals';
import { newId } from '../../../database/id.js';
import { booked, errorOf, LedgerTable, refused, REPLAY } from '../../../../test/support/ledger-table.js';
import { type Outcome, type PlayCommand } from '../ledger.types.js';

describe('an exact repeat', () => {
  it('is 1003 and names the first movement', () => {
    const table = new LedgerTable();
    const first = booked(table.debit('bet', '5'));
    const repeat = refused(table.debit('bet', 5.0));
    expect(repeat).toMatchObject({ error: 'DUPLICATE_TX_ID', firstMovementId: first.id, incident: null });
    expect(table.balances()).toEqual([95_00n, 20_00n]);
  });

  it('over another session of the same wallet is still a repeat', () => {
    const table = new LedgerTable();
    const first = booked(table.debit('bet', 5));
    expect(refused(table.debit('bet', 5, { sessionId: 'ann-other' })).firstMovementId).toBe(first.id);
  });

  it('with DUPLICATE_POLICY=replay gets the first answer, balances of that moment', () => {
    const table = new LedgerTable();
    const first = booked(table.debit('bet', 110));
    table.credit('win', 50);
    expect(table.debit('bet', 110, {}, REPLAY)).toEqual({ type: 'REPLAYED', movement: first, bindings: [] });
    expect(first).toMatchObject({ realAfterMinor: 0n, bonusAfterMinor: 10_00n });
    expect(table.wallet().seq).toBe(2);
  });

  it('of a movement since rolled back is 1003 under replay too', () => {
    const table = new LedgerTable();
    const first = booked(table.debit('bet', 5));
    const back = booked(table.rollback('back', 'bet'));
    const repeat = table.debit('bet', 5, {}, REPLAY);
    expect(refused(repeat)).toMatchObject({ error: 'DUPLICATE_TX_ID', firstMovementId: first.id });
    expect(table.rollback('back', 'bet', {}, REPLAY)).toMatchObject({ type: 'REPLAYED', movement: back });
  });

  it.each([
    ['goes right', 1_000],
    ['was set back', -3_600_000],
  ])(
    'of our own command is our own commit whose answer was lost: the first answer; the clock %s',
    (_, clock) => {
      const table = new LedgerTable();
      table.credit('before', 1);
      const at = new Date(Date.now() + clock);
      const command: PlayCommand = {
        kind: 'DEBIT',
        commandId: newId(at),
        at,
        parentSystemId: 'BL13GT',
        externalReference: 'bet',
        sessionId: 'ann-open',
        problem: null,
        value: 5,
        gameId: null,
      };
      const first = booked(table.decide(command));
      table.rollback('back', 'bet');
      table.close('ann-open');
      expect(table.decide(command)).toEqual({ type: 'REPLAYED', movement: first, bindings: [] });
    },
  );
});

describe('a conflict: the same reference with other content', () => {
  it.each<[string, (table: LedgerTable) => Outcome]>([
    ['another value', (table) => table.debit('bet', 6)],
    ['another kind', (table) => table.credit('bet', 5)],
    ['another wallet', (table) => table.debit('bet', 5, { sessionId: 'bob-open' })],
    ['a rollback', (table) => table.rollback('bet', 'other')],
  ])('%s is 1003, nothing moves, and it is marked for the count', (_name, send) => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
    table.debit('bet', 5);
    expect(errorOf(table.debit('bet', 6, {}, REPLAY))).toBe('DUPLICATE_TX_ID');
  });

  it('does not reach over parent systems: each has its own references', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    booked(table.debit('bet', 5, { sessionId: 'ann-elsewhere', parentSystemId: 'BL13UY' }));
    booked(table.operator('DEPOSIT', 'bet', 5));
  });

  it('a refused win stays bound to its wallet, value and kind', () => {
    const table = new LedgerTable();
    table.credit('win', 5, { sessionId: 'ann-closed' });
    expect(errorOf(table.credit('win', 5, { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.credit('win', 6))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.debit('win', 5))).toBe('DUPLICATE_TX_ID');
    expect(errorOf(table.rollback('win', 'bet'))).toBe('DUPLICATE_TX_ID');
    expect(table.wallet('bob').seq).toBe(0);
  });

  it('a rollback that was refused stays bound to its target: it cannot be turned on a losing bet', () => {
    const table = new LedgerTable();
    booked(table.debit('losing', 50));
    expect(errorOf(table.rollback('back', 'unseen'))).toBe('INVALID_TX_ID');
    const turned = refused(table.rollback('back', 'losing'));
    expect(turned).toMatchObject({ error: 'DUPLICATE_TX_ID', incident: 'REFERENCE_CONFLICT' });
    expect(table.balances()).toEqual([50_00n, 20_00n]);
  });

  it('a rollback refused for another wallet’s movement stays bound to the wallet that it came from', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5, { sessionId: 'bob-open' }));
    expect(errorOf(table.rollback('back', 'bet'))).toBe('INVALID_TX_ID');
    expect(errorOf(table.rollback('back', 'bet', { sessionId: 'bob-open' }))).toBe('DUPLICATE_TX_ID');
    expect(table.balances('bob')).toEqual([45_00n, 0n]);
  });

  it('a booked rollback sent with another target is a conflict', () => {
    const table = new LedgerTable();
    booked(table.debit('bet', 5));
    booked(table.debit('bet-2', 5));
    booked(table.rollback('back', 'bet'));
    expect(refused(table.rollback('back', 'bet-2')).incident).toBe('REFERENCE_CONFLICT');
  });
});
