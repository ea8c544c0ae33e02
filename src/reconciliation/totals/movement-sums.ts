import { instantText } from '../../database/columns.js';
import type { Reader } from '../../database/unit-of-work.js';
import type { Period, Slice } from '../days.js';
import type { MovementName, Part, PartialSum } from '../report.rules.js';

/** What the statements over movements have in common; sums are text on MySQL and numbers on SQLite. */
export interface KindRow {
  readonly currency: string;
  readonly decimals: number;
  readonly kind: 'DEBIT' | 'CREDIT' | 'ROLLBACK';
}

export interface PartRow extends KindRow {
  /** 1 where money came to the wallet, -1 where it went. */
  readonly gave: string | number;
  readonly high: string | number;
  readonly low: string | number;
  readonly number: string | number;
}

type SumRow = PartRow & { readonly game_id: string | null };

/** What one parent system's movements of one kind, game and currency come to; a sum in two numbers of 64 bits. */
export interface HourSum extends Pick<Part, 'kind' | 'count'> {
  /** Null, as the decimals, where the wallet is not there. */
  readonly currency: string | null;
  readonly decimals: number | null;
  readonly parentSystemId: string;
  readonly gameId: string | null;
  readonly high: bigint;
  readonly low: bigint;
}

/** The low bits and the rest are summed apart: a sum of amounts of 15 digits does not fit into 64 bits. */
export const LOW_BITS = 20;
export const SUMS = `SUM(m.amount_minor >> ${LOW_BITS}) AS high, SUM(m.amount_minor & ${2 ** LOW_BITS - 1}) AS low, COUNT(*) AS number`;
export const KIND = 'w.currency, w.decimals, m.kind';
/** The index of days has no target; which way the money went tells the same, and where none did, nothing adds up. */
export const GAVE = `CASE WHEN m.real_delta_minor + m.bonus_delta_minor > 0 THEN 1
  WHEN m.real_delta_minor + m.bonus_delta_minor < 0 THEN -1 ELSE 0 END AS gave`;
export const BY_KIND = 'w.currency, w.decimals, m.kind, gave';
/** Every movement has its wallet; LEFT keeps a database from beginning with those, and reading all they ever did. */
export const MOVED = 'FROM movements m LEFT JOIN wallets w ON w.id = m.wallet_id';
export const PLAYED = `WHERE m.created_at >= ? AND m.created_at < ? AND m.kind IN ('DEBIT', 'CREDIT', 'ROLLBACK')`;

/**
 * The index of days has no parent system: to keep to one costs a look at each row, and rows lie in the order of their time.
 * COALESCE keeps a database from the index of references, by which it would read all that the parent system ever did.
 */
export function ofParentSystem(parentSystemId: string | undefined): [condition: string, values: string[]] {
  return parentSystemId === undefined
    ? ['', []]
    : [`AND COALESCE(m.parent_system_id, '') = ?`, [parentSystemId]];
}

/** The sums over the movements of a slice, of one parent system where it is named. */
export async function readSums(
  reader: Reader,
  { date, from, until }: Slice,
  parentSystemId: string | undefined,
): Promise<PartialSum[]> {
  const [condition, values] = ofParentSystem(parentSystemId);
  const rows = await reader.query<SumRow[]>(
    `SELECT m.game_id, ${KIND}, ${GAVE}, ${SUMS} ${MOVED} ${PLAYED} ${condition}
     GROUP BY m.game_id, ${BY_KIND}`,
    [instantText(from), instantText(until), ...values],
  );
  return rows.map((row) => ({ date, gameId: row.game_id, ...partOf(row) }));
}

/** The same of each parent system. */
export async function readSumsToKeep(reader: Reader, { from, until }: Period): Promise<HourSum[]> {
  const rows = await reader.query<(SumRow & { readonly parent_system_id: string })[]>(
    `SELECT m.parent_system_id, m.game_id, ${KIND}, ${GAVE}, ${SUMS} ${MOVED} ${PLAYED}
     GROUP BY m.parent_system_id, m.game_id, ${BY_KIND}`,
    [instantText(from), instantText(until)],
  );
  return rows.map((row) => ({
    parentSystemId: row.parent_system_id,
    gameId: row.game_id,
    currency: row.currency,
    decimals: row.decimals,
    kind: partKindOf(row),
    high: BigInt(row.high),
    low: BigInt(row.low),
    count: Number(row.number),
  }));
}

/** How many there are of those that sums are made of. */
export async function countPlayed(reader: Reader, { from, until }: Period): Promise<number> {
  const [row] = await reader.query<{ number: string | number }[]>(
    `SELECT COUNT(*) AS number FROM movements m ${PLAYED}`,
    [instantText(from), instantText(until)],
  );
  return Number(row?.number);
}

export function partOf(row: PartRow): Part {
  return {
    currency: row.currency,
    decimals: row.decimals,
    kind: partKindOf(row),
    amountMinor: amountOf(BigInt(row.high), BigInt(row.low)),
    count: Number(row.number),
  };
}

/** The sum that was made in two numbers. */
export function amountOf(high: bigint, low: bigint): bigint {
  return (high << BigInt(LOW_BITS)) + low;
}

function partKindOf({ kind, gave }: PartRow): Part['kind'] {
  const way = Number(gave);
  if (kind === 'ROLLBACK' && way === 0) return 'EMPTY_ROLLBACK';
  return nameOf(kind, way > 0 ? 'DEBIT' : 'CREDIT');
}

/** @param target what a rollback takes back */
export function nameOf(kind: KindRow['kind'], target: 'DEBIT' | 'CREDIT' | null): MovementName {
  if (kind === 'DEBIT') return 'BET';
  if (kind === 'CREDIT') return 'WIN';
  return target === 'DEBIT' ? 'BET_ROLLBACK' : 'WIN_ROLLBACK';
}
