import { describe, expect, it } from '@jest/globals';
import { newId } from '../../database/id.js';
import { DEFAULTS, LedgerTable } from '../../../test/support/ledger-table.js';
import { LedgerState } from './ledger-state.js';
import { decide } from './decide.js';
import { type Outcome } from './ledger.types.js';

describe('the state of a batch', () => {
  it('reads back from its rows in any order as it was carried in memory', () => {
    const table = new LedgerTable();
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
    const table = new LedgerTable();
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
    const command = {
      kind: 'DEBIT',
      commandId: newId(new Date()),
      at: new Date(),
      parentSystemId: 'BL13GT',
      sessionId: 's',
      problem: null,
    } as const;
    expect(() =>
      decide(view, { ...command, externalReference: 'r', value: 1, gameId: null }, DEFAULTS),
    ).toThrow('must be in the state');
  });
});
