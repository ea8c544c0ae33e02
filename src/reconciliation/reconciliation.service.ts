import { Injectable } from '@nestjs/common';
import { instantFrom, instantText } from '../database/columns.js';
import { idsOf } from '../database/id-range.js';
import { Pace } from '../database/pace.js';
import { Turns } from '../database/turns.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { GamesService } from '../games/games.service.js';
import { daysBetween, midnightAfter, type Slice, startOfDay } from './days.js';
import {
  type KnownGame,
  type MovementName,
  type NamedMovement,
  type Part,
  type PartialSum,
  reportOf,
  type ReportRow,
  sessionsOf,
  type SessionSum,
  type SessionTotals,
  UNKNOWN,
} from './report.rules.js';

const MAX_DAYS = 31;
const REPORT_WAIT_MS = 60_000;
/** In movements. */
const SHORTEST_PART = 500;

export interface ReportRange {
  /** `YYYY-MM-DD`, UTC, both included. */
  readonly dateFrom: string;
  readonly dateTo: string;
  readonly providerCode?: string;
  /** Only its movements; those of all where none is named. */
  readonly parentSystemId?: string;
}

/** Names one row of the report. */
export interface RowName {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string;
  readonly gameId: string;
  readonly currency: string;
}

/** What the statements below have in common; sums are text on MySQL and numbers on SQLite. */
interface KindRow {
  readonly currency: string;
  readonly decimals: number;
  readonly kind: 'DEBIT' | 'CREDIT' | 'ROLLBACK';
}
interface PartRow extends KindRow {
  /** 1 where money came to the wallet, -1 where it went. */
  readonly gave: string | number;
  readonly high: string | number;
  readonly low: string | number;
  readonly number: string | number;
}
type SumRow = PartRow & { readonly game_id: string | null };
type SessionRow = PartRow & { readonly session_id: string; readonly wallet_id: string };
type MovementRow = KindRow & {
  /** Of what a rollback takes back. */
  readonly target_kind: 'DEBIT' | 'CREDIT' | null;
  readonly external_reference: string;
  readonly game_id: string | null;
  readonly amount_minor: string | number;
};

type ReadSlice<T> = (reader: Reader, slice: Slice) => Promise<T[]>;

/**
 * Answers GPAS's daily question for totals (protocol §1.7), from the movements themselves. It reads slice by slice
 * from the index of days and rests between them, so that play goes on beside it.
 */
