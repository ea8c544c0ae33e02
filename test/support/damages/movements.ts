import {
  type Entry,
  BEYOND,
  bind,
  FUTURE,
  idOf,
  OTHER_ID,
  OTHER_MONTH,
  sessionOf,
  set,
  wallet,
} from './damage.js';

export const MOVEMENTS: readonly Entry[] = [
  [
    'a win booked to bonus, and all that follows',
    [
      set(
        'last',
        'real_delta_minor = 0, bonus_delta_minor = 400, real_after_minor = 5600, bonus_after_minor = 3700',
      ),
      wallet('real_minor = 5600, bonus_minor = 3700'),
    ],
    /^wallet w: seq 13, .*: a CREDIT with a change of 0 real and 400 bonus instead of 400 and 0/,
  ],
  [
    'a bet on bonus before real, and all that follows',
    [
      set('bet', 'real_delta_minor = 0, bonus_delta_minor = -1200'),
      `UPDATE movements SET real_after_minor = real_after_minor + 1200, bonus_after_minor = bonus_after_minor - 1200
         WHERE wallet_id = 'w' AND seq IN (3, 4, 5)`,
      set('back', 'real_delta_minor = 0, bonus_delta_minor = 1200'),
    ],
    /^wallet w: seq 3, .*: a DEBIT with a change of 0 real and -1200 bonus instead of -1200 and 0/,
  ],
  [
    'a balance beyond the limits, and all that leads to it',
    [
      set('d-REAL', `amount_minor = ${BEYOND}, real_delta_minor = ${BEYOND}, real_after_minor = ${BEYOND}`),
      bind('d-REAL', `amount_minor = ${BEYOND}`),
      wallet(`real_minor = ${BEYOND}`, 'd'),
    ],
    /^wallet d: seq 1, .*: its amount 1000000000000000 is beyond the limits; .*beyond the largest amount/,
  ],
  ['an amount', set('win', 'amount_minor = 5'), /^wallet w: seq 5, .*its amount 5 is not its change/],
  ['a delta', set('win', 'real_delta_minor = 1'), /^wallet w: seq 5, .*: leaves 4000 real instead of 1/],
  [
    'a balance after',
    set('win', 'real_after_minor = 1'),
    /^wallet w: seq 5, .*: leaves 1 real instead of 4000/,
  ],
  [
    'a negative amount',
    set('free', 'amount_minor = -1'),
    /^wallet w: seq 9, .*: its amount -1 is beyond the limits/,
    { check: ['movements', 'ck_movements_amounts'] },
  ],
  [
    'a movement added',
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, created_at)
     VALUES ('${OTHER_ID}', 'BL13GT', 'added', 'CREDIT', 'w', 99, 0, 0, 0, 0, 0, ${OTHER_MONTH})`,
    /^wallet w: has movements up to seq 99, beyond the wallet's seq 13/,
  ],
  [
    "another wallet's session",
    set('win', `session_id = ${sessionOf('c')}`),
    /^wallet w: seq 5, .*is of wallet c/,
  ],
  ['no session', set('win', 'session_id = NULL'), /^wallet w: seq 5, .*: a CREDIT without a session/],
  [
    'another session of the wallet',
    set('win', `session_id = ${sessionOf('w', 'CLOSE')}`),
    /^wallet w: seq 5, .*is bound to sessionId .* instead of/,
  ],
  [
    'another month',
    set('win', `created_at = ${OTHER_MONTH}`),
    /^wallet w: seq 5, .* lies before that of seq 4, .*; .*: its reference was bound at/,
  ],
  [
    'another month, its binding too',
    [set('win', `created_at = ${OTHER_MONTH}`), bind('win', `created_at = ${OTHER_MONTH}`)],
    /^wallet w: seq 5, .*: its created_at 2020-.* lies before that of seq 4/,
  ],
  [
    'another month, its id too',
    set('last', `created_at = '2009-08-22 11:00:00.000', id = '${OTHER_ID}'`),
    /^wallet w: seq 13, .*is bound to commandId .* instead of/,
  ],
  ['the future', set('last', `created_at = ${FUTURE}`), /^wallet w: seq 13, .*lies in the future/],
  [
    "another game than its target's",
    set('back', `game_id = 'x'`),
    /^wallet w: seq 6, .*: has game x, movement .* agt-54/,
  ],
  [
    'another game than its tags',
    set('win', `game_id = 'x'`),
    /^wallet w: seq 5, .*: has game x, its tags name agt-54/,
  ],
  [
    'no target',
    set('back', 'target_movement_id = NULL'),
    /^wallet w: seq 6, .*: a ROLLBACK that reverses nothing/,
  ],
  [
    'a target that came later',
    set('win-2-back', `target_movement_id = ${idOf('last')}`),
    /^wallet w: seq 8, .*which is no earlier one/,
  ],
  [
    'a rollback of a rollback',
    [set('back', 'target_movement_id = NULL'), set('win-2-back', `target_movement_id = ${idOf('back')}`)],
    /^wallet w: .*seq 8, .*: reverses a ROLLBACK/,
  ],
  [
    "another wallet's target",
    set('back', `target_movement_id = ${idOf('c-bet')}`),
    /^wallet w: seq 6, .*which is no earlier one of this wallet/,
  ],
  [
    'a target of another parent system',
    [set('bet', `parent_system_id = 'X'`), bind('bet', `parent_system_id = 'X'`)],
    /^wallet w: .*is of parent system BL13GT, it is of X/,
  ],
  ['not the mirror of its target', set('back', 'amount_minor = 5'), /^wallet w: seq 6, .*is not the mirror/],
  ['a kind', set('bet', `kind = 'CREDIT'`), /^wallet w: seq 3, .*: a CREDIT with a change of -1200/],
  [
    'a kind out of range',
    set('bet', `kind = 'GIFT'`),
    /^wallet w: seq 3, .*: its kind is GIFT, none of/,
    { check: ['movements', 'ck_movements_kind'] },
  ],
  [
    "a deposit of GPAS's",
    set('d-REAL', `parent_system_id = 'BL13GT'`),
    /^wallet d: .*a DEPOSIT of parent system BL13GT/,
  ],
  ['tags that are no JSON', set('win', `tags = '{'`), /^wallet w: seq 5, .*: its tags is \{, no JSON/],
  [
    'a reference that is none',
    set('win', `external_reference = ''`),
    /^wallet w: seq 5, .*external_reference is "", no id/,
  ],
  ['an id that is none', set('free', `id = 'x'`), /^wallet w: seq 9, movement x: its id is x, no UUIDv7/],
];
