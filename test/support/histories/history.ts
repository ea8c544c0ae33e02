import fc from 'fast-check';

/*
 * What a history is made of: two wallets with two sessions each, few references, so that calls meet each other.
 */

/** As sent, and what it is worth in cents; null is no amount. */
export const VALUES: readonly (readonly [value: unknown, cents: number | null])[] = [
  ['0', 0],
  [1, 100],
  ['2.50', 250],
  ['6', 600],
  ['0.001', null],
];
/** Ann has a bonus, and is soon out of money; Bob is rich, and wins soon take him to the largest balance. */
export const WALLETS = {
  ann: { real: '4', bonus: '1', startMinor: 500 },
  bob: { real: '9999999999990', bonus: 0, startMinor: 999_999_999_999_000 },
} as const;
export type WalletName = keyof typeof WALLETS;
export const SESSIONS = ['ann-1', 'ann-2', 'bob-1', 'bob-2', 'nowhere'] as const;
export type SessionName = (typeof SESSIONS)[number];

export interface Play {
  readonly type: 'DEBIT' | 'CREDIT';
  readonly reference: string;
  readonly session: SessionName;
  /** Into {@link VALUES}. */
  readonly value: number;
}
export interface Back {
  readonly type: 'ROLLBACK';
  readonly reference: string;
  readonly session: SessionName;
  readonly target: string;
}
export type Action =
  | Play
  | Back
  | { readonly type: 'CLOSE'; readonly session: SessionName }
  | { readonly type: 'BLOCK'; readonly wallet: WalletName; readonly blocked: boolean }
  /** A person's: an open incident of what was refused, counted from the last, and of what came late where it is to be booked. */
  | { readonly type: 'RESOLVE'; readonly pick: number; readonly post: boolean };

/** What goes out at once, one after the other. */
export type History = readonly (readonly Action[])[];

interface Usual {
  readonly wallet: WalletName;
  readonly value: number;
}
const BETS: Readonly<Record<string, Usual>> = {
  d1: { wallet: 'ann', value: 3 },
  d2: { wallet: 'ann', value: 2 },
  d3: { wallet: 'bob', value: 3 },
};
const WINS: Readonly<Record<string, Usual>> = {
  c1: { wallet: 'ann', value: 3 },
  c2: { wallet: 'ann', value: 1 },
  c3: { wallet: 'bob', value: 3 },
  c4: { wallet: 'bob', value: 3 },
};
const BACKS: Readonly<Record<string, { readonly wallet: WalletName; readonly target: string }>> = {
  k1: { wallet: 'ann', target: 'd1' },
  k2: { wallet: 'ann', target: 'c1' },
  k3: { wallet: 'bob', target: 'd3' },
  k4: { wallet: 'bob', target: 'c3' },
};
const REFERENCES = [...Object.keys(BETS), ...Object.keys(WINS), ...Object.keys(BACKS)];

const among = <const T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const sessionOf = (wallet: WalletName): fc.Arbitrary<SessionName> =>
  among<SessionName>(`${wallet}-1`, `${wallet}-1`, `${wallet}-2`);

/** Every reference with its one content, in any order and with repeats. */
const usualPlay = (type: Play['type'], usual: Readonly<Record<string, Usual>>): fc.Arbitrary<Play> =>
  among(...Object.entries(usual)).chain(([reference, { wallet, value }]) =>
    sessionOf(wallet).map((session) => ({ type, reference, session, value })),
  );
const usualBack: fc.Arbitrary<Back> = among(...Object.entries(BACKS)).chain(
  ([reference, { wallet, target }]) =>
    fc
      .oneof({ weight: 4, arbitrary: sessionOf(wallet) }, { weight: 1, arbitrary: among('nowhere') })
      .map((session) => ({ type: 'ROLLBACK', reference, session, target })),
);
/** Anything with anything. */
const anyCall: fc.Arbitrary<Play | Back> = fc
  .record({
    type: among('DEBIT', 'CREDIT', 'CREDIT', 'ROLLBACK', 'ROLLBACK'),
    reference: among(...REFERENCES),
    session: among(...SESSIONS),
    value: fc.nat({ max: VALUES.length - 1 }),
    target: among(...REFERENCES, 'unseen'),
  })
  .map(({ type, reference, session, value, target }) =>
    type === 'ROLLBACK' ? { type, reference, session, target } : { type, reference, session, value },
  );

/** Late calls need a session that is closed, and the others one that is open. */
const closed = among('ann-2', 'ann-2', 'ann-2', 'bob-2', 'bob-2', 'bob-2', 'ann-1', 'bob-1');

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: usualPlay('DEBIT', BETS) },
  { weight: 7, arbitrary: usualPlay('CREDIT', WINS) },
  { weight: 4, arbitrary: usualBack },
  { weight: 3, arbitrary: anyCall },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('CLOSE'), session: closed }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('BLOCK'), wallet: among('ann', 'bob'), blocked: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('RESOLVE'),
      pick: fc.nat({ max: 99 }),
      post: among(true, true, false),
    }),
  },
);

/** Whatever went before, each ends with a late win that is booked after all. */
const END: History = [
  [{ type: 'CLOSE', session: 'ann-2' }],
  [{ type: 'CREDIT', reference: 'c5', session: 'ann-2', value: 2 }],
  [{ type: 'RESOLVE', pick: 0, post: true }],
];

export const historyArbitrary: fc.Arbitrary<History> = fc
  .array(fc.array(action, { minLength: 1, maxLength: 3, size: 'max' }), {
    minLength: 10,
    maxLength: 20,
    size: 'max',
  })
  .map((steps) => [...steps, ...END]);
