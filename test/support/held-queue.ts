import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { GpasError } from '../../src/errors/gpas-error.js';
import { BatchQueue, type BatchQueueOptions } from '../../src/database/batch-queue.js';

export const ALONE_AT_ONCE = 4;

export const lockWait = (): Error => Object.assign(new Error('ER_LOCK_WAIT_TIMEOUT'), { errno: 1205 });
export const connectionReset = (): Error => Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' });

/** Milliseconds on the queue's clock. */
export const clock = { now: 0 };

/**
 * A queue whose first command, `head`, is in commit until `open`, so that what follows is one batch. `fails` says
 * what the commit of a later batch fails with, if it does.
 */
export function heldQueue(
  fails: (commands: readonly string[]) => Error | undefined | Promise<Error | undefined> = () => undefined,
  limits: Partial<Pick<BatchQueueOptions<string>, 'maxQueued' | 'maxBatch'>> = {},
) {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const calls: string[] = [];
  const ends: string[] = [];
  const queue = new BatchQueue<string, string>(
    // A lane is what stands before the dash: of all `stuck-1`, `stuck-2` there is one.
    { name: 'test', laneOf: (command) => command.split('-')[0] ?? '', aloneAtOnce: ALONE_AT_ONCE, ...limits },
    async (commands, attempt) => {
      calls.push(`${commands.join(' ')} ${attempt}`);
      if (commands[0] === 'head') await opened;
      const error = await fails(commands);
      if (error) throw error;
      return commands.map((command) => ({ done: true, answer: `${command}!` }));
    },
  );
  /** Resolves with the answer or with the name of the refusal; `ends` has it in the order of the answers. */
  const submit = async (command: string): Promise<string> => {
    const end = await queue
      .submit(command)
      .catch((error: unknown) => (error instanceof GpasError ? error.errorName : String(error)));
    ends.push(`${command} ${end}`);
    return end;
  };
  return { queue, calls, ends, submit, head: submit('head'), open };
}

/** Before each test: nobody is told, nothing waits for jitter, and the queue's clock stands. */
export function quietQueues(): void {
  clock.now = 0;
  Logger.overrideLogger(false);
  jest.spyOn(Math, 'random').mockReturnValue(0); // no jitter, no waiting
  jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
}

/** After each test. */
export function usualClocks(): void {
  jest.restoreAllMocks();
  jest.useRealTimers();
}
