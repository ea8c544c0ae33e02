import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { Options } from 'better-sqlite3';
import type { Row, Statement } from '../statements/statement.js';
import type { Done } from './sqlite-round-trip.js';

/** What the thread is made with. */
export interface Opening {
  readonly path: string;
  readonly options: Options;
}

export type Question =
  { readonly statements: readonly Statement[] } | { readonly pragma: string } | { readonly close: true };

/** To each question one, in their order; the first tells that the file is open. A warning answers nothing. */
export type Answer =
  | { readonly done: readonly Done[] }
  | { readonly message: string; readonly code: string | undefined }
  | { readonly warning: string };

interface Waiting {
  readonly resolve: (done: readonly Done[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An open SQLite file on a thread of its own, so that nothing it does, its `fsync` above all, stops the event loop: for
 * TypeORM it is the driver's database, as far as {@link ThreadedDataSource} leaves it anything to do. One message for each
 * question, however many statements it has. A thread that fails in another way than by a statement takes the process
 * with it: what is on its way is committed or not, as after any crash.
 */
export class SqliteThread {
  /** @throws what better-sqlite3 says of a file that it cannot open */
  readonly opened: Promise<unknown>;
  private readonly worker: Worker;
  private readonly ended: Promise<unknown>;
  private readonly waiting: Waiting[] = [];
  private isClosed = false;

  constructor(path: string, options: Options = {}) {
    const workerData: Opening = { path, options };
    this.worker = new Worker(new URL('./sqlite-worker.js', import.meta.url), { workerData });
    this.ended = new Promise((resolve) => void this.worker.once('exit', resolve));
    this.worker.on('message', (answer: Answer) => this.hear(answer));
    this.opened = this.answer();
  }

  /** Runs statements one after the other; the first that fails ends them. */
  run(statements: readonly Statement[]): Promise<readonly Done[]> {
    return this.ask({ statements });
  }

  /** The same for a {@link RoundTrip}. */
  async roundTrip(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]> {
    const done = await this.run(statements);
    return done.map((one) => (Array.isArray(one) ? (one as Row[]) : []));
  }

  /** In its turn, also where nobody waits for it; then one that fails ends the process. */
  async pragma(source: string): Promise<unknown> {
    return (await this.ask({ pragma: source }))[0];
  }

  /** Ends the thread, after what it was asked before; TypeORM does not wait for that. */
  async close(): Promise<void> {
    const closed = this.isClosed ? undefined : this.ask({ close: true });
    this.isClosed = true;
    await closed;
    await this.ended;
  }

  private ask(question: Question): Promise<readonly Done[]> {
    if (this.isClosed) return Promise.reject(new TypeError('The database connection is not open'));
    this.worker.postMessage(question);
    return this.answer();
  }

  private answer(): Promise<readonly Done[]> {
    return new Promise((resolve, reject) => void this.waiting.push({ resolve, reject }));
  }

  private hear(answer: Answer): void {
    if ('warning' in answer) return new Logger('Database').warn(answer.warning);
    const waiting = this.waiting.shift();
    if ('done' in answer) waiting?.resolve(answer.done);
    else waiting?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }
}
