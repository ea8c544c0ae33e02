import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_CATALOGUE } from '../errors/catalogue.js';
import { LedgerState } from './ledger-state.js';
import { decide } from './movement.rules.js';
import {
  type BookedMovement,
  type MovementCommand,
  type MovementPolicies,
  OPERATOR_PARENT_SYSTEM_ID,
  type Outcome,
  type ReferenceBinding,
  type SessionState,
  type SubWallet,
  type WalletState,
} from './movement.types.js';

/*
 * The rules against a model that was written from the policy table of protocol §5 alone: plain numbers, one map, no
 * code of the rules'. Every run plays a random interleaving of all commands, with closes, blocks, changed policies,
 * retries of our own commits and reloads from the rows written, on tables that keep the database's unique indexes.
 */

const LIMIT = 999_999_999_999_999;
const RUNS = 20_000;

// --- what is played --------------------------------------------------------------------------------------------

const SESSIONS: readonly Omit<SessionState, 'status'>[] = [
  { id: 'ann-1', walletId: 'ann', parentSystemId: 'A' },
  { id: 'ann-2', walletId: 'ann', parentSystemId: 'A' },
  { id: 'bob-1', walletId: 'bob', parentSystemId: 'A' },
  { id: 'yen-1', walletId: 'yen', parentSystemId: 'A' },
  { id: 'ann-b', walletId: 'ann', parentSystemId: 'B' },
];
/** Bob is rich: a win takes him to the limit. */
const WALLETS: readonly WalletState[] = [
  { id: 'ann', status: 'ACTIVE', decimals: 2, realMinor: 500n, bonusMinor: 300n, seq: 0 },
  { id: 'bob', status: 'ACTIVE', decimals: 2, realMinor: BigInt(LIMIT) - 500n, bonusMinor: 100n, seq: 0 },
  { id: 'yen', status: 'ACTIVE', decimals: 0, realMinor: 4n, bonusMinor: 4n, seq: 0 },
];
const GAMES = [
  { id: 'on', enabled: true },
  { id: 'off', enabled: false },
];
/** A value as sent, and what it is worth with two decimals and with none; null is malformed there. */
const VALUES: readonly (readonly [value: unknown, cents: number | null, yen: number | null])[] = [
  ['0', 0, 0],
  [1, 100, 1],
  ['1.00', 100, 1],
  ['2.50', 250, null],
  [3, 300, 3],
  ['6', 600, 6],
  ['9999999999999.99', LIMIT, null],
  ['99999999999999', null, 99_999_999_999_999],
  ['0.001', null, null],
  ['1e1', null, null],
];

interface Play {
  readonly type: 'PLAY';
  readonly kind: MovementCommand['kind'];
  readonly sessionId: string;
  readonly parentSystemId: string;
  readonly reference: string;
  readonly target: string;
  readonly walletId: string;
  readonly subWallet: SubWallet;
  readonly valueIndex: number;
  readonly gameId: string | null;
}
type Action =
  | Play
  | { readonly type: 'RETRY'; readonly back: number }
  | { readonly type: 'CLOSE'; readonly sessionId: string }
  | { readonly type: 'BLOCK'; readonly walletId: string; readonly blocked: boolean }
  | { readonly type: 'POLICY'; readonly policies: MovementPolicies }
  | { readonly type: 'RELOAD' };

