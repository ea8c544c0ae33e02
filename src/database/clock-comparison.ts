import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { clockDifferenceSeconds } from '../metrics/metrics.js';
import { UnitOfWork } from './unit-of-work.js';

const EVERY_MS = 60_000;
/** A difference that is told. */
const TOLD_MS = 1_000;

/**
 * Compares this process's clock with the database's, at the start and every minute (protocol §5, "Time"). AuthTokens, launches and the
 * end of a secret are judged by this clock, and several processes have one database.
 */
@Injectable()
export class ClockComparison implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Clock');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.compare();
    this.timer = setInterval(() => void this.compare(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async compare(): Promise<void> {
    try {
      const { difference, uncertainty } = await this.unitOfWork.read((reader) =>
        this.measure((sql) => reader.query<{ now: string }[]>(sql)),
      );
      clockDifferenceSeconds.set(difference / 1_000);
      if (Math.abs(difference) - uncertainty <= TOLD_MS) return;
      const seconds = (Math.abs(difference) / 1_000).toFixed(1);
      const side = difference > 0 ? 'ahead of' : 'behind';
      this.logger.warn(`This clock is ${seconds} s ${side} the database's: run NTP on both machines`);
    } catch (error) {
      this.logger.warn(`The database's clock could not be read: ${(error as Error).message}`);
    }
  }

  /** Milliseconds by which this clock is ahead of the database's, give or take half of the way there and back. */
  private async measure(
    query: (sql: string) => Promise<{ now: string }[]>,
  ): Promise<{ difference: number; uncertainty: number }> {
    const clock =
      this.dataSource.options.type === 'mysql'
        ? 'CAST(UTC_TIMESTAMP(3) AS CHAR)'
        : `strftime('%Y-%m-%d %H:%M:%f', 'now')`;
    const [asked, startedAt] = [Date.now(), performance.now()];
    const [row] = await query(`SELECT ${clock} AS now`);
    const uncertainty = (performance.now() - startedAt) / 2;
    const theirs = Date.parse(`${row?.now.replace(' ', 'T') ?? ''}Z`);
    return { difference: asked + uncertainty - theirs, uncertainty };
  }
}
