import { query } from '../databases.js';
import { WALLETS } from './history.js';
import type { Asked, Call, Played } from './player.js';

/*
 * What must be true of any history, from what was sent and answered alone: plain sums and look-ups, nothing of the rules' own.
 */

/** What the database has of a reference in the end. */
interface Incident {
  readonly external_reference: string;
  readonly kind: string;
  readonly status: string;
  readonly called_back_at: unknown;
  readonly movement_id: string | null;
  readonly sent_body: string;
  readonly wallet_id: string | null;
  readonly session_id: string;
  readonly amount_minor: number | string | null;
}

export interface Rows {
  readonly balances: ReadonlyMap<string, number>;
  /** Of GPAS's calls: ids by wallet. */
  readonly movementIds: ReadonlyMap<string, readonly string[]>;
  /** Each with one of its contents: once for each that it came with. */
  readonly incidents: ReadonlyMap<string, readonly Incident[]>;
  readonly tombstones: ReadonlySet<string>;
}

export async function rowsOf(url: string): Promise<Rows> {
  const wallets = await query<{ id: string; total: number | string }>(
    url,
    'SELECT id, real_minor + bonus_minor AS total FROM wallets',
  );
  const movements = await query<{ id: string; wallet_id: string }>(
    url,
    `SELECT id, wallet_id FROM movements WHERE kind IN ('DEBIT', 'CREDIT', 'ROLLBACK')`,
  );
  const incidents = await query<Incident>(
    url,
    `SELECT i.external_reference, i.kind, i.status, i.called_back_at, i.movement_id, s.wallet_id, s.session_id,
       s.amount_minor, s.sent_body
     FROM incidents i JOIN incident_sightings s ON s.incident_id = i.id`,
  );
  const tombstones = await query<{ external_reference: string }>(
    url,
    `SELECT external_reference FROM reference_bindings WHERE kind = 'TOMBSTONE'`,
  );
  return {
    balances: new Map(wallets.map(({ id, total }) => [id, Number(total)])),
    movementIds: groupBy(movements, 'wallet_id', ({ id }) => id),
    incidents: groupBy(incidents, 'external_reference', (incident) => incident),
    tombstones: new Set(tombstones.map(({ external_reference: reference }) => reference)),
  };
}