const policiesArbitrary: fc.Arbitrary<MovementPolicies> = fc.record({
  duplicatePolicy: fc.constantFrom('error', 'replay'),
  lateSettlementPolicy: fc.constantFrom('refuse', 'accept'),
  gamePolicy: fc.constantFrom('any', 'catalogue'),
});
const walletIdArbitrary = fc.constantFrom('ann', 'ann', 'bob', 'yen');
const REFERENCES = ['d1', 'd2', 'd3', 'c1', 'c2', 'k1', 'k2', 'k3'] as const;
/** Anything with anything: mostly conflicts and refusals. */
const chaosArbitrary: fc.Arbitrary<Play> = fc.record({
  type: fc.constant('PLAY'),
  kind: fc.constantFrom('DEBIT', 'CREDIT', 'ROLLBACK', 'DEPOSIT', 'WITHDRAWAL'),
  sessionId: fc.constantFrom('ann-1', 'ann-2', 'bob-1', 'bob-1', 'yen-1', 'yen-1', 'ann-b', 'nowhere'),
  parentSystemId: fc.constantFrom('A', 'A', 'A', 'A', 'A', 'B'),
  reference: fc.constantFrom(...REFERENCES),
  target: fc.constantFrom(...REFERENCES),
  walletId: fc.constantFrom('ann', 'ann', 'bob', 'yen', 'nobody'),
  subWallet: fc.constantFrom('REAL', 'BONUS'),
  valueIndex: fc.nat({ max: VALUES.length - 1 }),
  gameId: fc.constantFrom(null, 'on', 'on', 'other', 'off'),
});
/** Ann's ordinary play, in any order and with repeats: every reference has its one kind and value. */
const orderlyArbitrary: fc.Arbitrary<Play> = fc
  .record({
    play: chaosArbitrary,
    reference: fc.constantFrom(...REFERENCES, 'in', 'out'),
    sessionId: fc.constantFrom('ann-1', 'ann-2'),
    target: fc.constantFrom('d1', 'd2', 'c1', 'c2'),
    isNextRollback: fc.boolean(),
  })
  .map(({ play, reference, sessionId, target, isNextRollback }) => ({
    ...play,
    sessionId,
    reference,
    parentSystemId: 'A',
    walletId: 'ann',
    subWallet: 'REAL',
    kind: ORDERLY_KINDS[reference.slice(0, 1)] ?? 'WITHDRAWAL',
    // Each rollback has its usual target, so that its repeats are often exact.
    target: isNextRollback ? target : (ORDERLY_TARGETS[reference] ?? target),
    valueIndex: ORDERLY_VALUES[reference] ?? 1,
  }));
const ORDERLY_KINDS: Readonly<Record<string, Play['kind']>> = {
  d: 'DEBIT',
  c: 'CREDIT',
  k: 'ROLLBACK',
  i: 'DEPOSIT',
};
const ORDERLY_TARGETS: Readonly<Record<string, string>> = { k1: 'd1', k2: 'c1', k3: 'c2' };
/** Into {@link VALUES}: bets of 6.00, 3.00 and 2.50 on 8.00, wins of 6.00 and 1.00. */
const ORDERLY_VALUES: Readonly<Record<string, number>> = { d1: 5, d2: 4, d3: 3, c1: 5, out: 3 };
const playArbitrary = fc.oneof(
  { weight: 3, arbitrary: orderlyArbitrary },
  { weight: 2, arbitrary: chaosArbitrary },
);
const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  { weight: 30, arbitrary: playArbitrary },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('RETRY'), back: fc.integer({ min: 0, max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('CLOSE'),
      sessionId: fc.constantFrom('ann-1', 'ann-2', 'bob-1'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('BLOCK'), walletId: walletIdArbitrary, blocked: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('POLICY'), policies: policiesArbitrary }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('RELOAD') }) },
);

// --- the model ---------------------------------------------------------------------------------------------------

interface Known {
  /** The content in words; null matches nothing. */
  readonly content: string | null;
  readonly kind: string;
  readonly walletId: string | undefined;
  dead: boolean;
  undone: boolean;
  movement: { id: string; real: number; bonus: number } | undefined;
}

class Model {
  readonly wallets = new Map(
    WALLETS.map((wallet) => [
      wallet.id,
      { real: Number(wallet.realMinor), bonus: Number(wallet.bonusMinor), yen: wallet.decimals === 0 },
    ]),
  );
  readonly blocked = new Set<string>();
  readonly closed = new Set<string>();
  private readonly known = new Map<string, Known>();

