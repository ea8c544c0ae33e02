import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { HOUR_MS, hourFrom, type Period } from '../days.js';
import { gentlePartsOf, type ReadSlice } from './gentle-parts.js';
import { replaceTotals } from './kept-totals.js';
import { type ListedHour, ListedHours, SETTLED_MS, settledUntil } from './listed-hours.js';
import { countPlayed, type HourSum, readSumsToKeep } from './movement-sums.js';

const EVERY_MS = 60_000;
/** Movements: some milliseconds on either engine. */
const COUNTED_AT_ONCE = 20_000;

/** How many hours were made again, and how many not: somebody else made them meanwhile, or they cannot be made. */
export interface Rebuilt {
  readonly made: number;
  readonly left: number;
}

/**
 * Keeps the totals of hours that are over, so that the report of a closed day need not read what moved in it (ADR 9). Holds:
 *
 * 1. A report is the sum over the movements. An hour is answered from its totals only where it is marked as checked, and is
 *    marked in the transaction that writes them; every other hour is summed from the movements.
 * 2. Movements are only ever added, so totals are right exactly where their hour has as many movements as they were made
 *    of. An hour is made a quarter of an hour after its end, and counted again each time that its age has tripled, for ever:
 *    what came later by a wrong clock is found then, and the hour is made again.
 * 3. Who takes an hour on puts it off first, to an instant of its own, and keeps what it found only where that still
 *    stands: of several servers one makes it, and who is killed leaves it as it was, due again some minutes later.
 * 4. No bet waits for any of it: movements are read gently, part by part, and no transaction here touches their rows.
 */
@Injectable()
export class TotalsMaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Totals');
  private readonly hours: ListedHours;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly unitOfWork: UnitOfWork) {
    this.hours = new ListedHours(unitOfWork);
  }

  onApplicationBootstrap(): void {
    this.wait((1 + Math.random()) * EVERY_MS); // a start has enough to do; and servers that start together need not look together
  }

  /** What is under way ends with the part that it reads. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /**
   * Makes the totals of every hour that has none and is settled, and counts those again that are due.
   * @throws Error of the database; what was done until then is done
   */
  async bringUpToDate(): Promise<void> {
    for (;;) {
      const now = await this.hours.now();
      await this.hours.list(await this.hours.settled(now), now);
      const due = await this.hours.due(now);
      if (due.length === 0 || this.isStopped) return;
      for (const hour of due) await this.check(hour, now);
    }
  }

  /**
   * Makes the totals of a period again whatever they are, as far as it is settled; of all that moved where none is named.
   */
  async rebuild(period: Period | undefined, onHour: (made: number) => void): Promise<Rebuilt> {
    const now = await this.hours.now();
    const settled = await this.hours.settled(now);
    const first = await this.hours.first();
    const from = period?.from ?? (first !== null && first < settled.from ? first : settled.from);
    const until = period && period.until < settled.until ? period.until : settled.until;
    await this.hours.list({ from, until }, now);
    const [rebuilt, hours] = [{ made: 0, left: 0 }, await this.hours.within({ from, until })];
    for (const hour of hours) {
      const taken = await this.hours.takeOn(hour, now);
      rebuilt[taken && (await this.make(taken, now)) ? 'made' : 'left'] += 1;
      onHour(rebuilt.made);
    }
    return rebuilt;
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.bringUpToDate()
        .catch((error: unknown) => {
          this.logger.warn(`The totals of hours could not be made: ${(error as Error).message}`);
        })
        .finally(() => {
          if (!this.isStopped) this.wait(EVERY_MS);
        });
    }, ms).unref();
  }

  private async check(listed: ListedHour, now: Date): Promise<void> {
    if (this.isStopped) return;
    const taken = await this.hours.takeOn(listed, now);
    if (!taken) return;
    const { until } = hourFrom(taken.hour);
    if (until > settledUntil(now)) {
      // It was made by a clock that ran ahead, and goes on.
      await this.hours.keep(taken, { movements: 0, checkedAt: null, dueAt: later(until, SETTLED_MS) }, []);
    } else if (taken.checkedAt === null || (await this.count(taken)) !== taken.movements) {
      await this.make(taken, now);
    } else {
      await this.hours.keep(taken, checked(taken, now), []);
    }
  }

  private async make(taken: ListedHour, now: Date): Promise<boolean> {
    const sums = new Map<string, HourSum>();
    const parts = await this.read(hourFrom(taken.hour), readSumsToKeep);
    for (const sum of parts?.flat() ?? []) {
      const { parentSystemId, gameId, currency, decimals, kind } = sum;
      const key = JSON.stringify([parentSystemId, gameId, currency, decimals, kind]);
      const before = sums.get(key) ?? { high: 0n, low: 0n, count: 0 };
      sums.set(key, {
        ...sum,
        high: before.high + sum.high,
        low: before.low + sum.low,
        count: before.count + sum.count,
      });
    }
    // Of a wallet that is not there nobody knows the currency: such an hour is answered as it is found.
    if (!parts || [...sums.values()].some(({ currency }) => currency === null)) return false;
    const movements = [...sums.values()].reduce((all, { count }) => all + count, 0);
    const found = checked({ ...taken, movements }, now);
    return this.hours.keep(taken, found, replaceTotals(taken.hour, [...sums.values()]));
  }

  /** From the index alone, in as many parts as its movements need if they came evenly; or null where it was stopped between two. */
  private async count({ hour, movements }: ListedHour): Promise<number | null> {
    const parts = Math.max(1, Math.ceil(movements / COUNTED_AT_ONCE));
    let count = 0;
    for (let part = 0; part < parts; part += 1) {
      if (this.isStopped) return null;
      const endOf = (parted: number): Date => later(hour, Math.floor((parted * HOUR_MS) / parts));
      const period = { from: endOf(part), until: endOf(part + 1) };
      const { result } = await this.unitOfWork.readGently((reader) => countPlayed(reader, period));
      count += result;
    }
    return count;
  }

  /** All parts of a period, or null where it was stopped between two of them. */
  private async read<T>(period: Period, slice: ReadSlice<T>): Promise<T[] | null> {
    const parts: T[] = [];
    for await (const part of gentlePartsOf(this.unitOfWork, period, slice)) {
      if (this.isStopped) return null;
      parts.push(part);
    }
    return parts;
  }
}

/** Right as of now; due again when it is three times as old, which is seven times in six weeks. */
function checked({ hour, movements }: ListedHour, now: Date): Omit<ListedHour, 'hour'> {
  const age = Math.max(Number(now) - Number(hourFrom(hour).until), SETTLED_MS);
  return { movements, checkedAt: now, dueAt: later(now, 2 * age) };
}

function later(instant: Date, ms: number): Date {
  return new Date(Number(instant) + ms);
}
