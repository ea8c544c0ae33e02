import { randomInt } from 'node:crypto';
import { instantFrom, instantText } from '../../database/columns.js';
import { classifyDatabaseError } from '../../database/database-errors.js';
import { insertInto, type Row, type Statement } from '../../database/statements/statement.js';
import type { Reader, UnitOfWork } from '../../database/unit-of-work.js';
import { HOUR_MS, hourFrom, type Period, startOfHour } from '../days.js';

/**
 * How long an hour is over before its totals are made, by the database's clock. More than a movement takes from its instant to its commit
 * (ten seconds at most), by however much the clocks of servers may differ beside it.
 */
export const SETTLED_MS = 15 * 60_000;
/** How far back hours are listed: one clock that was set to 1970 must not make half a million of them. */
const LISTED_MS = 400 * 24 * HOUR_MS;
/** Within which whoever took an hour on has ended, or was killed. */
const TAKEN_ON_MS = 10 * 60_000;
const HOURS_AT_ONCE = 500;

export interface ListedHour {
  readonly hour: Date;
  readonly movements: number;
  readonly checkedAt: Date | null;
  readonly dueAt: Date;
}

/**
 * The table of hours: which have totals that may be answered, and when each is to be looked at again. Several servers work it
 * off at once: who takes an hour on puts it off to an instant that is like no other, and what it found is kept only where that
 * still stands there.
 */
export class ListedHours {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The database's clock, of which there is one: those of servers may differ. To the second. */
  async now(): Promise<Date> {
    const [row] = await this.unitOfWork.read((reader) =>
      reader.query<{ now: string | Date }[]>('SELECT CURRENT_TIMESTAMP AS now'),
    );
    if (!row) throw new Error('The database does not tell its time');
    return instantFrom(row.now);
  }

  /** From the first movement, or 400 days ago, to the last hour that is settled. */
  async settled(now: Date): Promise<Period> {
    const [row] = await this.unitOfWork.read((reader) =>
      reader.query<{ first: string | Date | null }[]>('SELECT MIN(created_at) AS first FROM movements'),
    );
    const until = settledUntil(now);
    const first = row?.first ? startOfHour(instantFrom(row.first)) : until;
    return { from: new Date(Math.max(Number(first), Number(until) - LISTED_MS)), until };
  }

  /** Lists the hours of a period that are not listed yet, to be made at once. */
  async list({ from, until }: Period, now: Date): Promise<void> {
    if (from >= until) return;
    const values = [instantText(from), instantText(until)];
    const within = 'FROM movement_hours WHERE hour >= ? AND hour < ?';
    const { result } = await this.unitOfWork.readGently(async (reader) => {
      const [row] = await reader.query<{ number: string | number }[]>(
        `SELECT COUNT(*) AS number ${within}`,
        values,
      );
      if (Number(row?.number) === (Number(until) - Number(from)) / HOUR_MS) return null;
      return reader.query<{ hour: string | Date }[]>(`SELECT hour ${within}`, values);
    });
    if (result === null) return;
    const listed = new Set(result.map(({ hour }) => Number(instantFrom(hour))));
    const missing: Date[] = [];
    for (let hour = from; hour < until; { until: hour } = hourFrom(hour)) {
      if (!listed.has(Number(hour))) missing.push(hour);
    }
    for (let start = 0; start < missing.length; start += HOURS_AT_ONCE) {
      await this.add(missing.slice(start, start + HOURS_AT_ONCE), now);
    }
  }

  /** Those that are to be looked at, the latest first: also what was made by a clock that has been set back since. */
  due(now: Date): Promise<ListedHour[]> {
    return this.unitOfWork.read((reader) =>
      select(
        reader,
        `WHERE due_at <= ? OR checked_at > ? ORDER BY hour DESC LIMIT ${HOURS_AT_ONCE}`,
        now,
        now,
      ),
    );
  }

  within({ from, until }: Period): Promise<ListedHour[]> {
    return this.unitOfWork.read((reader) =>
      select(reader, 'WHERE hour >= ? AND hour < ? ORDER BY hour DESC', from, until),
    );
  }

