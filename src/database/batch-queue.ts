import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { GpasError } from '../errors/gpas-error.js';
import { classifyDatabaseError } from './database-errors.js';
import { batchCommands, commitSeconds, failedTries, queuedCommands } from '../metrics/metrics.js';
import { LAST_TRY_MS, MAX_TRIES } from './waits.js';
import { Turns } from './turns.js';

/** How one command ended: done with an answer, or refused by a rule. Neither is told before the commit. */
export type CommandResult<Answer> =
  { readonly done: true; readonly answer: Answer } | { readonly done: false; readonly refusal: GpasError };

/**
 * Decides `commands` in order and commits their effects in one transaction.
 * @param attempt 1 at first; above that an earlier try may have been committed without our knowing, so effects that
 * are already there under a command's own id are its own.
 * @returns one result for each command, in order.
 */
export type Commit<Command, Answer> = (
  commands: readonly Command[],
  attempt: number,
) => Promise<readonly CommandResult<Answer>[]>;

export interface BatchQueueOptions<Command> {
  /** For the log. */
  readonly name: string;
  /**
   * What commands contend for: those with the same lane lock the same rows, so where one is stuck the others of its
   * lane would be too.
   */
  readonly laneOf: (command: Command) => string;
  /** Commands that are tried alone at the same time; fewer than connections, so that the batches go on beside them. */
  readonly aloneAtOnce: number;
  /** Commands that may wait; one more is refused at once. */
  readonly maxQueued?: number;
  /** Commands of one transaction, and so most ids in one of its statements. */
  readonly maxBatch?: number;
}

interface Waiting<Command, Answer> {
  readonly command: Command;
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** The commands of one lane that are tried one by one, the first of them now. */
interface Lane<Command, Answer> {
  readonly entries: Waiting<Command, Answer>[];
  finished: Promise<void>;
}

/**
 * Group commit: commands that arrive while a commit is in flight are committed together by the next one.
 * Holds: nothing waits on a timer, so a lone command is committed at once; commands are decided in the order of their
 * arrival; every answer leaves after the commit it rests on; a failure is retried whole and boundedly, and what still
 * fails is tried command by command, one of each lane at a time, beside the next batches. So one poisoned command or
 * one stuck row fails alone, and whoever comes to a stuck row later waits in its lane and not in everybody's way. A
 * lane ends when one of it gets through, for then nothing holds its rows: the others go the common way, before newcomers.
 * So a command is tried only once those of its lane that came before it are answered, or with them in one batch; and
 * no try starts later than LAST_TRY_MS after its command came, nor is anybody answered later than a try after that.
 */
export class BatchQueue<Command, Answer> {
  private waiting: Waiting<Command, Answer>[] = [];
  private readonly lanes = new Map<string, Lane<Command, Answer>>();
  private readonly name: string;
  private readonly logger: Logger;
  /** Work for many requests must not run, or log, in the context of the one that happened to start it. */
  private readonly inOwnContext = AsyncLocalStorage.snapshot();
  private readonly alone: Turns;
  private readonly laneOf: (command: Command) => string;
  private readonly maxQueued: number;
  private readonly maxBatch: number;
  private running = false;
  private finished = Promise.resolve();
  private draining = false;

  constructor(
    { name, laneOf, aloneAtOnce, maxQueued = 2_000, maxBatch = 64 }: BatchQueueOptions<Command>,
    private readonly commit: Commit<Command, Answer>,
  ) {
    this.name = name;
    this.logger = new Logger(`BatchQueue ${name}`);
    this.alone = new Turns(aloneAtOnce, LAST_TRY_MS);
    this.laneOf = laneOf;
    this.maxQueued = maxQueued;
    this.maxBatch = maxBatch;
  }

  /**
   * Commits `command` with its neighbours and returns its answer.
   * @throws GpasError the command's own refusal; SYSTEM_ERROR when the queue is full or draining or the database
   * fails. After a SYSTEM_ERROR the effect may be there: the caller sends the same command again.
   */
  submit(command: Command): Promise<Answer> {
    if (this.draining || this.queued() >= this.maxQueued) {
      this.logger.warn(
        this.draining ? 'refused a command: stopping' : 'refused a command: the queue is full',
      );
      return Promise.reject(new GpasError('SYSTEM_ERROR'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, since: performance.now(), resolve, reject });
      this.start();
    });
  }

  /** Takes nothing more and resolves when everything taken is answered. */
  async drain(): Promise<void> {
    this.draining = true;
    while (this.running || this.lanes.size > 0) {
      await Promise.all([this.finished, ...Array.from(this.lanes.values(), ({ finished }) => finished)]);
    }
  }

  private queued(): number {
    let count = this.waiting.length;
    for (const { entries } of this.lanes.values()) count += entries.length;
    return count;
  }

