import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { quantile } from '../figures/statistics.js';
import { endWithUs } from '../machine/temporary-folder.js';
import type { Distance, Trips } from './proxy.js';

const ASKED = 50;

/** The same database, as far away as it is told to be. */
export class DistantDatabase {
  private ms = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<DistantDatabase> {
    const child = endWithUs(fork(join(import.meta.dirname, 'proxy.js'), [String(targetPort)]));
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return new DistantDatabase(child, port);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  through(url: string): string {
    return url.replace(/:\d+\//, `:${this.port}/`);
  }

  async setDistance(ms: number): Promise<void> {
    this.ms = ms;
    await this.trips();
  }

  /** The trips to it so far. */
  async trips(): Promise<number> {
    const answer = once(this.child, 'message');
    this.child.send({ ms: this.ms } satisfies Distance);
    const [{ trips }] = (await answer) as [Trips];
    return trips;
  }

  /** How long a statement that does nothing takes: milliseconds, the median of some. */
  async measure(): Promise<number> {
    const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: 'root' });
    const times: number[] = [];
    for (let turn = 0; turn < ASKED; turn += 1) {
      const startedAt = performance.now();
      await connection.query('DO 0');
      times.push(performance.now() - startedAt);
    }
    connection.destroy();
    return quantile(
      times.sort((a, b) => a - b),
      0.5,
    );
  }
}
