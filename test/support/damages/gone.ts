import { type Entry, lose, of, sessionOf, silence, wallet } from './damage.js';

export const GONE: readonly Entry[] = [
  ['a movement gone', `DELETE FROM movements ${of('win')}`, /^wallet w: seq 6, .*: follows seq 4/],
  [
    'the last movement gone',
    `DELETE FROM movements ${of('last')}`,
    /^wallet w: the wallet's seq is 13, .* is 12/,
  ],
  [
    'the last movement gone and the wallet set back',
    [`DELETE FROM movements ${of('last')}`, wallet('real_minor = 5600, seq = 12')],
    /^reference last of BL13GT: is bound as a CREDIT that was booked, and has no movement/,
  ],
  [
    'the last movements gone with their bindings, one the target of a refused rollback',
    [...lose('c-win', 'c-bet'), wallet('real_minor = 1000, seq = 1', 'c')],
    /^reference c-claw of BL13GT: a ROLLBACK of c-win, whose movement is not there/,
  ],
  [
    'the same with that rollback, of which an incident tells',
    [...lose('c-win', 'c-bet', 'c-claw'), wallet('real_minor = 1000, seq = 1', 'c')],
    /^incident .*: its reference c-claw is not bound; the movement of c-win, .* is not there/,
  ],
  [
    'a deposit gone with its binding, of which the trail tells',
    [...lose('d-REAL'), wallet('real_minor = 0, seq = 0', 'd')],
    /^wallet d, audit entry .*\(wallet.deposit\): its movement .* is not there/,
  ],
  [
    'a paid win gone with its binding',
    lose('late-paid'),
    /^incident .*: its reference late-paid is not bound; was paid with movement .*, which is not there/,
  ],
  [
    'a target gone',
    lose('bet'),
    /^wallet w: seq 4, .*: follows seq 2; seq 6, .*: reverses movement .*, which is not there/,
  ],
  ['a booked rollback gone', lose('back'), /^reference back-again of BL13GT: .* and the first is not there/],
  ['a binding gone', `DELETE FROM reference_bindings ${of('win')}`, /^wallet w: seq 5, .* is not bound/],
  [
    "a tombstone's rollback gone",
    `DELETE FROM reference_bindings ${of('early-back')}`,
    /^reference early of BL13GT: a TOMBSTONE, and the rollback that left it is not there/,
  ],
  [
    "a second tombstone's rollback gone",
    `DELETE FROM reference_bindings ${of('late-void-back')}`,
    /^reference late-void of BL13GT: a TOMBSTONE, and the rollback/,
  ],
  [
    'a tombstone gone, which its rollback presupposes',
    `DELETE FROM reference_bindings ${of('early')}`,
    /^reference early-back of BL13GT: .*early, which is neither bound nor buried/,
  ],
  [
    'the same, of which an incident tells',
    `DELETE FROM reference_bindings ${of('early')}`,
    /^incident .*: its reference early is not bound; its reference early has no tombstone/,
  ],
  [
    'what a tombstone lies over gone',
    `DELETE FROM reference_bindings ${of('late-void')} AND ordinal = 0`,
    /^reference late-void of BL13GT: a TOMBSTONE over a first sight that is not there/,
  ],
  [
    'a refused bet gone, over which a tombstone lies',
    `DELETE FROM reference_bindings ${of('too-much')} AND ordinal = 0`,
    /^reference too-much of BL13GT: a TOMBSTONE over a first sight that is not there/,
  ],
  [
    'a refused win gone',
    `DELETE FROM reference_bindings ${of('late')}`,
    /^incident .*: its reference late is not bound/,
  ],
  [
    'a refused win whose incident is gone',
    silence('nowhere'),
    /^reference nowhere of BL13GT: a CREDIT that was refused, neither booked nor called back, and no incident tells/,
  ],
  [
    'a late win whose incident is gone',
    silence('late'),
    /^reference late of BL13GT: a CREDIT that was refused, .*no incident tells/,
  ],
  [
    "a bet's refused rollback whose incident is gone",
    silence('mixed-back'),
    /^reference mixed-back of BL13GT: a ROLLBACK of mixed, a bet not given back, .*no incident tells/,
  ],
  [
    "a movement's session gone",
    `DELETE FROM sessions WHERE wallet_id = 'c'`,
    /^wallet c: .*its session .* is not there/,
  ],
  [
    "a refused reference's session gone",
    `DELETE FROM sessions WHERE id = ${sessionOf('w', 'CLOSE').replace('FROM sessions', 'FROM (SELECT * FROM sessions) AS s')}`,
    /^reference late of BL13GT: its session .* is not there/,
  ],
  [
    'a parent system gone',
    `DELETE FROM parent_systems WHERE id = 'BL13GT'`,
    /^session .*its parent system BL13GT is not/,
  ],
  [
    "a deposit's line of the trail gone",
    `DELETE FROM audit_entries WHERE action = 'wallet.deposit' AND subject_id = 'd'`,
    /^wallet d: seq 1, .*: has no line in the audit trail/,
  ],
  [
    "a withdrawal's line of the trail gone",
    `DELETE FROM audit_entries WHERE action = 'wallet.withdraw'`,
    /^wallet w: seq 10, .*: has no line in the audit trail/,
  ],
  [
    "a resolution's line of the trail gone",
    `DELETE FROM audit_entries WHERE action = 'incident.resolve'`,
    /^incident .*: was resolved without a line in the audit trail/,
  ],
];
