import { type Entry, BEYOND, bind, FUTURE, idOf, incident, OTHER_ID, OTHER_MONTH } from './damage.js';

export const BINDINGS: readonly Entry[] = [
  [
    "a binding's wallet",
    bind('win', `wallet_id = 'c'`),
    /^wallet w: seq 5, .*bound to walletId c instead of w/,
  ],
  [
    "a binding's wallet that is none",
    bind('late', `wallet_id = 'x'`),
    /^reference late of BL13GT: its wallet x is not/,
  ],
  [
    "a binding's kind",
    bind('win', `kind = 'DEBIT'`),
    /^wallet w: seq 5, .*bound to kind DEBIT instead of CREDIT/,
  ],
  [
    "a binding's kind out of range",
    bind('late', `kind = 'GIFT'`),
    /^reference late of BL13GT: its kind is GIFT/,
  ],
  [
    "a binding's amount",
    bind('back', 'amount_minor = 7'),
    /^wallet w: seq 6, .*amountMinor 7 instead of null/,
  ],
  [
    "a refused binding's amount",
    bind('late', `amount_minor = ${BEYOND}`),
    /^reference late of .*beyond the limits/,
  ],
  [
    "a binding's target",
    bind('back', `target_reference = 'x'`),
    /^wallet w: seq 6, .*targetReference x instead of bet/,
  ],
  [
    "a binding's sub-wallet",
    bind('w-REAL', `sub_wallet = 'BONUS'`),
    /^wallet w: seq 1, .*to subWallet BONUS/,
  ],
  [
    "a binding's command",
    bind('win', `command_id = '${OTHER_ID}'`),
    /^reference win of BL13GT: its id is of 2009/,
  ],
  [
    "a binding's time",
    bind('late', `created_at = ${FUTURE}`),
    /^reference late of BL13GT: .*lies in the future/,
  ],
  [
    'a refusal taken away',
    bind('late', 'refusal = NULL'),
    /^reference late of BL13GT: .*booked, and has no movement/,
  ],
  [
    "a refused win moved to another wallet's",
    bind('late', `wallet_id = 'c'`),
    /^reference late of BL13GT: its session .* is of wallet w, it is of c/,
  ],
  [
    'a tombstone over a booked movement',
    `INSERT INTO reference_bindings (parent_system_id, external_reference, ordinal, kind, wallet_id, refusal, command_id,
       created_at) VALUES ('BL13GT', 'win', 1, 'TOMBSTONE', 'w', 'INVALID_TX_ID', '${OTHER_ID}', ${OTHER_MONTH})`,
    /^wallet w: seq 5, .*: its reference has a tombstone/,
  ],
  [
    'a tombstone with an amount',
    bind('early', 'amount_minor = 1'),
    /^reference early of .*with the content of a movement/,
  ],
  [
    'a bound payment that was refused',
    bind('out', `refusal = 'NOT_FOUND'`),
    /^reference out of .*which binds nothing/,
  ],
];

export const SESSIONS: readonly Entry[] = [
  [
    "a session's wallet",
    `UPDATE sessions SET wallet_id = 'x' WHERE wallet_id = 'd'`,
    /^session .*: its wallet x is not/,
  ],
  [
    "a session's parent",
    `UPDATE sessions SET parent_system_id = 'X'`,
    /^session .*: its parent system X is not there/,
  ],
  [
    'open and closed',
    `UPDATE sessions SET closed_at = created_at WHERE status = 'OPEN'`,
    /^session .*: is OPEN and its closed_at is set/,
  ],
  [
    'closed by nobody',
    `UPDATE sessions SET closed_by = NULL`,
    /^session .*: is CLOSE and its closed_by is missing/,
  ],
  [
    'closed before it was opened',
    `UPDATE sessions SET closed_at = ${OTHER_MONTH} WHERE status = 'CLOSE'`,
    /^session .*: was closed at 2020-.*, before it was opened/,
  ],
  [
    'opened again',
    `UPDATE sessions SET status = 'OPEN', closed_at = NULL, closed_by = NULL`,
    /^session .*, audit entry .*\(session.close\): the session is OPEN/,
  ],
  [
    'closed twice',
    `INSERT INTO audit_entries (id, at, operator_key_id, operator_key_name, action, subject_type, subject_id, after_change)
     SELECT 'ffffffff-ffff-7000-8000-000000000000', at, operator_key_id, operator_key_name, action, subject_type,
       subject_id, after_change FROM audit_entries WHERE action = 'session.close'`,
    /^session .*, audit entry .*: the session was closed again/,
  ],
  [
    "a session's status out of range",
    `UPDATE sessions SET status = 'GONE'`,
    /^session .*: its status is GONE, none of/,
    { check: ['sessions', 'ck_sessions_status'] },
  ],
  [
    "a session's month",
    `UPDATE sessions SET created_at = ${OTHER_MONTH}`,
    /^session .*: its id is of .*created_at 2020/,
  ],
  [
    "a session's instant that is none",
    `UPDATE sessions SET created_at = 'now'`,
    /^session .*created_at is now, no inst/,
    { onlySqlite: true },
  ],
];