  /** The beginning of the first one; null where none is listed. */
  async first(): Promise<Date | null> {
    const [row] = await this.unitOfWork.read((reader) => select(reader, 'ORDER BY hour LIMIT 1'));
    return row?.hour ?? null;
  }

  /**
   * What was checked by a clock that has been set back since counts for nothing.
   * @returns the hour as it is put off; null where somebody else has taken it on since it was read
   */
  takeOn({ hour, dueAt }: ListedHour, now: Date): Promise<ListedHour | null> {
    const putOff = new Date(Number(now) + TAKEN_ON_MS + randomInt(60_000));
    return this.change(hour, dueAt, (row) => {
      const checkedAt = row.checkedAt && row.checkedAt > now ? null : row.checkedAt;
      const taken = { ...row, checkedAt, dueAt: putOff };
      return { result: taken, statements: [update(taken)] };
    });
  }

  /**
   * Keeps what was found of an hour that was taken on, with these statements, in one transaction.
   * @returns false where another took it on since: then nothing is kept
   */
  async keep(
    taken: ListedHour,
    found: Omit<ListedHour, 'hour'>,
    statements: readonly Statement[],
  ): Promise<boolean> {
    const kept = await this.change(taken.hour, taken.dueAt, () => ({
      result: true,
      statements: [...statements, update({ ...found, hour: taken.hour })],
    }));
    return kept ?? false;
  }

  /** Locks the row of the hour, which stands for all that belongs to it, and changes it where it is still due then. */
  private change<T>(
    hour: Date,
    dueAt: Date,
    to: (row: ListedHour) => { result: T; statements: readonly Statement[] },
  ): Promise<T | null> {
    return this.unitOfWork.change(async (transaction) => {
      const [[row] = []] = await transaction.select([
        { sql: `${SELECT} WHERE hour = ? ${transaction.rowLockClause}`, values: [instantText(hour)] },
      ]);
      if (!row || Number(listedOf(row).dueAt) !== Number(dueAt)) return null;
      const { result, statements } = to(listedOf(row));
      transaction.writeLast(statements);
      return result;
    });
  }

  private async add(hours: readonly Date[], now: Date): Promise<void> {
    const rows = hours.map((hour) => [instantText(hour), 0, null, instantText(now)]);
    try {
      await this.unitOfWork.change((transaction) => {
        transaction.writeLast(
          insertInto('movement_hours', ['hour', 'movements', 'checked_at', 'due_at'], rows),
        );
        return Promise.resolve();
      });
    } catch (error) {
      // Another server was faster with one of them; the others are listed the next time.
      if (classifyDatabaseError(error) !== 'duplicate') throw error;
    }
  }
}

/** The end of the last hour whose movements are all committed. */
export function settledUntil(now: Date): Date {
  return startOfHour(new Date(Number(now) - SETTLED_MS));
}

const SELECT = 'SELECT hour, movements, checked_at, due_at FROM movement_hours';

async function select(reader: Reader, conditions: string, ...instants: Date[]): Promise<ListedHour[]> {
  const rows = await reader.query<Row[]>(`${SELECT} ${conditions}`, instants.map(instantText));
  return rows.map(listedOf);
}

function listedOf(row: Row): ListedHour {
  const { hour, movements, checked_at: checkedAt, due_at: dueAt } = row;
  return {
    hour: instantFrom(hour as string | Date),
    movements: Number(movements),
    checkedAt: checkedAt === null ? null : instantFrom(checkedAt as string | Date),
    dueAt: instantFrom(dueAt as string | Date),
  };
}

function update({ hour, movements, checkedAt, dueAt }: ListedHour): Statement {
  return {
    sql: 'UPDATE movement_hours SET movements = ?, checked_at = ?, due_at = ? WHERE hour = ?',
    values: [movements, checkedAt && instantText(checkedAt), instantText(dueAt), instantText(hour)],
  };
}
