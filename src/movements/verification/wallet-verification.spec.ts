import { describe, expect, it } from '@jest/globals';
import { type VerifiedMovement, type VerifiedWallet, WalletVerification } from './wallet-verification.js';

const deposit: VerifiedMovement = {
  id: 'm1',
  parentSystemId: 'operator',
  externalReference: 'r1',
  kind: 'DEPOSIT',
  walletId: 'w',
  seq: 1,
  amountMinor: 10_00n,
  realDeltaMinor: 10_00n,
  bonusDeltaMinor: 0n,
  realAfterMinor: 10_00n,
  bonusAfterMinor: 0n,
  targetMovementId: null,
  gameId: null,
  target: null,
  hasTombstone: false,
  binding: { kind: 'DEPOSIT', walletId: 'w', amountMinor: 10_00n, subWallet: 'REAL', targetReference: null },
};
const bet: VerifiedMovement = {
  ...deposit,
  id: 'm2',
  parentSystemId: 'BL13GT',
  externalReference: 'r2',
  kind: 'DEBIT',
  seq: 2,
  amountMinor: 3_00n,
  realDeltaMinor: -3_00n,
  realAfterMinor: 7_00n,
  gameId: 'agt-54',
  binding: { kind: 'DEBIT', walletId: 'w', amountMinor: 3_00n, subWallet: null, targetReference: null },
};
const back: VerifiedMovement = {
  ...bet,
  id: 'm3',
  externalReference: 'r3',
  kind: 'ROLLBACK',
  seq: 3,
  realDeltaMinor: 3_00n,
  realAfterMinor: 10_00n,
  targetMovementId: 'm2',
  target: bet,
  binding: { kind: 'ROLLBACK', walletId: 'w', amountMinor: null, subWallet: null, targetReference: 'r2' },
};
const wallet: VerifiedWallet = { id: 'w', realMinor: 10_00n, bonusMinor: 0n, seq: 3 };

function verification(movements: readonly VerifiedMovement[], row: VerifiedWallet = wallet): string | null {
  const result = new WalletVerification();
  for (const movement of movements) result.take(movement);
  result.finish(row);
  return result.summary();
}

const boundTo = (movement: VerifiedMovement, content: object): VerifiedMovement => ({
  ...movement,
  binding: { ...movement.binding!, ...content },
});

describe('a wallet agrees', () => {
  it('with a chain that leads to its row', () => {
    expect(verification([deposit, bet, back])).toBeNull();
  });

  it('with no movements where it is empty', () => {
    expect(verification([], { ...wallet, realMinor: 0n, seq: 0 })).toBeNull();
  });
});

describe('a wallet does not agree', () => {
  it.each<[string, Partial<VerifiedWallet>]>([
    ["the wallet's seq is 4, its last movement's is 3", { seq: 4 }],
    ['the wallet has 999 real and 0 bonus, its movements leave 1000 and 0 at seq 3', { realMinor: 9_99n }],
    ['the wallet has 1000 real and 1 bonus, its movements leave 1000 and 0 at seq 3', { bonusMinor: 1n }],
  ])('%s', (problem, row) => {
    expect(verification([deposit, bet, back], { ...wallet, ...row })).toBe(problem);
  });

  it.each<[string, VerifiedMovement[]]>([
    ['follows seq 1', [deposit, { ...back, realAfterMinor: 13_00n, realDeltaMinor: 3_00n }]],
    ['leaves 800 real instead of 700', [deposit, { ...bet, realAfterMinor: 8_00n }, back]],
    ['leaves 1 bonus instead of 0', [deposit, { ...bet, bonusAfterMinor: 1n }, back]],
    [
      'leaves a negative balance',
      [deposit, { ...bet, realDeltaMinor: -11_00n, amountMinor: 11_00n, realAfterMinor: -1_00n }, back],
    ],
    [
      'its amount 400 is not its change of -300 real and 0 bonus',
      [deposit, boundTo({ ...bet, amountMinor: 4_00n }, { amountMinor: 4_00n })],
    ],
    ['a DEBIT with a change of 300 real and 0 bonus', [deposit, { ...bet, realDeltaMinor: 3_00n }]],
    [
      'a DEBIT with a change of -400 real and 100 bonus',
      [deposit, { ...bet, realDeltaMinor: -4_00n, bonusDeltaMinor: 1_00n }],
    ],
    ['a DEBIT that reverses movement m1', [deposit, { ...bet, targetMovementId: 'm1', target: deposit }]],
    ['a ROLLBACK that reverses nothing', [deposit, bet, { ...back, targetMovementId: null, target: null }]],
    ['reverses movement m2, which is not there', [deposit, bet, { ...back, target: null }]],
    ['reverses a DEPOSIT', [deposit, bet, { ...back, target: { ...bet, kind: 'DEPOSIT' } }]],
    [
      'reverses movement m2, which is no earlier one of this wallet',
      [deposit, bet, { ...back, target: { ...bet, walletId: 'other' } }],
    ],
    [
      'is not the mirror of movement m2',
      [deposit, bet, { ...back, target: { ...bet, realDeltaMinor: -2_00n, bonusDeltaMinor: -1_00n } }],
    ],
    ['its reference is not bound', [deposit, { ...bet, binding: null }]],
    ['its reference has a tombstone', [deposit, { ...bet, hasTombstone: true }]],
    ['bound to kind CREDIT instead of DEBIT', [deposit, boundTo(bet, { kind: 'CREDIT' })]],
    ['bound to walletId x instead of w', [deposit, boundTo(bet, { walletId: 'x' })]],
    ['bound to amountMinor 1 instead of 300', [deposit, boundTo(bet, { amountMinor: 1n })]],
    ['bound to subWallet REAL', [deposit, boundTo(bet, { subWallet: 'REAL' })]],
    ['bound to subWallet BONUS', [boundTo(deposit, { subWallet: 'BONUS' }), bet]],
    ['bound to targetReference r1 instead of r2', [deposit, bet, boundTo(back, { targetReference: 'r1' })]],
  ])('%s', (problem, movements) => {
    expect(verification(movements)).toContain(problem);
  });

  it('and says where', () => {
    expect(verification([deposit, { ...bet, hasTombstone: true }, back])).toBe(
      'seq 2, movement m2: its reference has a tombstone',
    );
  });

  it('in one line, however much is wrong', () => {
    const unbound = [deposit, bet, back].map((movement) => ({ ...movement, binding: null }));
    expect(verification(unbound, { ...wallet, seq: 9 })).toMatch(/^(.+not bound; ){3}and 1 more$/);
  });
});
