import { type Entry, FUTURE, wallet } from './damage.js';

export const WALLETS: readonly Entry[] = [
  ['a balance', wallet('real_minor = real_minor + 1'), /^wallet w: the wallet has 6001 real/],
  ['a bonus balance', wallet('bonus_minor = bonus_minor - 1'), /^wallet w: .* 3299 bonus/],
  ['a seq raised', wallet('seq = seq + 1'), /^wallet w: the wallet's seq is 14, .* is 13$/],
  ['a seq set back', wallet('seq = seq - 1'), /^wallet w: .*has movements up to seq 13, beyond .* 12/],
  ['a wallet gone', `DELETE FROM wallets WHERE id = 'c'`, /^wallet c: has movements but does not exist/],
  [
    'an empty wallet gone',
    `DELETE FROM wallets WHERE id = 'empty'`,
    /^wallet empty, audit .*wallet is not there/,
  ],
  ['a currency of other decimals', wallet(`currency = 'JPY'`), /^wallet w: has 2 decimals, JPY has 0/],
  [
    'another currency',
    wallet(`currency = 'USD'`),
    /^wallet w, audit .*currency USD, it was created with EUR/,
  ],
  ['a currency that is none', wallet(`currency = 'XXX'`), /^wallet w: its currency XXX is none/],
  ['decimals', wallet('decimals = 3'), /^wallet w: has 3 decimals, EUR has 2/],
  [
    'currency and decimals of a wallet without a line of its creation',
    wallet(`currency = 'KWD', decimals = 3`, '2sdf1sd'),
    /^wallet 2sdf1sd, audit .*leaves 900000 and 0 in a currency of 3 decimals/,
  ],
  [
    'a player unblocked',
    wallet(`status = 'ACTIVE'`, 'blocked'),
    /^wallet blocked, .*is ACTIVE, it was made BLOCKED/,
  ],
  [
    "a wallet's player",
    wallet(`player_id = 'x'`),
    /^wallet w, .*has player x, it was created with player-of-w/,
  ],
  ["a wallet's code", wallet(`code = 'SPORT'`), /^wallet w, .*has code SPORT, it was created with CASINO/],
  [
    "a wallet's status out of range",
    wallet(`status = 'GONE'`),
    /^wallet w: its status is GONE, none of/,
    { check: ['wallets', 'ck_wallets_status'] },
  ],
  [
    'a wallet younger than its money',
    wallet(`created_at = ${FUTURE}`),
    /^wallet w: has movements from before it/,
  ],
  ['a wallet of the future', wallet(`created_at = ${FUTURE}`, 'empty'), /^wallet empty: .* in the future/],
  [
    'a fraction',
    wallet('real_minor = 10.5'),
    /^wallet w: its real_minor is 10.5, no whole/,
    { onlySqlite: true },
  ],
  ['a word', wallet(`seq = 'ten'`), /^wallet w: its seq is ten, no whole number/, { onlySqlite: true }],
];
