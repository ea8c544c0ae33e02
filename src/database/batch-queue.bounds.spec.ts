import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GpasError } from '../errors/gpas-error.js';
import { BatchQueue, type BatchQueueOptions } from './batch-queue.js';
import { aloneAtOnce, LAST_TRY_MS, MAX_TRIES } from './waits.js';

const ALONE_AT_ONCE = 4;

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
    expect(calls.slice(1)).toEqual(['a 1', 'a 2', 'a 2', 'a 2', 'a 2', 'a 2']);
  });

  it.each([
    ['not used up: tried to the bound', LAST_TRY_MS / MAX_TRIES, MAX_TRIES],
    ['used up: not tried again', LAST_TRY_MS + 1, 1],
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
    jest.advanceTimersByTime(LAST_TRY_MS);
    expect(await stuck.at(-1)).toBe('SYSTEM_ERROR');
    expect(calls).not.toContain(`stuck${ALONE_AT_ONCE} 2`);
  });
});

describe('a lane', () => {
  it('is tried one command at a time, beside the others', async () => {
    const { calls, ends, submit, head, open } = heldQueue((commands) => {
      if (!commands.some((command) => command.startsWith('row'))) return undefined;
      return commands.length > 1 ? lockWait() : new Promise(() => undefined);
    });
    const taken = ['row-1', 'row-2', 'other-1'].map(submit);
    open();
    await head;
    expect(await taken[2]).toBe('other-1!');
    expect(calls.slice(3)).toEqual(['row-1 2', 'other-1 2']);
    void submit('row-3');
    expect(await submit('other-2')).toBe('other-2!');
    expect(calls.at(-1)).toBe('other-2 1'); // the stuck row's newcomer is not in its batch
    expect(ends).not.toContainEqual(expect.stringMatching(/^row/));
  });

  it('ends when one command of it gets through: the others go the common way, before newcomers', async () => {
    let release = (): void => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    const { calls, submit, open } = heldQueue((commands) => {
      if (commands[0] !== 'row-1') return undefined;
      return commands.length > 1 ? new Error('poisoned') : released;
    });
    const taken = ['row-1', 'row-2', 'row-3'].map(submit);
    open();
    while (!calls.includes('row-1 2')) await nextTurn();
    taken.push(submit('row-4'), submit('other-1'));
    await taken[4];
    release();
    expect(await Promise.all(taken)).toEqual(['row-1!', 'row-2!', 'row-3!', 'row-4!', 'other-1!']);
    expect(calls.slice(2)).toEqual(['row-1 2', 'other-1 1', 'row-2 row-3 row-4 1']);
  });

  it('whose command is out of time before it has a place is as stuck as before', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const never = new Promise<undefined>(() => undefined);
    const { calls, submit, head, open } = heldQueue((commands) => {
      if (commands.length > 1) return lockWait();
      return commands[0]?.startsWith('stuck') ? never : undefined;
    });
    const stuck = Array.from({ length: ALONE_AT_ONCE }, (_, index) => submit(`stuck${index}-1`));
    const old = submit('row-1');
    now = 3_000;
    const young = submit('row-2');
    open();
    await head;
    await nextTurn();
    jest.advanceTimersByTime(1); // the pause before the second try
    await nextTurn();
    expect(calls.slice(3)).toEqual(stuck.map((_, index) => `stuck${index}-1 2`));
    now = LAST_TRY_MS + 1;
    jest.advanceTimersByTime(LAST_TRY_MS - 3_000);
    expect(await old).toBe('SYSTEM_ERROR');
    await nextTurn();
    void submit('row-3');
    await nextTurn();
    expect(calls.filter((text) => text.includes('row-3'))).toEqual([]);
    now = LAST_TRY_MS + 3_001;
    jest.advanceTimersByTime(3_000);
    expect(await young).toBe('SYSTEM_ERROR');
  });

  it.each(Array.from({ length: 15 }, (_, ticks) => ticks))(
    'that ends loses no command that comes %i ticks after its last one failed',
    async (ticks) => {
      const { queue, submit, head, open } = heldQueue((commands) =>
        commands[0] === 'head' || commands[0] === 'row-3' ? undefined : new Error('poisoned'),
      );
      void submit('row-1');
      const next = queue.submit('row-2').catch(async () => {
        for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
        return Promise.race([queue.submit('row-3'), sleep(500, 'never answered')]);
      });
      open();
      await head;
      expect(await next).toBe('row-3!');
    },
  );

  it('that stays stuck refuses each command when its time is over, untried', async () => {
    const { calls, submit, head, open } = heldQueue((commands) => {
      if (commands[0] === 'head') return undefined;
      now += 2_000;
      return lockWait();
    });
    const taken = ['row-1', 'row-2', 'row-3'].map(submit);
    open();
    await head;
    expect(await Promise.all(taken)).toEqual(['SYSTEM_ERROR', 'SYSTEM_ERROR', 'SYSTEM_ERROR']);
    expect(calls.slice(1)).toEqual(['row-1 row-2 row-3 1', 'row-1 row-2 row-3 2', 'row-1 2']);
  });

  it.each([
    [1, 1],
    [5, 1],
    [8, 2],
    [10, 3],
    [200, 4],
  ])(
    'of a pool of %i connections: %i at once, so that both queues and reads have one left',
    (pool, lanes) => {
      expect(aloneAtOnce(pool)).toBe(lanes);
      if (pool >= 6) expect(2 * (1 + lanes)).toBeLessThan(pool);
    },
  );
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
    const { queue } = heldQueue();
    for (let index = 0; index < 2_000; index += 1) void queue.submit(`c${index}`);
    await expect(queue.submit('one more')).rejects.toMatchObject({ errorName: 'SYSTEM_ERROR' });
  });
});

describe('what waited', () => {
  it('too long is refused untried; what came later is served', async () => {
    const { calls, submit, open } = heldQueue();
    const old = submit('old');
    now = 1;
    const young = submit('young');
    now = LAST_TRY_MS + 1;
    open();
    expect(await old).toBe('SYSTEM_ERROR');
    expect(await young).toBe('young!');
    expect(calls).toEqual(['head 1', 'young 1']);
  });

  it('too long without anybody after it leaves the queue working', async () => {
    const { calls, submit, open } = heldQueue();
    const old = submit('old');
    now = LAST_TRY_MS + 1;
    open();
    expect(await old).toBe('SYSTEM_ERROR');
    await nextTurn();
    expect(await submit('a')).toBe('a!');
    expect(calls).toEqual(['head 1', 'a 1']);
  });
});

describe('what comes back from its lane', () => {
  it('behind a younger batch that fails and fails is refused when its own time is over', async () => {
    let release = (): void => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    const { ends, submit, head, open } = heldQueue((commands) => {
      if (commands.length > 1) return lockWait();
      if (commands[0] === 'row-1') return released;
      if (commands[0] !== 'slow') return undefined;
      now += 2_000;
      return connectionReset();
    });
    const taken = ['row-1', 'row-2', 'other'].map(submit);
    open();
    await head;
    await taken[2];
    for (let turn = 0; turn < 2; turn += 1) await nextTurn(); // until nobody waits
    now = 4_000;
    taken.push(submit('slow'));
    release();
    await Promise.all(taken);
    expect(ends.slice(2)).toEqual(['row-1 row-1!', 'row-2 SYSTEM_ERROR', 'slow SYSTEM_ERROR']);
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