  /** The answer in words: OK, AGAIN with an id, or the code, with what stands beside it. */
  answer(play: Play, id: string, policies: MovementPolicies): string {
    const own = play.kind === 'DEPOSIT' || play.kind === 'WITHDRAWAL';
    const system = own ? 'operator' : play.parentSystemId;
    const session = SESSIONS.find((each) => each.id === play.sessionId && each.parentSystemId === system);
    const walletId = own ? play.walletId : session?.walletId;
    const wallet = walletId === undefined ? undefined : this.wallets.get(walletId);
    const [, cents, yen] = VALUES[play.valueIndex] ?? [null, null, null];
    const amount = play.kind === 'ROLLBACK' ? 0 : wallet?.yen === true ? yen : cents;
    const key = `${system} ${play.reference}`;
    const before = this.known.get(key);
    const words = [
      play.kind,
      walletId,
      amount,
      own ? play.subWallet : '',
      play.kind === 'ROLLBACK' ? play.target : '',
    ];
    const content = wallet === undefined || amount === null ? null : words.join(' ');
    const fresh: Known = {
      content,
      kind: play.kind,
      walletId,
      dead: false,
      undone: false,
      movement: undefined,
    };
    const no = (answer: string): string => {
      if (before === undefined && (play.kind === 'CREDIT' || play.kind === 'ROLLBACK'))
        this.known.set(key, fresh);
      return answer;
    };
    const yes = (real: number, bonus: number): string => {
      if (wallet === undefined) throw new Error('no wallet');
      if (wallet.real + real < 0 || wallet.bonus + bonus < 0)
        return no(play.kind === 'ROLLBACK' ? '1007 CLAWBACK' : '1007');
      if (wallet.real + real + wallet.bonus + bonus > LIMIT) return no('1010');
      wallet.real += real;
      wallet.bonus += bonus;
      const entry = before ?? fresh;
      entry.movement = { id, real, bonus };
      this.known.set(key, entry);
      return 'OK';
    };

    if (play.kind === 'ROLLBACK' && play.target === play.reference) return no('1010');
    if (own && wallet === undefined) return 'NOT_FOUND';
    if (wallet === undefined || walletId === undefined) return no('1004');
    if (amount === null) return no('1010');

    if (before?.movement?.id === id) return `AGAIN ${id}`;
    if (before !== undefined && before.kind === 'TOMBSTONE') return '1002 TOMBSTONE';
    if (before !== undefined && before.content !== content) return '1003 CONFLICT';
    if (before !== undefined && before.content === null) return '1003 CONFLICT';
    if (before?.dead === true) return '1002 TOMBSTONE';
    if (before?.movement !== undefined) {
      const again = policies.duplicatePolicy === 'replay' && !before.undone;
      return again ? `AGAIN ${before.movement.id}` : `1003 FIRST ${before.movement.id}`;
    }

    if (play.kind === 'DEPOSIT') return play.subWallet === 'REAL' ? yes(amount, 0) : yes(0, amount);
    if (play.kind === 'WITHDRAWAL') return play.subWallet === 'REAL' ? yes(-amount, 0) : yes(0, -amount);
    if (this.closed.has(play.sessionId)) {
      if (play.kind === 'DEBIT') return no('1004');
      if (policies.lateSettlementPolicy === 'refuse') return no('1004 LATE');
    }
    if (play.kind === 'CREDIT') return yes(amount, 0);
    if (play.kind === 'DEBIT') {
      if (this.blocked.has(walletId)) return '1008';
      if (play.gameId === 'off') return '1009';
      if (policies.gamePolicy === 'catalogue' && play.gameId !== 'on') return '1009';
      if (amount > wallet.real + wallet.bonus) return '1007';
      return yes(-Math.min(amount, wallet.real), -Math.max(0, amount - wallet.real));
    }

    const target = this.known.get(`${system} ${play.target}`);
    if (target === undefined) {
      this.known.set(`${system} ${play.target}`, { ...fresh, kind: 'TOMBSTONE' });
      return no('1002');
    }
    if (target.movement === undefined) {
      if (target.kind === 'CREDIT' && target.walletId === walletId) target.dead = true;
      return no('1002');
    }
    if (target.kind === 'ROLLBACK' || target.walletId !== walletId) return no('1002');
    if (target.undone) return no('1003');
    const answer = yes(-target.movement.real, -target.movement.bonus);
    if (answer === 'OK') target.undone = true;
    return answer;
  }
}

// --- the tables ----------------------------------------------------------------------------------------------------

/** What the database would hold, with its unique indexes. */
class Tables {
  readonly bindings = new Map<string, ReferenceBinding>();
  readonly movements: BookedMovement[] = [];
  private readonly indexes = new Set<string>();

  write(outcome: Outcome): void {
    for (const binding of outcome.bindings) {
      const { parentSystemId, externalReference, ordinal } = binding;
      this.unique(`binding ${parentSystemId} ${externalReference} ${ordinal}`);
      this.bindings.set(`${parentSystemId} ${externalReference} ${ordinal}`, binding);
    }
    if (outcome.type !== 'BOOKED') return;
    const { movement } = outcome;
    this.unique(`id ${movement.id}`);
    this.unique(`reference ${movement.parentSystemId} ${movement.externalReference}`);
    this.unique(`seq ${movement.walletId} ${movement.seq}`);
    if (movement.targetMovementId !== null) this.unique(`target ${movement.targetMovementId}`);
    this.movements.push(movement);
  }

