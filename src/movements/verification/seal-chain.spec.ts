import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LedgerKey } from '../../ledger-keys/ledger-key.js';
import { walletSeal } from '../../wallets/wallet-seal.js';
import type { RecordedMovement } from '../ledger/ledger.types.js';
import { sealAll, type SealedMovement } from '../ledger/movement-seal.js';
import { SealChain } from './seal-chain.js';

const keyOf = (id = 1): LedgerKey => new LedgerKey(id, new Date(0), createSecretKey(randomBytes(32)));
const KEY = keyOf();
const AT = new Date('2026-02-05T12:00:00Z');
const CONTENT = {
  id: 'w',
  playerId: 'p',
  code: 'CASINO',
  currency: 'EUR',
  decimals: 2,
  status: 'ACTIVE',
  realMinor: 0n,
  bonusMinor: 0n,
  seq: 0,
  movedAt: null,
  createdAt: AT,
} as const;
const WALLET = { ...CONTENT, seal: walletSeal(KEY, CONTENT) };

const movement = (seq: number): RecordedMovement => ({
  id: `m-${seq}`,
  parentSystemId: 'BL13GT',
  externalReference: `r-${seq}`,
  kind: 'CREDIT',
  walletId: 'w',
  sessionId: 's',
  seq,
  amountMinor: 100n,
  realDeltaMinor: 100n,
  bonusDeltaMinor: 0n,
  realAfterMinor: 100n * BigInt(seq),
  bonusAfterMinor: 0n,
  targetMovementId: null,
  gameId: 'agt-54',
  description: 'a move',
  tags: '{"gameid":"agt-54"}',
  createdAt: new Date(AT.getTime() + seq),
});

const history = (length: number): SealedMovement[] =>
  sealAll(
    KEY,
    [WALLET],
    Array.from({ length }, (_, index) => movement(index + 1)),
  );

/** What is wrong, as the `seq` that it is told of, and `wallet`. */
function wrong(movements: readonly SealedMovement[], wallet = WALLET, key = KEY): string[] {
  const chain = new SealChain(key, wallet);
  const problems = movements.flatMap((each) => (chain.take(each) === null ? [] : [`seq ${each.seq}`]));
  return [...problems, ...(chain.finish(wallet.seal) === null ? [] : ['wallet'])];
}

/** The wallet with the seal that it has after these movements. */
const after = (movements: readonly SealedMovement[]): typeof WALLET => ({
  ...WALLET,
  seal: movements.at(-1)?.seal ?? WALLET.seal,
});

const CHANGES: { [Column in keyof RecordedMovement]: RecordedMovement[Column] } = {
  ...movement(99),
  kind: 'DEBIT',
  walletId: 'x',
  sessionId: null,
  amountMinor: 101n,
  realDeltaMinor: -100n,
  bonusDeltaMinor: 1n,
  bonusAfterMinor: 1n,
  parentSystemId: 'BL13UY',
  targetMovementId: 'm-1',
  gameId: null,
  description: null,
  tags: '{"gameid":"agt-54" }',
};

describe('the seals of a wallet', () => {
  it('agree with what was sealed', () => {
    for (const length of [0, 1, 5]) expect(wrong(history(length), after(history(length)))).toEqual([]);
  });

  it.each(Object.keys(CHANGES) as (keyof RecordedMovement)[])(
    'tell the movement whose %s was changed, and that one only',
    (column) => {
      const movements = history(5);
      const changed = movements.with(2, { ...movements[2]!, [column]: CHANGES[column] });
      expect(wrong(changed, after(movements))).toEqual([`seq ${changed[2]!.seq}`]);
    },
  );

  it('tell what follows on a movement that was taken away, put in or moved', () => {
    const movements = history(5);
    const wallet = after(movements);
    expect(wrong(movements.toSpliced(2, 1), wallet)).toEqual(['seq 4']);
    expect(wrong(movements.toSpliced(2, 0, movements[1]!), wallet)).toEqual(['seq 2']);
    expect(wrong([...movements].reverse(), wallet).length).toBeGreaterThan(3);
  });

  it('tell a movement whose seal was taken away, and what follows it if it was changed too', () => {
    const movements = history(5);
    const bare = { ...movements[2]!, seal: null };
    expect(wrong(movements.with(2, bare), after(movements))).toEqual(['seq 3']);
    expect(wrong(movements.with(2, { ...bare, gameId: 'x' }), after(movements))).toEqual(['seq 3', 'seq 4']);
  });

  it('tell a wallet whose last movements were taken away, or whose seal was', () => {
    const movements = history(5);
    expect(wrong(movements.slice(0, 3), after(movements))).toEqual(['wallet']);
    expect(wrong(movements, { ...WALLET, seal: null as never })).toEqual(['wallet']);
    expect(wrong([], { ...WALLET, seal: movements[0]!.seal! })).toEqual(['wallet']);
  });

  it.each(['playerId', 'code', 'currency', 'decimals', 'createdAt'] as const)(
    "tell a wallet's changed %s at its first movement, or at itself",
    (column) => {
      const change = { [column]: column === 'createdAt' ? new Date(0) : 3 } as object;
      expect(wrong(history(2), { ...after(history(2)), ...change })).toEqual(['seq 1']);
      expect(wrong([], { ...WALLET, ...change })).toEqual(['wallet']);
    },
  );

  it('of another key are not those of this one', () => {
    expect(wrong(history(3), after(history(3)), keyOf())).toEqual(['seq 1', 'seq 2', 'seq 3']);
  });

  it('cover what was booked before the wallet was sealed', () => {
    const old = [1, 2, 3].map((seq) => ({ ...movement(seq), seal: null }));
    const chain = new SealChain(KEY, WALLET);
    for (const each of old) expect(chain.take(each)).toBeNull();
    const sealed = { ...WALLET, seal: chain.current! };
    expect(wrong(old, sealed)).toEqual([]);
    const later = [...old, ...sealAll(KEY, [sealed], [movement(4), movement(5)])];
    expect(wrong(later, after(later))).toEqual([]);
    expect(wrong(later.with(1, { ...old[1]!, tags: null }), after(later))).toEqual(['seq 4']);
    expect(wrong(old.with(1, { ...old[1]!, tags: null }), sealed)).toEqual(['wallet']);
  });

  it('need the key: a process without it books nothing on a sealed wallet', () => {
    expect(() => sealAll(null, [WALLET], [movement(1)])).toThrow('Wallet w is sealed: set SECRETS_KEY');
    const bare = { ...WALLET, seal: null };
    expect(sealAll(null, [bare], [movement(1)])).toMatchObject([{ seal: null }]);
    expect(sealAll(KEY, [bare], [movement(1)])).toMatchObject([{ seal: null }]);
  });
});