/** Money that moved, as whoever asked for it was told. */
interface Booking extends Omit<Asked, 'sessionId'> {
  readonly movementId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/**
 * @returns what became of the calls of one history, for counting
 * @throws Error with the first line that does not hold
 */
export function checkMoneyLines(played: Played, rows: Rows): string[] {
  const holds = (condition: boolean, line: string, about: unknown): void => {
    if (!condition) throw new Error(`${line}: ${JSON.stringify({ about, ...played }, withoutHeaders, 1)}`);
  };
  const { calls, posted } = played;
  for (const call of calls) holds(call.answer.status < 500, 'every call has an answer', call);

  const bookings = new Map<string, Booking>();
  for (const booking of [...calls.flatMap(bookingOf), ...posted].sort(
    (a, b) => a.answeredAt - b.answeredAt,
  )) {
    const first = bookings.get(booking.reference);
    holds(!first || sameContent(first, booking), 'a reference is booked with one content', booking);
    holds(!first || first.movementId === booking.movementId, 'nothing is booked twice', booking);
    if (!first) bookings.set(booking.reference, booking);
  }
  const givenBack = new Map<string, Booking>();
  for (const booking of bookings.values()) {
    if (booking.kind !== 'ROLLBACK') continue;
    holds(!givenBack.has(booking.target ?? ''), 'nothing is rolled back twice', booking);
    givenBack.set(booking.target ?? '', booking);
  }

  for (const booking of bookings.values()) {
    const callBack = calls.find((call) => hasCalledBack(call, booking, played));
    holds(!callBack, 'what GPAS had called back is not booked', { booking, callBack });
  }

  for (const [name, { startMinor }] of Object.entries(WALLETS)) {
    const walletId = `${played.name}-${name}`;
    const own = [...bookings.values()].filter((booking) => booking.walletId === walletId);
    const sum = own.reduce<number>((total, booking) => total + effectOf(booking, bookings), startMinor);
    const balance = rows.balances.get(walletId);
    holds(balance === sum && sum >= 0, 'a balance is the sum of what was booked', { walletId, balance, sum });
    const ids = own.map(({ movementId }) => movementId).sort();
    const kept = [...(rows.movementIds.get(walletId) ?? [])].sort();
    holds(ids.join() === kept.join(), 'what is booked was told, and what was told is booked', { ids, kept });
  }

  return calls.map((call) => {
    const { answer, kind, reference } = call;
    const booking = bookings.get(reference);
    const isBooked = booking !== undefined && sameContent(booking, call);
    if (answer.status < 300 || answer.headers['x-movement-id'] !== undefined) {
      holds(isBooked, 'what is said to be booked is booked', call);
      return `${kind} ${answer.status < 300 ? 'booked' : 'repeated'}`;
    }
    const { code } = answer.body as { code: number };
    const told = (rows.incidents.get(reference) ?? []).filter((incident) => isOf(incident, call));
    if (kind === 'CREDIT') holds(told.length > 0, 'a win that is not paid is told', call);
    if (kind === 'ROLLBACK' && wasOpenBet(call, bookings) && !givenBack.has(call.target ?? '')) {
      holds(told.length > 0, 'a rollback of a bet that is not booked is told', call);
    }
    return `${kind} ${code} ${fateOf(told, isBooked, rows.tombstones.has(reference))}`;
  });
}

function withoutHeaders(name: string, value: unknown): unknown {
  return name === 'headers' || name === 'body' ? undefined : value;
}

function bookingOf({ answer, ...asked }: Call): Booking[] {
  return answer.status < 300
    ? [{ ...asked, movementId: (answer.body as { movementId: string }).movementId }]
    : [];
}

function sameContent(one: Omit<Asked, 'sessionId'>, other: Omit<Asked, 'sessionId'>): boolean {
  const keys = ['kind', 'reference', 'walletId', 'amountMinor', 'target'] as const;
  return keys.every((key) => one[key] === other[key]);
}

/**
 * Before the booking was asked for, under a reference that was not used or called back before: such a body may be somebody
 * else's, who made up the query. Under no known session it stops a person only.
 */
function hasCalledBack(call: Call, booking: Booking, { calls, posted }: Played): boolean {
  const isPosted = posted.some(({ movementId }) => movementId === booking.movementId);
  const isOwn = call.walletId === booking.walletId || (isPosted && call.walletId === null);
  const isFirst = calls.every(
    (other) =>
      other === call ||
      other.sentAt >= call.answeredAt ||
      (other.reference !== call.reference && other.target !== call.reference),
  );
  const isOfIt = call.target === booking.reference && call.target !== call.reference;
  const isPlay = booking.kind === 'CREDIT' || booking.kind === 'DEBIT';
  return isPlay && isOfIt && isOwn && isFirst && call.answeredAt <= booking.sentAt;
}

/** What the wallet gained. */
function effectOf({ kind, amountMinor, target }: Booking, bookings: ReadonlyMap<string, Booking>): number {
  if (kind !== 'ROLLBACK') return kind === 'CREDIT' ? Number(amountMinor) : -Number(amountMinor);
  const reversed = bookings.get(target ?? '');
  return reversed === undefined || reversed.kind === 'ROLLBACK' ? NaN : -effectOf(reversed, bookings);
}

/** Charged before the rollback was sent. */
function wasOpenBet({ target, sentAt }: Call, bookings: ReadonlyMap<string, Booking>): boolean {
  const bet = bookings.get(target ?? '');
  return bet?.kind === 'DEBIT' && bet.answeredAt <= sentAt;
}

/** A conflict is told with calls of any kind. */
function kindOf(sentBody: string): string {
  const { typeCode } = JSON.parse(sentBody) as { typeCode?: string };
  return typeCode?.replace('GAME_', '') ?? 'ROLLBACK';
}

/** One of its contents is this call's. */
function isOf(incident: Incident, { kind, walletId, sessionId, amountMinor }: Call): boolean {
  const amount = incident.amount_minor === null ? null : Number(incident.amount_minor);
  return (
    kindOf(incident.sent_body) === kind &&
    incident.wallet_id === walletId &&
    incident.session_id === sessionId &&
    amount === amountMinor
  );
}

function fateOf(told: readonly Incident[], isBooked: boolean, isBuried: boolean): string {
  if (told.some(({ movement_id: movementId }) => movementId !== null)) return 'posted';
  if (isBooked) return 'booked after all';
  if (isBuried || told.some(({ called_back_at: at }) => at !== null)) return 'called back';
  if (told.length === 0) return 'untold';
  return told.some(({ status }) => status === 'OPEN') ? 'open' : 'resolved';
}

function groupBy<Row, Value>(
  rows: readonly Row[],
  key: keyof Row & string,
  valueOf: (row: Row) => Value,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const name = String(row[key]);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(valueOf(row));
  }
  return groups;
}