@Injectable()
export class ReconciliationService {
  /** However many ask, reading takes no more from play than one report does. */
  private readonly oneAtATime = new Turns(1, REPORT_WAIT_MS);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly games: GamesService,
  ) {}

  /** @throws GpasError INVALID_REQUEST for a range that is reversed, impossible or longer than 31 days */
  async report({ dateFrom, dateTo, providerCode, parentSystemId }: ReportRange): Promise<ReportRow[]> {
    const from = dayOf('date_from', dateFrom);
    const to = dayOf('date_to', dateTo);
    if (from > to) throw new GpasError('INVALID_REQUEST', 'date_from must not be after date_to');
    if (daysBetween(from, to) > MAX_DAYS) {
      throw new GpasError('INVALID_REQUEST', `date_from and date_to must be at most ${MAX_DAYS} days`);
    }
    return this.oneAtATime.take(async () => {
      const sums = await this.readDays(from, to, (reader, slice) => readSums(reader, slice, parentSystemId));
      return reportOf(sums, await this.findGames(sums), providerCode);
    });
  }

  /**
   * What each session adds to one row of the report, the latest session first.
   * @throws GpasError INVALID_REQUEST for a day that is none
   */
  async sessions(row: RowName): Promise<SessionTotals[]> {
    const day = dayOf('date', row.date);
    return this.oneAtATime.take(async () =>
      sessionsOf(await this.readDays(day, day, (reader, slice) => readSessionSums(reader, slice, row))),
    );
  }

  /**
   * The bets, wins and rollbacks of one day, part by part; of one parent system where it is named.
   * @throws GpasError INVALID_REQUEST for a day that is none
   */
  async *movements(date: string, parentSystemId?: string): AsyncGenerator<NamedMovement[]> {
    const day = dayOf('date', date);
    yield* this.partsOf(day, day, (reader, slice) => readMovements(reader, slice, parentSystemId));
  }

  private async readDays<T>(from: Date, to: Date, read: ReadSlice<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const part of this.partsOf(from, to, read)) {
      for (const each of part) all.push(each); // there may be more than a call may have arguments
    }
    return all;
  }

  /** Each part is as many movements as the ones before were quick to read: a quiet day is one, a busy second may be. */
  private async *partsOf<T>(from: Date, to: Date, read: ReadSlice<T>): AsyncGenerator<T[]> {
    const pace = new Pace(SHORTEST_PART);
    const end = midnightAfter(to);
    for (let start = from; start < end;) {
      const { result, load } = await this.unitOfWork.readGently(async (reader) => {
        const slice = await sliceFrom(reader, start, pace.length);
        return { slice, part: await read(reader, slice) };
      });
      yield result.part;
      start = result.slice.until;
      // The last of a day may be short: of how much could be read at once it says nothing.
      if (start < midnightAfter(result.slice.from)) pace.learn(load);
    }
  }

  private async findGames(sums: readonly PartialSum[]): Promise<ReadonlyMap<string, KnownGame>> {
    const ids = [...new Set(sums.flatMap(({ gameId }) => gameId ?? []))];
    const games = new Map<string, KnownGame>();
    for (let start = 0; start < ids.length; start += 500) {
      const found = await this.unitOfWork.read((reader) =>
        this.games.findAll(reader, ids.slice(start, start + 500)),
      );
      for (const game of found) games.set(game.id, game);
    }
    return games;
  }
}

/** The low bits and the rest are summed apart: a sum of amounts of 15 digits does not fit into 64 bits. */
const LOW_BITS = 20;
const SUMS = `SUM(m.amount_minor >> ${LOW_BITS}) AS high, SUM(m.amount_minor & ${2 ** LOW_BITS - 1}) AS low, COUNT(*) AS number`;
const KIND = 'w.currency, w.decimals, m.kind';
/** The index of days has no target; which way the money went tells the same, and where none did, nothing adds up. */
const GAVE = `CASE WHEN m.real_delta_minor + m.bonus_delta_minor > 0 THEN 1
  WHEN m.real_delta_minor + m.bonus_delta_minor < 0 THEN -1 ELSE 0 END AS gave`;
const BY_KIND = 'w.currency, w.decimals, m.kind, gave';
/** Every movement has its wallet; LEFT keeps a database from beginning with those, and reading all they ever did. */
const MOVED = 'FROM movements m LEFT JOIN wallets w ON w.id = m.wallet_id';
const PLAYED = `WHERE m.created_at >= ? AND m.created_at < ? AND m.kind IN ('DEBIT', 'CREDIT', 'ROLLBACK')`;

/**
 * The index of days has no parent system: to keep to one costs a look at each row, and rows lie in the order of their time.
 * COALESCE keeps a database from the index of references, by which it would read all that the parent system ever did.
 */
function ofParentSystem(parentSystemId: string | undefined): [condition: string, parameters: string[]] {
  return parentSystemId === undefined
    ? ['', []]
    : [`AND COALESCE(m.parent_system_id, '') = ?`, [parentSystemId]];
}

/** From `start` on at most so many movements, but always all of an instant, and none past midnight. */
async function sliceFrom(reader: Reader, start: Date, movements: number): Promise<Slice> {
  const midnight = midnightAfter(start);
  const [next] = await reader.query<{ created_at: string | Date }[]>(
    `SELECT created_at FROM movements WHERE created_at >= ? AND created_at < ?
     ORDER BY created_at LIMIT 1 OFFSET ${movements}`,
    [instantText(start), instantText(midnight)],
  );
  const until = next ? instantFrom(next.created_at) : midnight;
  return {
    date: start.toISOString().slice(0, 10),
    from: start,
    until: new Date(Math.max(Number(until), Number(start) + 1)),
  };
}

