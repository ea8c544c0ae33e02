import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { GpasError } from '../errors/gpas-error.js';
import { classifyDatabaseError } from './database-errors.js';
import { ALONE_AT_ONCE, MAX_TRIES, QUEUE_WAIT_MS, RETRY_BUDGET_MS } from './limits.js';
import { Turns } from './turns.js';

/** How one command ended: done with an answer, or refused by a rule. Neither is told before the commit. */
export type Outcome<Answer> =
  { readonly done: true; readonly answer: Answer } | { readonly done: false; readonly refusal: GpasError };

/**
 * Decides `commands` in order and commits their effects in one transaction.
 * @param attempt 1 at first; above that an earlier try may have been committed without our knowing, so effects that
 * are already there under a command's own id are its own.
 * @returns one outcome for each command, in order.
 */
export type Commit<Command, Answer> = (
  commands: readonly Command[],
  attempt: number,
) => Promise<readonly Outcome<Answer>[]>;

export interface BatchQueueLimits {
  /** Commands that may wait; one more is refused at once. */
  readonly maxQueued: number;
  /** Commands of one transaction. */
  readonly maxBatch: number;
}

interface Waiting<Command, Answer> {
  readonly command: Command;
  readonly since: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const DEFAULT_LIMITS: BatchQueueLimits = { maxQueued: 2_000, maxBatch: 64 };

/**
 * Group commit: commands that arrive while a commit is in flight are committed together by the next one.
 * Holds: nothing waits on a timer, so a lone command is committed at once; commands are decided in the order of their
 * arrival; every answer leaves after the commit it rests on; a failure is retried whole and boundedly, and what still
 * fails is tried command by command, beside the next batches, so that one poisoned command or one stuck row fails alone
 * and holds up nobody.
 */
export class BatchQueue<Command, Answer> {
  private readonly waiting: Waiting<Command, Answer>[] = [];
  private readonly logger: Logger;
  /** Work for many requests must not run, or log, in the context of the one that happened to start it. */
  private readonly inOwnContext = AsyncLocalStorage.snapshot();
  private readonly alone = new Turns(ALONE_AT_ONCE, QUEUE_WAIT_MS);
  private readonly triedAlone = new Set<Promise<void>>();
  private running: Promise<void> | undefined;
  private draining = false;

  constructor(
    name: string,
    private readonly commit: Commit<Command, Answer>,
    private readonly limits: BatchQueueLimits = DEFAULT_LIMITS,
  ) {
    this.logger = new Logger(`BatchQueue ${name}`);
  }

  /**
   * Commits `command` with its neighbours and returns its answer.
   * @throws GpasError the command's own refusal; SYSTEM_ERROR when the queue is full or draining or the database
   * fails. After a SYSTEM_ERROR the effect may be there: the caller sends the same command again.
   */
  submit(command: Command): Promise<Answer> {
    if (this.draining || this.waiting.length + this.triedAlone.size >= this.limits.maxQueued) {
      this.logger.warn(
        this.draining ? 'refused a command: stopping' : 'refused a command: the queue is full',
      );
      return Promise.reject(new GpasError('SYSTEM_ERROR'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, since: performance.now(), resolve, reject });
      this.running ??= this.inOwnContext(() => this.run());
    });
  }

  /** Takes nothing more and resolves when everything taken is answered. */
  async drain(): Promise<void> {
    this.draining = true;
    await this.running;
    await Promise.all(this.triedAlone);
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.limits.maxBatch).filter((entry) => !this.expired(entry));
      if (batch.length > 0) await this.settle(batch);
    }
    this.running = undefined;
  }

  /** What waited too long behind a failing database is refused before it is tried. */
  private expired(entry: Waiting<Command, Answer>): boolean {
    const expired = performance.now() - entry.since > QUEUE_WAIT_MS;
    if (expired) entry.reject(new GpasError('SYSTEM_ERROR'));
    return expired;
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
      for (const entry of batch) this.tryAlone(entry);
    }
  }

  private tryAlone(entry: Waiting<Command, Answer>): void {
    const tried = this.alone
      .take(() => this.commitWhole([entry], 2, MAX_TRIES))
      .catch((error: unknown) => this.fail([entry], error))
      .finally(() => this.triedAlone.delete(tried));
    this.triedAlone.add(tried);
  }

  /**
   * Commits and answers `batch`, retrying what is worth it.
   * @param maxLocked how many failures on locks it may take
   * @throws the last error, when there is nothing to be tried any more
   */
  private async commitWhole(
    batch: readonly Waiting<Command, Answer>[],
    firstAttempt: number,
    maxLocked: number,
  ): Promise<void> {
    const commands = batch.map(({ command }) => command);
    const deadline = performance.now() + RETRY_BUDGET_MS;
    let locked = 0;
    for (let attempt = firstAttempt; ; attempt += 1) {
      try {
        const outcomes = await this.commit(commands, attempt);
        if (outcomes.length !== batch.length)
          throw new Error('A commit must give one outcome for each command');
        answer(batch, outcomes);
        return;
      } catch (error) {
        const errorClass = classifyDatabaseError(error);
        if (errorClass === 'lock') locked += 1;
        const over = errorClass === 'bug' || locked >= maxLocked || attempt >= MAX_TRIES;
        if (over || performance.now() > deadline) throw error;
        this.logger.debug(
          `a batch of ${batch.length} failed (${errorClass}), try ${attempt} of ${MAX_TRIES}`,
        );
      }
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }

  private fail(batch: readonly Waiting<Command, Answer>[], error: unknown): void {
    this.logger.error(`${batch.length} commands failed: ${describe(error)}`);
    for (const { reject } of batch) reject(new GpasError('SYSTEM_ERROR'));
  }
}

function answer<Command, Answer>(
  batch: readonly Waiting<Command, Answer>[],
  outcomes: readonly Outcome<Answer>[],
): void {
  outcomes.forEach((outcome, index) => {
    const entry = batch[index];
    if (outcome.done) entry?.resolve(outcome.answer);
    else entry?.reject(outcome.refusal);
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