  private start(): void {
    if (!this.running && this.waiting.length > 0) this.finished = this.inOwnContext(() => this.run());
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      queuedCommands.set({ queue: this.name }, this.queued());
      const batch = this.waiting.splice(0, this.maxBatch).filter((entry) => !this.joinsStuckLane(entry));
      if (batch.length > 0) await this.settle(batch);
    }
    this.running = false;
    queuedCommands.set({ queue: this.name }, this.queued());
  }

  private joinsStuckLane(entry: Waiting<Command, Answer>): boolean {
    const lane = this.lanes.get(this.laneOf(entry.command));
    if (!lane) return false;
    lane.entries.push(entry);
    return true;
  }

  private async settle(batch: readonly Waiting<Command, Answer>[]): Promise<void> {
    try {
      await this.commitWhole(batch, 1, batch.length > 1 ? 2 : 1);
    } catch (error) {
      const errorClass = classifyDatabaseError(error);
      const alone =
        errorClass === 'lock' || (batch.length > 1 && (errorClass === 'bug' || errorClass === 'duplicate'));
      if (!alone) {
        this.fail(batch, error);
        return;
      }
      this.logger.warn(`a batch of ${batch.length} failed (${errorClass}), trying each command alone`);
      for (const entry of batch) if (!this.expired(entry)) this.tryAlone(entry);
    }
  }

  private tryAlone(entry: Waiting<Command, Answer>): void {
    const name = this.laneOf(entry.command);
    const known = this.lanes.get(name);
    if (known) {
      known.entries.push(entry);
      return;
    }
    const lane = { entries: [entry], finished: Promise.resolve() };
    this.lanes.set(name, lane);
    lane.finished = this.runLane(name, lane);
  }

  private async runLane(name: string, { entries }: Lane<Command, Answer>): Promise<void> {
    let isThrough = false;
    for (let entry = entries[0]; entry && !isThrough; entry = entries[0]) {
      isThrough = await this.tryInLane(entry);
      entries.shift();
      // It is as stuck as before: whoever came meanwhile keeps the lane alive.
      if (!isThrough) this.waiting = this.waiting.filter((newcomer) => !this.joinsStuckLane(newcomer));
    }
    this.lanes.delete(name); // before anybody else runs: what joined a lane that has ended would wait for ever
    this.waiting.unshift(...entries);
    this.start();
  }

  /** @returns whether it was committed: if not, something may still hold its rows. It is answered in either case. */
  private async tryInLane(entry: Waiting<Command, Answer>): Promise<boolean> {
    for (let locked = 1; !this.expired(entry); locked += 1) {
      try {
        // Its place is given up after each failure on a lock: the other lanes come first then.
        return await this.alone.take(() => this.commitWhole([entry], 2, 1), LAST_TRY_MS - ageMs(entry));
      } catch (error) {
        if (classifyDatabaseError(error) !== 'lock' || locked >= MAX_TRIES) {
          this.fail([entry], error);
          return false;
        }
      }
    }
    return false;
  }

  /**
   * Commits and answers those of `batch` that have not waited too long, retrying what is worth it.
   * @param maxLocked how many failures on locks it may take
   * @returns whether there was one that had not, and it was committed
   * @throws the last error, when there is nothing to be tried any more
   */
  private async commitWhole(
    batch: readonly Waiting<Command, Answer>[],
    firstAttempt: number,
    maxLocked: number,
  ): Promise<boolean> {
    let locked = 0;
    for (let attempt = firstAttempt; ; attempt += 1) {
      const current = batch.filter((entry) => !this.expired(entry));
      if (current.length === 0) return false;
      const endTry = commitSeconds.startTimer({ queue: this.name });
      try {
        const results = await this.commit(
          current.map(({ command }) => command),
          attempt,
        );
        endTry();
        batchCommands.observe({ queue: this.name }, current.length);
        if (results.length !== current.length)
          throw new Error('A commit must give one result for each command');
        answer(current, results);
        return true;
      } catch (error) {
        const errorClass = classifyDatabaseError(error);
        endTry();
        failedTries.inc({ queue: this.name, error_class: errorClass });
        if (errorClass === 'lock') locked += 1;
        if (errorClass === 'bug' || locked >= maxLocked || attempt >= MAX_TRIES) throw error;
        this.logger.debug(
          `a batch of ${batch.length} failed (${errorClass}), try ${attempt} of ${MAX_TRIES}`,
        );
      }
      await pause(Math.random() * 20 * 2 ** attempt);
      this.waiting = this.waiting.filter((entry) => !this.expired(entry));
    }
  }

  /** What has waited too long, behind a failing database or a stuck row, is refused and not tried again. */
  private expired(entry: Waiting<Command, Answer>): boolean {
    const expired = ageMs(entry) > LAST_TRY_MS;
    if (expired) entry.reject(new GpasError('SYSTEM_ERROR'));
    return expired;
  }

  private fail(batch: readonly Waiting<Command, Answer>[], error: unknown): void {
    this.logger.error(`${batch.length} commands failed: ${describe(error)}`);
    for (const { reject } of batch) reject(new GpasError('SYSTEM_ERROR'));
  }
}

function answer<Command, Answer>(
  batch: readonly Waiting<Command, Answer>[],
  results: readonly CommandResult<Answer>[],
): void {
  results.forEach((result, index) => {
    const entry = batch[index];
    if (result.done) entry?.resolve(result.answer);
    else entry?.reject(result.refusal);
  });
}

function ageMs({ since }: { readonly since: number }): number {
  return performance.now() - since;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
