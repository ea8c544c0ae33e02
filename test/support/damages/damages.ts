import { type Damage, damagesOf } from './damage.js';
import { GONE } from './gone.js';
import { MOVEMENTS } from './movements.js';
import { BINDINGS, REST, SESSIONS } from './records.js';
import { TOTALS } from './totals.js';
import { WALLETS } from './wallets.js';

/** The table of damages; see {@link Damage}. */
export const DAMAGES: readonly Damage[] = damagesOf([
  ...WALLETS,
  ...GONE,
  ...MOVEMENTS,
  ...BINDINGS,
  ...SESSIONS,
  ...REST,
  ...TOTALS,
]);