async function readSums(
  reader: Reader,
  { date, from, until }: Slice,
  parentSystemId: string | undefined,
): Promise<PartialSum[]> {
  const [condition, parameters] = ofParentSystem(parentSystemId);
  const rows = await reader.query<SumRow[]>(
    `SELECT m.game_id, ${KIND}, ${GAVE}, ${SUMS} ${MOVED} ${PLAYED} ${condition}
     GROUP BY m.game_id, ${BY_KIND}`,
    [instantText(from), instantText(until), ...parameters],
  );
  return rows.map((row) => ({ date, gameId: row.game_id, ...partOf(row) }));
}

/** By the index of the game, or that of the day, whichever the database finds shorter. */
async function readSessionSums(
  reader: Reader,
  { from, until }: Slice,
  { gameId, currency }: RowName,
): Promise<SessionSum[]> {
  const isOfGame = gameId === UNKNOWN ? '(m.game_id = ? OR m.game_id IS NULL)' : 'm.game_id = ?';
  const rows = await reader.query<SessionRow[]>(
    `SELECT m.session_id, m.wallet_id, ${KIND}, ${GAVE}, ${SUMS} ${MOVED} ${PLAYED}
       AND ${isOfGame} AND w.currency = ? AND m.id >= ? AND m.id < ?
     GROUP BY m.session_id, m.wallet_id, ${BY_KIND}`,
    [instantText(from), instantText(until), gameId, currency, ...idsOf({ from, until })],
  );
  return rows.map((row) => ({ sessionId: row.session_id, walletId: row.wallet_id, ...partOf(row) }));
}

/** The reference is read from the row, so what a rollback takes back costs one more key, and only of rollbacks. */
async function readMovements(
  reader: Reader,
  { date, from, until }: Slice,
  parentSystemId: string | undefined,
): Promise<NamedMovement[]> {
  const [condition, parameters] = ofParentSystem(parentSystemId);
  const rows = await reader.query<MovementRow[]>(
    `SELECT m.external_reference, m.game_id, m.amount_minor, ${KIND}, t.kind AS target_kind
     ${MOVED} LEFT JOIN movements t ON t.id = m.target_movement_id ${PLAYED} ${condition}`,
    [instantText(from), instantText(until), ...parameters],
  );
  return rows.map((row) => ({
    date,
    gameId: row.game_id,
    reference: row.external_reference,
    currency: row.currency,
    decimals: row.decimals,
    kind: nameOf(row.kind, row.target_kind),
    amountMinor: BigInt(row.amount_minor),
    count: 1,
  }));
}

function partOf(row: PartRow): Part {
  return {
    currency: row.currency,
    decimals: row.decimals,
    kind: partKindOf(row),
    amountMinor: (BigInt(row.high) << BigInt(LOW_BITS)) + BigInt(row.low),
    count: Number(row.number),
  };
}

function partKindOf({ kind, gave }: PartRow): Part['kind'] {
  const way = Number(gave);
  if (kind === 'ROLLBACK' && way === 0) return 'EMPTY_ROLLBACK';
  return nameOf(kind, way > 0 ? 'DEBIT' : 'CREDIT');
}

/** @param target what a rollback takes back */
function nameOf(kind: KindRow['kind'], target: MovementRow['target_kind']): MovementName {
  if (kind === 'DEBIT') return 'BET';
  if (kind === 'CREDIT') return 'WIN';
  return target === 'DEBIT' ? 'BET_ROLLBACK' : 'WIN_ROLLBACK';
}

function dayOf(name: string, text: string): Date {
  const day = startOfDay(text);
  if (!day) throw new GpasError('INVALID_REQUEST', `${name} must be a day like 2026-02-05`);
  return day;
}
