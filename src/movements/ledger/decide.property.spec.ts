import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Action,
  actionArbitrary,
  commandOf,
  type Play,
  WALLETS,
} from '../../../test/support/movement-actions.js';
import { MovementModel } from '../../../test/support/movement-model.js';
import { MovementTables, same } from '../../../test/support/movement-tables.js';
import { rounds } from '../../../test/support/rounds.js';
import { idAt } from '../../database/id.js';
import { ERROR_CATALOGUE } from '../../errors/catalogue.js';
import { decide } from './decide.js';
import type { MovementPolicies, Outcome } from './ledger.types.js';

/*
 * The rules against a model that was written from the policy table of protocol §5 alone. Every run plays a random
 * interleaving of all commands, with closes, blocks, changed policies, retries of our own commits and reloads from
 * the rows written, on tables that keep the database's unique indexes.
 */

const RUNS = rounds(10_000);
const START = Date.parse('2026-02-05T12:00:00Z');

const INCIDENT_WORDS = {
  REFERENCE_CONFLICT: ' CONFLICT',
  LATE_SETTLEMENT_REFUSED: ' LATE',
  TOMBSTONE_HIT: ' TOMBSTONE',
  CLAWBACK_REFUSED: ' CLAWBACK',
  WIN_REFUSED: ' WIN',
  ROLLBACK_REFUSED: ' BACK',
};

/** The id of the command with this number, as far as it has an instant. */
const idOf = (number: number, at: Date): string =>
  idAt(`00000000-0000-7000-8000-${String(number).padStart(12, '0')}`, at);
/** The number of the command that booked a movement. */
const numberOf = (id: string): number => Number(id.slice(-12));

/** The outcome in the model's words. */
function wordsOf(outcome: Outcome): string {
  if (outcome.type === 'BOOKED') return 'OK';
  if (outcome.type === 'REPLAYED') return `AGAIN ${numberOf(outcome.movement.id)}`;
  if (outcome.error === 'NOT_FOUND') return 'NOT_FOUND';
  const first = outcome.firstMovementId === null ? '' : ` FIRST ${numberOf(outcome.firstMovementId)}`;
  const incident = outcome.incident === null ? '' : INCIDENT_WORDS[outcome.incident];
  return `${ERROR_CATALOGUE[outcome.error].code}${incident}${first}`;
}

function playAll(actions: readonly Action[], count: (kind: string, words: string) => void): void {
  const model = new MovementModel();
  const tables = new MovementTables();
  const played: { play: Play; number: number }[] = [];
  let policies: MovementPolicies = {
    duplicatePolicy: 'error',
    lateSettlementPolicy: 'refuse',
    gamePolicy: 'any',
  };
  let state = tables.load(WALLETS, model.closed, model.blocked);
  const wallets = () => WALLETS.map((wallet) => state.findWallet(wallet.id) ?? wallet);
  const reload = () => (state = tables.load(wallets(), model.closed, model.blocked));

  const step = (play: Play, number: number) => {
    const at = new Date(START + number + play.skew);
    const command = commandOf(play, idOf(number, at), at);
    const outcome = decide(state, command, policies);
    const words = wordsOf(outcome);
    same(words, model.answer(play, String(number), policies), () => JSON.stringify({ command, policies }));
    if (outcome.type === 'REPLAYED') same(outcome.movement, tables.findMovement(outcome.movement.id));
    tables.write(outcome);
    state.apply(outcome);
    for (const [walletId, wallet] of model.wallets) {
      const actual = state.findWallet(walletId);
      same(`${actual?.realMinor} ${actual?.bonusMinor}`, `${wallet.real} ${wallet.bonus}`, () => walletId);
    }
    count(play.kind, words);
    if (outcome.type === 'BOOKED' && outcome.bindings.length === 0) count(play.kind, 'OK AFTER A REFUSAL');
    if (outcome.bindings.some(({ ordinal }) => ordinal === 1)) count(play.kind, 'OVER A REFUSED PLAY');
  };

  for (const action of actions) {
    if (action.type === 'PLAY') {
      const number = played.length + 1;
      played.push({ play: action, number });
      step(action, number);
    } else if (action.type === 'RETRY') {
      const again = played.at(-1 - action.back);
      if (again !== undefined) step(again.play, again.number);
    } else if (action.type === 'POLICY') {
      policies = action.policies;
    } else {
      if (action.type === 'CLOSE') model.closed.add(action.sessionId);
      if (action.type === 'BLOCK') model.blocked[action.blocked ? 'add' : 'delete'](action.walletId);
      reload();
    }
  }
  tables.verify(wallets());
}

/** What the runs must have come to many times, or they prove less than they seem to. */
const MUST_BE_REACHED = Object.entries({
  DEBIT: 'OK,1007,1003 FIRST,1003 CONFLICT,1002 TOMBSTONE,1004,1008,1009,1010,AGAIN,OK AFTER A REFUSAL',
  CREDIT: 'OK,1003 FIRST,1003 CONFLICT,1002 TOMBSTONE,1004 WIN,1004 LATE,1010 WIN,AGAIN,OK AFTER A REFUSAL',
  ROLLBACK:
    'OK,1002,1003,1003 FIRST,1003 CONFLICT,1004,1004 LATE,1007 CLAWBACK,1010,AGAIN,1002 TOMBSTONE,' +
    'OVER A REFUSED PLAY,OK AFTER A REFUSAL,1004 BACK,1010 BACK,1002 BACK',
  DEPOSIT: 'OK,1003 FIRST,1003 CONFLICT,1010,AGAIN,NOT_FOUND',
  WITHDRAWAL: 'OK,1007,1003 FIRST,1003 CONFLICT,1010,AGAIN,NOT_FOUND',
}).flatMap(([kind, answers]) => answers.split(',').map((words) => `${kind} ${words}`));

describe('any interleaving of commands', () => {
  it(
    `does what the policy table says, over ${RUNS} random runs`,
    () => {
      const reached = new Map<string, number>();
      const count = (kind: string, words: string) => {
        const key = `${kind} ${words.replace(/ [0-9]+$/, '')}`;
        reached.set(key, (reached.get(key) ?? 0) + 1);
      };
      fc.assert(
        fc.property(fc.array(actionArbitrary, { minLength: 1, maxLength: 60, size: 'max' }), (actions) =>
          playAll(actions, count),
        ),
        { numRuns: RUNS },
      );
      expect(MUST_BE_REACHED.filter((key) => (reached.get(key) ?? 0) < 20)).toEqual([]);
    },
    rounds(120_000),
  );
});
