import { describe, expect, it } from '@jest/globals';
import type { VerifiedMovement, VerifiedWallet } from './verified.types.js';
import { WalletVerification } from './wallet-verification.js';

const OPERATOR = 'operator (reserved)';
const NOON = Date.parse('2026-02-05T12:00:00.000Z');
const HOURS = 3_600_000;
/** The UUIDv7 of that time and number. */
const idOf = (number: number, at = NOON): string => {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(number).padStart(12, '0')}`;
};
const [M1, M2, M3] = [idOf(1), idOf(2), idOf(3)];

const deposit: VerifiedMovement = {
  id: M1,
  parentSystemId: OPERATOR,
  externalReference: 'r1',
  kind: 'DEPOSIT',
  walletId: 'w',
  sessionId: null,
  seq: 1,
  amountMinor: 10_00n,
  realDeltaMinor: 10_00n,
  bonusDeltaMinor: 0n,
  realAfterMinor: 10_00n,
  bonusAfterMinor: 0n,
  targetMovementId: null,
  gameId: null,
  target: null,
  createdAt: NOON,
  tags: null,
  session: null,
  isInTrail: true,
  hasTombstone: false,
  binding: {
    kind: 'DEPOSIT',
    walletId: 'w',
    sessionId: null,
    amountMinor: 10_00n,
    subWallet: 'REAL',
    targetReference: null,
    refusal: null,
    commandId: M1,
    createdAt: NOON,
  },
};
const bet: VerifiedMovement = {
  ...deposit,
  id: M2,
  parentSystemId: 'BL13GT',
  externalReference: 'r2',
  kind: 'DEBIT',
  seq: 2,
  amountMinor: 3_00n,
  realDeltaMinor: -3_00n,
  realAfterMinor: 7_00n,
  gameId: 'agt-54',
  tags: '{"gameid":"agt-54"}',
  sessionId: 's1',
  session: { walletId: 'w', parentSystemId: 'BL13GT', createdAt: NOON, closedAt: NaN },
  isInTrail: false,
  binding: {
    ...deposit.binding!,
    kind: 'DEBIT',
    sessionId: 's1',
    amountMinor: 3_00n,
    subWallet: null,
    commandId: M2,
  },
};
const back: VerifiedMovement = {
  ...bet,
  id: M3,
  externalReference: 'r3',
  kind: 'ROLLBACK',
  seq: 3,
  realDeltaMinor: 3_00n,
  realAfterMinor: 10_00n,
  targetMovementId: M2,
  target: bet,
  binding: { ...bet.binding!, kind: 'ROLLBACK', amountMinor: null, targetReference: 'r2', commandId: M3 },
};
const wallet: VerifiedWallet = {
  id: 'w',
  realMinor: 10_00n,
  bonusMinor: 0n,
  seq: 3,
  movedAt: NOON,
  createdAt: NOON,
};
const bonus: VerifiedMovement = {
  ...deposit,
  realDeltaMinor: 0n,
  bonusDeltaMinor: 10_00n,
  realAfterMinor: 0n,
  bonusAfterMinor: 10_00n,
  binding: { ...deposit.binding!, subWallet: 'BONUS' },
};
const win: VerifiedMovement = {
  ...bet,
  kind: 'CREDIT',
  realDeltaMinor: 3_00n,
  realAfterMinor: 13_00n,
  binding: { ...bet.binding!, kind: 'CREDIT' },
};
const moved = (movement: VerifiedMovement, at: number): VerifiedMovement => ({
  ...movement,
  id: idOf(9, at),
  createdAt: at,
  binding: { ...movement.binding!, commandId: idOf(9, at), createdAt: at },
});

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

  it('with a bet on bonus money where there is no other', () => {
    const onBonus = {
      ...bet,
      realDeltaMinor: 0n,
      bonusDeltaMinor: -3_00n,
      realAfterMinor: 0n,
      bonusAfterMinor: 7_00n,
    };
    expect(
      verification([bonus, onBonus], { ...wallet, realMinor: 0n, bonusMinor: 7_00n, seq: 2 }),
    ).toBeNull();
  });

  it('with what was refused before, under another session, and booked later', () => {
    const before = {
      refusal: 'INVALID_WALLET_SESSION',
      sessionId: 's0',
      commandId: M1,
      createdAt: NOON - 5 * HOURS,
    };
    const won = { ...wallet, realMinor: 13_00n, seq: 2 };
    expect(verification([deposit, boundTo(win, before)], won)).toBeNull();
    expect(
      verification([deposit, { ...boundTo(win, before), session: { ...bet.session!, closedAt: 0 } }], won),
    ).toBeNull();
  });

  it('with no movements where it is empty', () => {
    expect(verification([], { ...wallet, realMinor: 0n, seq: 0, movedAt: -Infinity })).toBeNull();
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
    [`a DEBIT that reverses movement ${M1}`, [deposit, { ...bet, targetMovementId: M1, target: deposit }]],
    ['a ROLLBACK that reverses nothing', [deposit, bet, { ...back, targetMovementId: null, target: null }]],
    [`reverses movement ${M2}, which is not there`, [deposit, bet, { ...back, target: null }]],
    ['has game x, movement', [deposit, bet, { ...back, gameId: 'x' }]],
    ['reverses a DEPOSIT', [deposit, bet, { ...back, target: { ...bet, kind: 'DEPOSIT' } }]],
    [
      `reverses movement ${M2}, which is no earlier one of this wallet`,
      [deposit, bet, { ...back, target: { ...bet, walletId: 'other' } }],
    ],
    [
      `is not the mirror of movement ${M2}`,
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
    ['bound to sessionId s2 instead of s1', [deposit, boundTo(bet, { sessionId: 's2' })]],
    [`bound to commandId ${M1} instead of ${M2}`, [deposit, boundTo(bet, { commandId: M1 })]],
    ['its reference was bound at', [deposit, boundTo(bet, { createdAt: NOON + 1 })]],
    [
      'was bound after it',
      [deposit, boundTo(bet, { refusal: 'INVALID_WALLET_SESSION', createdAt: NOON + 2 * HOURS })],
    ],
    [
      'a DEBIT with a change of 0 real and -300 bonus instead of -300 and 0',
      [deposit, { ...bet, realDeltaMinor: 0n, bonusDeltaMinor: -3_00n }],
    ],
    [
      'a CREDIT with a change of 0 real and 300 bonus instead of 300 and 0',
      [deposit, { ...win, realDeltaMinor: 0n, bonusDeltaMinor: 3_00n }],
    ],
    ['a DEPOSIT with a change of -1000 real', [{ ...deposit, realDeltaMinor: -10_00n }]],
    [
      'its amount 1000000000000000 is beyond the limits',
      [{ ...deposit, amountMinor: 10n ** 15n, realDeltaMinor: 10n ** 15n, realAfterMinor: 10n ** 15n }],
    ],
    ['a balance beyond the largest amount', [{ ...deposit, realAfterMinor: 10n ** 15n }]],
    ['a DEPOSIT of parent system BL13GT', [{ ...deposit, parentSystemId: 'BL13GT' }]],
    ['a DEPOSIT under session s1', [{ ...deposit, sessionId: 's1' }]],
    ['a DEPOSIT in game g', [{ ...deposit, gameId: 'g' }]],
    ['has no line in the audit trail', [{ ...deposit, isInTrail: false }]],
    ["a DEBIT of the operator's", [deposit, { ...bet, parentSystemId: OPERATOR }]],
    ['a DEBIT without a session', [deposit, { ...bet, sessionId: null, session: null }]],
    ['its session s1 is not there', [deposit, { ...bet, session: null }]],
    ['its session s1 is of wallet x', [deposit, { ...bet, session: { ...bet.session!, walletId: 'x' } }]],
    [
      'its session s1 is of parent system X, it is of BL13GT',
      [deposit, { ...bet, session: { ...bet.session!, parentSystemId: 'X' } }],
    ],
    [
      'came before its session s1 was opened',
      [deposit, { ...bet, session: { ...bet.session!, createdAt: NOON + 2 * HOURS } }],
    ],
    [
      'came after its session s1 was closed',
      [deposit, { ...bet, session: { ...bet.session!, closedAt: NOON - 2 * HOURS } }],
    ],
    ['has game agt-54, its tags name agt-1', [deposit, { ...bet, tags: '{"gameid":"agt-1"}' }]],
    ['its id is of 2026-02-05T12:00:00.000Z', [deposit, { ...bet, createdAt: NOON + 61_000 }]],
    ['lies before that of seq 1', [deposit, moved(bet, NOON - 2 * HOURS)]],
    ['lies in the future', [deposit, moved(bet, Date.now() + 2 * HOURS)]],
  ])('%s', (problem, movements) => {
    expect(verification(movements)).toContain(problem);
  });

  it('and says where', () => {
    expect(verification([deposit, { ...bet, hasTombstone: true }, back])).toBe(
      `seq 2, movement ${M2}: its reference has a tombstone`,
    );
  });

  it('from the first movement on, which no wallet is younger than', () => {
    const young = { ...wallet, createdAt: NOON + 2 * HOURS };
    expect(verification([deposit, bet, back], young)).toBe('has movements from before it was created');
  });

  it('and of a gap nothing else', () => {
    const behind = { ...bet, seq: 5, realAfterMinor: 1_00n };
    expect(verification([deposit, behind], { ...wallet, realMinor: 1_00n, seq: 5 })).toBe(
      `seq 5, movement ${M2}: follows seq 1`,
    );
  });

  it('where a row cannot be read, and goes on behind it', () => {
    const result = new WalletVerification();
    result.takeUnreadable('seq 1', ['its kind is X']);
    for (const movement of [bet, back]) result.take(movement);
    result.finish({ ...wallet, seq: 4 });
    expect(result.summary()).toBe("seq 1: its kind is X; the wallet's seq is 4, its last movement's is 3");
  });

  it('in one line, however much is wrong', () => {
    const unbound = [deposit, bet, back].map((movement) => ({ ...movement, binding: null }));
    expect(verification(unbound, { ...wallet, seq: 9 })).toMatch(/^(.+not bound; ){3}and 1 more$/);
  });
});
