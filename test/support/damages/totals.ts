import { type Entry, OTHER_MONTH } from './damage.js';

/** Of the small ledger, which was played just now, no hour has totals yet. */
const hour = (at: string, movements: number): string =>
  `INSERT INTO movement_hours (hour, movements, checked_at, due_at) VALUES (${at}, ${movements}, ${OTHER_MONTH}, ${OTHER_MONTH})`;

export const TOTALS: readonly Entry[] = [
  [
    'totals of what never moved',
    [
      hour(OTHER_MONTH, 0),
      `INSERT INTO movement_totals (hour, ordinal, parent_system_id, game_id, currency, decimals, kind, amount_high, amount_low, movements)
       VALUES (${OTHER_MONTH}, 0, 'BL13GT', NULL, 'EUR', 2, 'BET', 1, 5, 1)`,
    ],
    /^totals of 2020-01-31 12:00: BET none EUR 2 BL13GT: none, kept as 1 of 1048581 minor units; npm run totals:rebuild -- --from 2020-01-31 --to 2020-01-31 makes them again$/,
  ],
  [
    'totals of an hour that is not listed',
    `INSERT INTO movement_totals (hour, ordinal, parent_system_id, game_id, currency, decimals, kind, amount_high, amount_low, movements)
     VALUES (${OTHER_MONTH}, 0, 'BL13GT', NULL, 'EUR', 2, 'BET', 1, 5, 1)`,
    /^totals of 2020-01-31 12:00: their hour is not listed; npm/,
  ],
  [
    'an hour that counts movements that are not there',
    hour(OTHER_MONTH, 3),
    /^totals of 2020-01-31 12:00: made of 3 movements, there are 0; npm/,
  ],
  ['an hour that begins between two', hour(`'2020-01-31 12:30:00.000'`, 0), /12:30: no hour begins then/],
  [
    'an hour that was checked at no time',
    [hour(OTHER_MONTH, 0), `UPDATE movement_hours SET checked_at = 'never'`],
    /^totals of 2020-01-31 12:00: its checked_at is never, no instant/,
    { onlySqlite: true },
  ],
];
