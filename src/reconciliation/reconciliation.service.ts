import { Injectable } from '@nestjs/common';
import { instantText } from '../database/columns.js';
import { idsOf } from '../database/id-range.js';
import { Turns } from '../database/turns.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { GamesService } from '../games/games.service.js';
import { daysBetween, midnightAfter, type Period, restOf, type Slice, startOfDay } from './days.js';
import {
  type KnownGame,
  type NamedMovement,
  type PartialSum,
  reportOf,
  type ReportRow,
  sessionsOf,
  type SessionSum,
  type SessionTotals,
  UNKNOWN,
} from './report.rules.js';
import { gentlePartsOf, type ReadSlice } from './totals/gentle-parts.js';
import { type KeptDay, readKeptDay } from './totals/kept-totals.js';
import {
  BY_KIND,
  GAVE,
  KIND,
  type KindRow,
  MOVED,
  nameOf,
  ofParentSystem,
  type PartRow,
  partOf,
  PLAYED,
  readSums,
  SUMS,
} from './totals/movement-sums.js';

const MAX_DAYS = 31;
const REPORT_WAIT_MS = 60_000;

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

type SessionRow = PartRow & { readonly session_id: string; readonly wallet_id: string };
type MovementRow = KindRow & {
  /** Of what a rollback takes back. */
  readonly target_kind: 'DEBIT' | 'CREDIT' | null;
  readonly external_reference: string;
  readonly game_id: string | null;
  readonly amount_minor: string | number;
};

/**
 * Answers GPAS's daily question for totals (protocol §1.7), from the totals that are kept of hours which are over, and
 * else from the movements themselves: those it reads slice by slice from the index of days and rests between them, so that
 * play goes on beside it.
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
      const sums: PartialSum[] = [];
      for (let day = from; day <= to; day = midnightAfter(day)) {
        const kept = await this.readKept(day, day < to, parentSystemId);
        for (const sum of await this.complete(day, kept, parentSystemId)) sums.push(sum);
      }
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
      sessionsOf(await this.readAll(wholeDay(day), (reader, slice) => readSessionSums(reader, slice, row))),
    );
  }

  /**
   * The bets, wins and rollbacks of one day, part by part; of one parent system where it is named.
   * @throws GpasError INVALID_REQUEST for a day that is none
   */
  async *movements(date: string, parentSystemId?: string): AsyncGenerator<NamedMovement[]> {
    const day = dayOf('date', date);
    yield* gentlePartsOf(this.unitOfWork, wholeDay(day), (reader, slice) =>
      readMovements(reader, slice, parentSystemId),
    );
  }

  /** The totals of hours are read quickly: whoever asks for one day waits for no rest behind them. */
  private async readKept(day: Date, restsAfterwards: boolean, parentSystemId?: string): Promise<KeptDay> {
    const read = (reader: Reader): Promise<KeptDay> => readKeptDay(reader, wholeDay(day), parentSystemId);
    return restsAfterwards ? (await this.unitOfWork.readGently(read)).result : this.unitOfWork.read(read);
  }

  /** With the sums over the movements of those hours that have no totals. */
  private async complete(day: Date, kept: KeptDay, parentSystemId?: string): Promise<PartialSum[]> {
    const sums = [...kept.sums];
    for (const period of restOf(wholeDay(day), kept.hours)) {
      const rest = await this.readAll(period, (reader, slice) => readSums(reader, slice, parentSystemId));
      for (const sum of rest) sums.push(sum); // there may be more than a call may have arguments
    }
    return sums;
  }

  private async readAll<T>(period: Period, read: ReadSlice<T[]>): Promise<T[]> {
    const all: T[] = [];
    for await (const part of gentlePartsOf(this.unitOfWork, period, read)) {
      for (const each of part) all.push(each);
    }
    return all;
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

function dayOf(name: string, text: string): Date {
  const day = startOfDay(text);
  if (!day) throw new GpasError('INVALID_REQUEST', `${name} must be a day like 2026-02-05`);
  return day;
}

function wholeDay(day: Date): Period {
  return { from: day, until: midnightAfter(day) };
}