  load(
    wallets: readonly WalletState[],
    closed: ReadonlySet<string>,
    blocked: ReadonlySet<string>,
  ): LedgerState {
    return new LedgerState({
      sessions: SESSIONS.map((session) => ({
        ...session,
        status: closed.has(session.id) ? 'CLOSE' : 'OPEN',
      })),
      wallets: wallets.map((wallet) => ({
        ...wallet,
        status: blocked.has(wallet.id) ? 'BLOCKED' : 'ACTIVE',
      })),
      games: GAMES,
      bindings: this.bindings.values(),
      movements: this.movements,
      rolledBackMovementIds: this.movements.flatMap(({ targetMovementId }) => targetMovementId ?? []),
    });
  }

  /** Each wallet's chain: no gap, no negative balance, every line the last one plus its change; and rollbacks mirror. */
  verify(wallets: readonly WalletState[]): void {
    const byId = new Map(this.movements.map((movement) => [movement.id, movement]));
    for (const start of WALLETS) {
      let [real, bonus, seq] = [start.realMinor, start.bonusMinor, 0];
      for (const movement of this.movements.filter(({ walletId }) => walletId === start.id)) {
        [real, bonus, seq] = [real + movement.realDeltaMinor, bonus + movement.bonusDeltaMinor, seq + 1];
        same(
          `${movement.seq} ${movement.realAfterMinor} ${movement.bonusAfterMinor}`,
          `${seq} ${real} ${bonus}`,
        );
        same(real >= 0n && bonus >= 0n && real + bonus <= BigInt(LIMIT), true);
        const moved = movement.realDeltaMinor + movement.bonusDeltaMinor;
        same(moved < 0n ? -moved : moved, movement.amountMinor);
        const target = movement.targetMovementId === null ? undefined : byId.get(movement.targetMovementId);
        same(target !== undefined, movement.kind === 'ROLLBACK');
        if (target === undefined) continue;
        same(movement.realDeltaMinor, -target.realDeltaMinor);
        same(movement.bonusDeltaMinor, -target.bonusDeltaMinor);
        same(`${movement.walletId} ${movement.gameId}`, `${target.walletId} ${target.gameId}`);
      }
      const end = wallets.find(({ id }) => id === start.id);
      same(`${end?.realMinor} ${end?.bonusMinor} ${end?.seq}`, `${real} ${bonus} ${seq}`);
    }
  }

  private unique(key: string): void {
    if (this.indexes.has(key)) throw new Error(`duplicate: ${key}`);
    this.indexes.add(key);
  }
}

// --- the runs ------------------------------------------------------------------------------------------------------

function same(actual: unknown, expected: unknown, about = ''): void {
  if (actual !== expected) throw new Error(`${about} expected ${String(expected)}, got ${String(actual)}`);
}

function commandOf(play: Play, movementId: string): MovementCommand {
  const { kind, parentSystemId, reference: externalReference, sessionId, gameId, subWallet, walletId } = play;
  const value = VALUES[play.valueIndex]?.[0];
  const base = { movementId, parentSystemId, externalReference };
  if (kind === 'ROLLBACK') return { ...base, kind, sessionId, targetReference: play.target };
  if (kind === 'DEBIT' || kind === 'CREDIT') return { ...base, kind, sessionId, value, gameId };
  return { ...base, kind, parentSystemId: OPERATOR_PARENT_SYSTEM_ID, walletId, subWallet, value };
}

const INCIDENT_WORDS = {
  REFERENCE_CONFLICT: ' CONFLICT',
  LATE_SETTLEMENT_REFUSED: ' LATE',
  TOMBSTONE_HIT: ' TOMBSTONE',
  CLAWBACK_REFUSED: ' CLAWBACK',
};

/** The outcome in the model's words. */
function wordsOf(outcome: Outcome): string {
  if (outcome.type === 'BOOKED') return 'OK';
  if (outcome.type === 'REPLAYED') return `AGAIN ${outcome.movement.id}`;
  if (outcome.error === 'NOT_FOUND') return 'NOT_FOUND';
  const first = outcome.firstMovementId === null ? '' : ` FIRST ${outcome.firstMovementId}`;
  const incident = outcome.incident === null ? '' : INCIDENT_WORDS[outcome.incident];
  return `${ERROR_CATALOGUE[outcome.error].code}${incident}${first}`;
}

