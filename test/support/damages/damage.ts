/**
 * One of the table of damages (`damages.ts`): what somebody with a SQL prompt, a bad disk or a faulty release could leave of the small ledger
 * (`small-ledger.ts`), and what must be said of it. Each is done to a ledger of its own.
 */
export interface Damage {
  readonly name: string;
  /** One statement or several, for either engine. */
  readonly sql: string | readonly string[];
  /** The whole line, or a part of it. */
  readonly says: RegExp;
  /** A check constraint that stands in the way, and is taken away first. */
  readonly check?: readonly [table: string, name: string];
  /** The engine refuses such a row, whatever constraints are dropped; SQLite keeps anything in any column. */
  readonly onlySqlite?: true;
}

/** Of that reference. */
export const of = (reference: string): string => `WHERE external_reference = '${reference}'`;
export const set = (reference: string, change: string): string =>
  `UPDATE movements SET ${change} ${of(reference)}`;
export const bind = (reference: string, change: string): string =>
  `UPDATE reference_bindings SET ${change} ${of(reference)}`;
export const wallet = (change: string, id = 'w'): string => `UPDATE wallets SET ${change} WHERE id = '${id}'`;
export const incident = (reference: string, change: string): string =>
  `UPDATE incidents SET ${change} ${of(reference)}`;
export const lose = (...references: string[]): string[] =>
  ['movements', 'reference_bindings'].flatMap((table) =>
    references.map((reference) => `DELETE FROM ${table} ${of(reference)}`),
  );
/** Takes the incidents away with all that they came with. */
export const silence = (reference: string): string[] => [
  `DELETE FROM incident_sightings WHERE incident_id IN (SELECT id FROM incidents ${of(reference)})`,
  `DELETE FROM incidents ${of(reference)}`,
];
/** Twice removed, because MySQL does not read the table that a statement changes. */
export const idOf = (reference: string): string =>
  `(SELECT id FROM (SELECT id FROM movements ${of(reference)}) AS other)`;
export const sessionOf = (walletId: string, status = 'OPEN'): string =>
  `(SELECT MIN(id) FROM sessions WHERE wallet_id = '${walletId}' AND status = '${status}')`;
export const BEYOND = '1000000000000000';
export const OTHER_MONTH = `'2020-01-31 12:00:00.000'`;
export const FUTURE = `'2099-01-31 12:00:00.000'`;
export const OTHER_ID = '01234567-89ab-7000-8000-000000000001';

export type Entry = [name: string, sql: Damage['sql'], says: RegExp, more?: Partial<Damage>];
export const damagesOf = (entries: readonly Entry[]): Damage[] =>
  entries.map(([name, sql, says, more]) => ({ name, sql, says, ...more }));
