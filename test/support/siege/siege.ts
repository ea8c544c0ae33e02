import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { OPERATOR_KEY, PARENT_SYSTEM_ID } from '../gpas.js';

/** Of each flood: how much was sent, and how often it ended in which way. */
export type Told = Readonly<
  Record<string, { readonly sent: number; readonly ended: Readonly<Record<string, number>> }>
>;

/** Everything at once that a server must stand (`attackers.js`), from a process beside this one. */
export class Siege {
  private constructor(private readonly child: ChildProcess) {}

  static begin(url: string): Siege {
    const attackers = join(import.meta.dirname, 'attackers.js');
    return new Siege(fork(attackers, [url, OPERATOR_KEY, PARENT_SYSTEM_ID], { execArgv: [] }));
  }

  /** Ends it, and returns what it was. */
  async end(): Promise<Told> {
    const told = once(this.child, 'message');
    this.child.send('end');
    return ((await told) as [Told])[0];
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