function playAll(actions: readonly Action[], count: (kind: string, words: string) => void): void {
  const model = new Model();
  const tables = new Tables();
  const played: { play: Play; id: string }[] = [];
  let policies: MovementPolicies = {
    duplicatePolicy: 'error',
    lateSettlementPolicy: 'refuse',
    gamePolicy: 'any',
  };
  let state = tables.load(WALLETS, model.closed, model.blocked);
  const wallets = () => WALLETS.map((wallet) => state.findWallet(wallet.id) ?? wallet);
  const reload = () => (state = tables.load(wallets(), model.closed, model.blocked));

  const step = (play: Play, id: string) => {
    const command = commandOf(play, id);
    const outcome = decide(state, command, policies);
    const words = wordsOf(outcome);
    same(words, model.answer(play, id, policies), JSON.stringify({ command, policies }));
    if (outcome.type === 'REPLAYED')
      same(
        outcome.movement,
        tables.movements.find((each) => each.id === outcome.movement.id),
      );
    tables.write(outcome);
    state.apply(outcome);
    for (const [walletId, wallet] of model.wallets) {
      const actual = state.findWallet(walletId);
      same(`${actual?.realMinor} ${actual?.bonusMinor}`, `${wallet.real} ${wallet.bonus}`, walletId);
    }
    count(play.kind, words);
    if (outcome.type === 'BOOKED' && outcome.bindings.length === 0) count(play.kind, 'OK AFTER A REFUSAL');
    if (outcome.bindings.some(({ ordinal }) => ordinal === 1)) count(play.kind, 'OVER A REFUSED CREDIT');
  };

  for (const action of actions) {
    if (action.type === 'PLAY') {
      const id = `m${played.length + 1}`;
      played.push({ play: action, id });
      step(action, id);
    } else if (action.type === 'RETRY') {
      const again = played.at(-1 - action.back);
      if (again !== undefined) step(again.play, again.id);
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
const MUST_BE_REACHED = [
  ...[
    'DEBIT OK',
    'DEBIT 1007',
    'DEBIT 1003 FIRST',
    'DEBIT 1003 CONFLICT',
    'DEBIT 1002 TOMBSTONE',
    'DEBIT 1004',
  ],
  ...['DEBIT 1008', 'DEBIT 1009', 'DEBIT 1010', 'DEBIT AGAIN'],
  ...['CREDIT OK', 'CREDIT 1003 FIRST', 'CREDIT 1003 CONFLICT', 'CREDIT 1002 TOMBSTONE', 'CREDIT 1004'],
  ...['CREDIT 1004 LATE', 'CREDIT 1010', 'CREDIT AGAIN'],
  ...['ROLLBACK OK', 'ROLLBACK 1002', 'ROLLBACK 1003', 'ROLLBACK 1003 FIRST', 'ROLLBACK 1003 CONFLICT'],
  ...['ROLLBACK 1004', 'ROLLBACK 1004 LATE', 'ROLLBACK 1007 CLAWBACK', 'ROLLBACK 1010', 'ROLLBACK AGAIN'],
  ...['ROLLBACK 1002 TOMBSTONE', 'ROLLBACK OVER A REFUSED CREDIT', 'ROLLBACK OK AFTER A REFUSAL'],
  ...['CREDIT OK AFTER A REFUSAL'],
  ...[
    'DEPOSIT OK',
    'DEPOSIT 1003 FIRST',
    'DEPOSIT 1003 CONFLICT',
    'DEPOSIT 1010',
    'DEPOSIT AGAIN',
    'DEPOSIT NOT_FOUND',
  ],
  ...[
    'WITHDRAWAL OK',
    'WITHDRAWAL 1007',
    'WITHDRAWAL 1003 FIRST',
    'WITHDRAWAL 1003 CONFLICT',
    'WITHDRAWAL AGAIN',
  ],
];

describe('any interleaving of commands', () => {
  it(`does what the policy table says, over ${RUNS} random runs`, () => {
    const reached = new Map<string, number>();
    const count = (kind: string, words: string) => {
      const key = `${kind} ${words.replace(/ m[0-9]+$/, '')}`;
      reached.set(key, (reached.get(key) ?? 0) + 1);
    };
    fc.assert(
      fc.property(fc.array(actionArbitrary, { minLength: 1, maxLength: 60, size: 'max' }), (actions) =>
        playAll(actions, count),
      ),
      { numRuns: RUNS },
    );
    expect(MUST_BE_REACHED.filter((key) => (reached.get(key) ?? 0) < 50)).toEqual([]);
  }, 120_000);
});