export const REST: readonly Entry[] = [
  [
    'paid without a movement',
    incident('late-paid', `movement_id = '${OTHER_ID}'`),
    /^incident .*paid with movement 0123.* not there/,
  ],
  [
    'paid with another movement',
    incident('late-paid', `movement_id = ${idOf('win')}`),
    /^incident .*of another content/,
  ],
  [
    "an incident's payment taken away",
    incident('late-paid', 'movement_id = NULL'),
    /^incident .*, audit .*names movement null/,
  ],
  [
    'resolved by nobody',
    incident('late-paid', 'resolved_by = NULL'),
    /^incident .*: is RESOLVED and its resolved_by/,
  ],
  [
    'open and resolved',
    incident('late', `resolved_at = last_at`),
    /^incident .*: is OPEN and its resolved_at is set/,
  ],
  [
    'an incident opened again',
    incident(
      'late-paid',
      `status = 'OPEN', resolved_at = NULL, resolved_by = NULL, last_at = ${OTHER_MONTH}`,
    ),
    /^incident .*: is OPEN, the audit trail has it resolved since it last came/,
  ],
  [
    "an incident's status out of range",
    incident('late', `status = 'GONE'`),
    /^incident .*: its status is GONE/,
    { check: ['incidents', 'ck_incidents_status'] },
  ],
  [
    "an incident's kind out of range",
    incident('late', `kind = 'GONE'`),
    /^incident .*: its kind is GONE, none of/,
  ],
  ["an incident's count", incident('late', 'times = 0'), /^incident .*: came 0 times/],
  ["an incident's wallet", incident('late', `wallet_id = 'x'`), /^incident .*: its wallet x is not there/],
  [
    "an incident's reference",
    incident('late', `external_reference = 'x'`),
    /^incident .*: its reference x is not bound/,
  ],
  [
    "an incident's time",
    incident('late', `first_at = ${OTHER_MONTH}`),
    /^incident .*: its id is of .*, its first_at 2020/,
  ],
  [
    'paid and called back',
    incident('late-paid', 'called_back_at = last_at'),
    /^incident .*: .*, and called back/,
  ],
  [
    'an incident gone, of which a sighting tells',
    `DELETE FROM incidents WHERE external_reference = 'late'`,
    /^incident .*, sighting .*: the incident is not there/,
  ],
  [
    "a sighting's count",
    `UPDATE incident_sightings SET times = 99`,
    /^incident .*, sighting .*: came 99 times, its/,
  ],
  [
    "a sighting's time",
    `UPDATE incident_sightings SET first_at = ${FUTURE}`,
    /^incident .*, sighting .*in the future/,
  ],
  [
    'no JSON in the trail',
    `UPDATE audit_entries SET after_change = '{' WHERE action = 'wallet.create'`,
    /^wallet .*after_change is \{, no JSON/,
  ],
  [
    'an amount of the trail',
    `UPDATE audit_entries SET after_change = REPLACE(after_change, '"real":1,', '"real":9,') WHERE subject_id = 'd'`,
    /^wallet d, audit .*: left 9 real and 0 bonus, movement .* leaves 100 and 0/,
  ],
  [
    "a trail's time",
    `UPDATE audit_entries SET at = ${OTHER_MONTH}`,
    /^wallet .*, audit .*: its id is of .*, its at 2020/,
  ],
  [
    'a payment of the trail under another wallet',
    `UPDATE audit_entries SET subject_id = 'c' WHERE subject_id = 'd' AND action = 'wallet.deposit'`,
    /^wallet c, audit .*: movement .* is a DEPOSIT d-REAL of wallet d/,
  ],
  [
    "a parent system's status out of range",
    `UPDATE parent_systems SET status = 'GONE'`,
    /^parent system BL13GT: its status is GONE/,
    { check: ['parent_systems', 'ck_parent_systems_status'] },
  ],
  [
    "a parent system's addresses",
    `UPDATE parent_systems SET allowed_addresses = '['`,
    /^parent system BL13GT: .*no JSON/,
  ],
];
