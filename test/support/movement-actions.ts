import fc from 'fast-check';
import {
  type MovementCommand,
  type MovementPolicies,
  OPERATOR_PARENT_SYSTEM_ID,
  type SessionState,
  type SubWallet,
  UNNAMED,
  type WalletState,
} from '../../src/movements/ledger/ledger.types.js';

/*
 * What the property test plays: a small world of wallets, sessions and references, so that random commands meet.
 */

export const LIMIT = 999_999_999_999_999;
export const SESSIONS: readonly Omit<SessionState, 'status'>[] = [
  { id: 'ann-1', walletId: 'ann', parentSystemId: 'A' },
  { id: 'ann-2', walletId: 'ann', parentSystemId: 'A' },
  { id: 'bob-1', walletId: 'bob', parentSystemId: 'A' },
  { id: 'yen-1', walletId: 'yen', parentSystemId: 'A' },
  { id: 'ann-b', walletId: 'ann', parentSystemId: 'B' },
];
/** Bob is rich: a win takes him to the limit. */
export const WALLETS: readonly WalletState[] = [
  { id: 'ann', status: 'ACTIVE', decimals: 2, realMinor: 500n, bonusMinor: 300n, seq: 0, movedAt: null },
  {
    id: 'bob',
    status: 'ACTIVE',
    decimals: 2,
    realMinor: BigInt(LIMIT) - 500n,
    bonusMinor: 100n,
    seq: 0,
    movedAt: null,
  },
  { id: 'yen', status: 'ACTIVE', decimals: 0, realMinor: 4n, bonusMinor: 4n, seq: 0, movedAt: null },
];
export const GAMES = [
  { id: 'on', enabled: true },
  { id: 'off', enabled: false },
];
/** A value as sent, and what it is worth with two decimals and with none; null is malformed there. */
export const VALUES: readonly (readonly [value: unknown, cents: number | null, yen: number | null])[] = [
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

export interface Play {
  readonly type: 'PLAY';
  readonly kind: MovementCommand['kind'];
  readonly sessionId: string;
  readonly parentSystemId: string;
  readonly reference: string;
  readonly target: string;
  readonly walletId: string;
  readonly subWallet: SubWallet;
  readonly valueIndex: number;
  /** How far the clock of who takes it is off, in milliseconds. */
  readonly skew: number;
  readonly gameId: string | null;
}
export type Action =
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
  sessionId: fc.constantFrom(
    'ann-1',
    'ann-2',
    'bob-1',
    'bob-1',
    'yen-1',
    'yen-1',
    'ann-b',
    'nowhere',
    UNNAMED,
  ),
  parentSystemId: fc.constantFrom('A', 'A', 'A', 'A', 'A', 'B'),
  reference: fc.constantFrom(...REFERENCES),
  target: fc.constantFrom(...REFERENCES),
  walletId: fc.constantFrom('ann', 'ann', 'bob', 'yen', 'nobody'),
  subWallet: fc.constantFrom('REAL', 'BONUS'),
  valueIndex: fc.nat({ max: VALUES.length - 1 }),
  skew: fc.constantFrom(0, 0, 0, 1, -1, 3_500_000, -3_500_000),
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
export const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
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

/** The command as the service would hand it to the rules. */
export function commandOf(play: Play, commandId: string, at: Date): MovementCommand {
  const { kind, parentSystemId, reference: externalReference, sessionId, gameId, subWallet, walletId } = play;
  const value = VALUES[play.valueIndex]?.[0];
  const base = { commandId, at, parentSystemId, externalReference };
  const named = { sessionId, problem: sessionId === UNNAMED ? 'walletSessionId is missing' : null };
  if (kind === 'ROLLBACK') return { ...base, kind, ...named, targetReference: play.target };
  if (kind === 'DEBIT' || kind === 'CREDIT') return { ...base, kind, ...named, value, gameId };
  return { ...base, kind, parentSystemId: OPERATOR_PARENT_SYSTEM_ID, walletId, subWallet, value };
}
