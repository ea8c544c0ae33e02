import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GpasError } from '../errors/gpas-error.js';
import { BatchQueue, type BatchQueueLimits } from './batch-queue.js';
import { ALONE_AT_ONCE, MAX_TRIES, QUEUE_WAIT_MS, RETRY_BUDGET_MS } from './limits.js';

const lockWait = (): Error => Object.assign(new Error('ER_LOCK_WAIT_TIMEOUT'), { errno: 1205 });
const connectionReset = (): Error => Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' });

/** Milliseconds on the queue's clock. */
let now = 0;

/**
 * A queue whose first command, `head`, is in commit until `open`, so that what follows is one batch. `fails` says
 * what the commit of a later batch fails with, if it does.
 */
function heldQueue(
  fails: (commands: readonly string[]) => Error | undefined | Promise<Error | undefined> = () => undefined,
  limits: Partial<BatchQueueLimits> = {},
) {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const calls: string[] = [];
  const ends: string[] = [];
  const queue = new BatchQueue<string, string>(
    'test',
    async (commands, attempt) => {
      calls.push(`${commands.join(' ')} ${attempt}`);
      if (commands[0] === 'head') await opened;
      const error = await fails(commands);
      if (error) throw error;
      return commands.map((command) => ({ done: true, answer: `${command}!` }));
    },
    { maxQueued: 2_000, maxBatch: 64, ...limits },
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

beforeEach(() => {
  now = 0;
  Logger.overrideLogger(false);
  jest.spyOn(Math, 'random').mockReturnValue(0); // no jitter, no waiting
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('the number of tries', () => {
  it('is bounded for a batch whose outcome stays unknown', async () => {
    const { calls, submit, open } = heldQueue((commands) =>
      commands[0] === 'head' ? undefined : connectionReset(),
    );
    const answers = ['a', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['SYSTEM_ERROR', 'SYSTEM_ERROR']);
    expect(calls.slice(1)).toEqual(['a b 1', 'a b 2', 'a b 3', 'a b 4', 'a b 5']);
    expect(MAX_TRIES).toBe(5);
  });

  it('is bounded for a lone command that stays locked', async () => {
    const { calls, submit, open } = heldQueue((commands) => (commands[0] === 'a' ? lockWait() : undefined));
    const answer = submit('a');
    open();
    expect(await answer).toBe('SYSTEM_ERROR');
    expect(calls.slice(1)).toEqual(['a 1', 'a 2', 'a 3', 'a 4', 'a 5']);
  });

  it.each([
    ['not used up: tried to the bound', RETRY_BUDGET_MS / MAX_TRIES, MAX_TRIES],
    ['used up: not tried again', RETRY_BUDGET_MS + 1, 1],
  ])('ends with the time for it: %s', async (_, eachTakesMs, tries) => {
    const { calls, submit, open } = heldQueue((commands) => {
      if (commands[0] === 'head') return undefined;
      now += eachTakesMs;
      return connectionReset();
    });
    const answer = submit('a');
    open();
    expect(await answer).toBe('SYSTEM_ERROR');
    expect(calls.slice(1)).toHaveLength(tries);
  });

  it('is spread out in time, more with every try', async () => {
    jest.mocked(Math.random).mockReturnValue(0.5);
    const started = process.hrtime.bigint();
    const { submit, open } = heldQueue((commands) =>
      commands[0] === 'head' ? undefined : connectionReset(),
    );
    const answer = submit('a');
    open();
    await answer;
    // 20 + 40 + 80 + 160 ms between five tries
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeGreaterThan(250);
  });
});

describe('one stuck command', () => {
  it('holds up neither its neighbours nor the batches after it', async () => {
    let release = (error: Error): Error => error;
    const stuck = new Promise<Error>((resolve) => {
      release = (error) => {
        resolve(error);
        return error;
      };
    });
    const { ends, submit, open } = heldQueue((commands) => {
      if (!commands.includes('stuck')) return undefined;
      return commands.length > 1 ? lockWait() : stuck;
    });
    const early = [submit('stuck'), submit('a')];
    open();
    expect(await early[1]).toBe('a!');
    expect(await submit('later')).toBe('later!');
    expect(ends).not.toContainEqual(expect.stringContaining('stuck'));
    release(new Error('gone'));
    expect(await early[0]).toBe('SYSTEM_ERROR');
  });

  it(`shares ${ALONE_AT_ONCE} places with others like it and is refused when its turn comes too late`, async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const never = new Promise<undefined>(() => undefined);
    const { calls, submit, head, open } = heldQueue((commands) => {
      if (commands[0] === 'head') return undefined;
      return commands.length > 1 ? new Error('poisoned') : never;
    });
    const stuck = Array.from({ length: ALONE_AT_ONCE + 1 }, (_, index) => submit(`stuck${index}`));
    open();
    await head;
    await nextTurn();
    expect(calls).toHaveLength(2 + ALONE_AT_ONCE);
    jest.advanceTimersByTime(QUEUE_WAIT_MS);
    expect(await stuck.at(-1)).toBe('SYSTEM_ERROR');
    expect(calls).not.toContain(`stuck${ALONE_AT_ONCE} 2`);
  });
});

describe('a full queue', () => {
  it('refuses one more at once and never tries it', async () => {
    const { calls, ends, submit, open } = heldQueue(undefined, { maxQueued: 2 });
    const taken = ['a', 'b'].map(submit);
    expect(await submit('c')).toBe('SYSTEM_ERROR');
    expect(ends).toEqual(['c SYSTEM_ERROR']);
    open();
    expect(await Promise.all(taken)).toEqual(['a!', 'b!']);
    expect(calls).toEqual(['head 1', 'a b 1']);
    expect(await submit('d')).toBe('d!');
  });

  it('counts those that are tried alone', async () => {
    const never = new Promise<undefined>(() => undefined);
    const { submit, head, open } = heldQueue(
      (commands) => {
        if (!commands[0]?.startsWith('stuck')) return undefined;
        return commands.length > 1 ? new Error('poisoned') : never;
      },
      { maxQueued: 2 },
    );
    ['stuck1', 'stuck2'].forEach((command) => void submit(command));
    open();
    await head;
    await nextTurn();
    expect(await submit('a')).toBe('SYSTEM_ERROR');
  });

  it('is full at 2,000 unless told otherwise', async () => {
    const queue = new BatchQueue<string, string>('test', () => new Promise(() => undefined));
    for (let index = 0; index <= 2_000; index += 1) void queue.submit(`c${index}`);
    await expect(queue.submit('one more')).rejects.toMatchObject({ errorName: 'SYSTEM_ERROR' });
  });
});

describe('what waited', () => {
  it('too long is refused untried; what came later is served', async () => {
    const { calls, submit, open } = heldQueue();
    const old = submit('old');
    now = 1;
    const young = submit('young');
    now = QUEUE_WAIT_MS + 1;
    open();
    expect(await old).toBe('SYSTEM_ERROR');
    expect(await young).toBe('young!');
    expect(calls).toEqual(['head 1', 'young 1']);
  });

  it('too long without anybody after it leaves the queue working', async () => {
    const { calls, submit, open } = heldQueue();
    const old = submit('old');
    now = QUEUE_WAIT_MS + 1;
    open();
    expect(await old).toBe('SYSTEM_ERROR');
    await nextTurn();
    expect(await submit('a')).toBe('a!');
    expect(calls).toEqual(['head 1', 'a 1']);
  });
});

describe('drain', () => {
  it('answers everything taken, refuses what comes later, and then resolves', async () => {
    const { queue, ends, submit, open } = heldQueue();
    const taken = ['a', 'b'].map(submit);
    const drained = queue.drain().then(() => ends.push('drained'));
    expect(await submit('late')).toBe('SYSTEM_ERROR');
    expect(ends).toEqual(['late SYSTEM_ERROR']);
    open();
    await drained;
    expect(await Promise.all(taken)).toEqual(['a!', 'b!']);
    expect(ends.slice(1).sort()).toEqual(['a a!', 'b b!', 'drained', 'head head!']);
  });

  it('waits for those that are tried alone', async () => {
    let release = (): void => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    const { queue, ends, submit, head, open } = heldQueue((commands) => {
      if (commands[0] === 'head') return undefined;
      return commands.length > 1 ? new Error('poisoned') : released;
    });
    const taken = ['a', 'b'].map(submit);
    open();
    await head;
    const drained = queue.drain().then(() => ends.push('drained'));
    await nextTurn();
    expect(ends).toEqual(['head head!']);
    release();
    await drained;
    expect(await Promise.all(taken)).toEqual(['a!', 'b!']);
  });

  it('of an idle queue resolves', async () => {
    const { queue, head, open } = heldQueue();
    open();
    await head;
    await expect(queue.drain()).resolves.toBeUndefined();
  });
});
