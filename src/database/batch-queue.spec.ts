import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { GpasError } from '../errors/gpas-error.js';
import { BatchQueue, type BatchQueueOptions, type Commit, type CommandResult } from './batch-queue.js';

/** What mysql2 throws, as TypeORM wraps it. */
const mysqlError = (errno: number, code: string): Error =>
  new QueryFailedError('INSERT', [], Object.assign(new Error(code), { errno, code, sqlState: 'HY000' }));
/** What a socket throws; its errno is libuv's, negative. */
const socketError = (errno: number, code: string): Error => Object.assign(new Error(code), { errno, code });

const deadlock = (): Error => mysqlError(1213, 'ER_LOCK_DEADLOCK');
const lockWait = (): Error => mysqlError(1205, 'ER_LOCK_WAIT_TIMEOUT');
const duplicate = (): Error => mysqlError(1062, 'ER_DUP_ENTRY');
const connectionReset = (): Error => socketError(-104, 'ECONNRESET');
const connectionRefused = (): Error => socketError(-111, 'ECONNREFUSED');
const bug = (): Error => mysqlError(1054, 'ER_BAD_FIELD_ERROR');

interface Call {
  readonly commands: readonly string[];
  readonly attempt: number;
}

const call = (attempt: number, ...commands: string[]): Call => ({ commands, attempt });
const done = (answer: string): CommandResult<string> => ({ done: true, answer });
const echoed = (commands: readonly string[]): CommandResult<string>[] =>
  commands.map((command) => done(`${command}!`));
const echo = (commands: readonly string[]): Promise<CommandResult<string>[]> =>
  Promise.resolve(echoed(commands));

function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

type Limits = Partial<Pick<BatchQueueOptions<string>, 'maxQueued' | 'maxBatch'>>;

/** A queue over `commit`, which is asked after `calls` has the call. */
function queueOf(commit: Commit<string, string>, limits: Limits = {}) {
  const calls: Call[] = [];
  const ends: string[] = [];
  const queue = new BatchQueue<string, string>(
    { name: 'test', laneOf: (command) => command, aloneAtOnce: 4, ...limits },
    async (commands, attempt) => {
      calls.push({ commands: [...commands], attempt });
      return commit(commands, attempt);
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
  return { queue, calls, ends, submit };
}

/** A queue whose first command, `head`, is in commit until `open`, so that what follows is one batch. */
function heldQueueOf(commit: Commit<string, string>, limits: Limits = {}) {
  const { opened, open } = gate();
  const held = queueOf(async (commands, attempt) => {
    if (commands[0] === 'head') await opened;
    return commit(commands, attempt);
  }, limits);
  const head = held.submit('head');
  return { ...held, head, open };
}

beforeEach(() => {
  Logger.overrideLogger(false);
  jest.spyOn(Math, 'random').mockReturnValue(0); // no jitter, no waiting
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a batch', () => {
  it('of one lone command is committed at once, in the same turn', async () => {
    const { calls, submit } = queueOf(echo);
    const end = submit('a');
    expect(calls).toEqual([call(1, 'a')]);
    expect(await end).toBe('a!');
  });

  it('starts again at once after an idle time', async () => {
    const { calls, submit } = queueOf(echo);
    await submit('a');
    await nextTurn();
    const end = submit('b');
    expect(calls).toEqual([call(1, 'a'), call(1, 'b')]);
    expect(await end).toBe('b!');
  });

  it('holds everything that arrived during the commit before it', async () => {
    const { calls, submit, open } = heldQueueOf(echo);
    const ends = ['a', 'b', 'c'].map(submit);
    await nextTurn();
    expect(calls).toEqual([call(1, 'head')]);
    open();
    expect(await Promise.all(ends)).toEqual(['a!', 'b!', 'c!']);
    expect(calls).toEqual([call(1, 'head'), call(1, 'a', 'b', 'c')]);
  });

  it('is no larger than maxBatch, and commands are decided and answered in the order of their arrival', async () => {
    const { calls, ends, submit, open, head } = heldQueueOf(echo, { maxBatch: 7 });
    const commands = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const answers = commands.map(submit);
    open();
    await head;
    expect(await Promise.all(answers)).toEqual(commands.map((command) => `${command}!`));
    expect(calls.flatMap((made) => made.commands)).toEqual(['head', ...commands]);
    expect(calls.map((made) => made.commands.length)).toEqual([1, 7, 7, 7, 7, 7, 7, 7, 1]);
    expect(ends).toEqual(['head', ...commands].map((command) => `${command} ${command}!`));
  });

  it('never runs beside another one', async () => {
    let running = 0;
    let most = 0;
    const { submit } = queueOf(async (commands) => {
      running += 1;
      most = Math.max(most, running);
      await nextTurn();
      running -= 1;
      return echo(commands);
    });
    const first = [submit('a'), submit('b')];
    await nextTurn();
    await Promise.all([...first, submit('c'), submit('d')]);
    expect(most).toBe(1);
  });

  it('answers refusals, and their neighbours, only after its commit', async () => {
    const decided = gate();
    const { ends, submit, open } = heldQueueOf(async (commands) => {
      const outcomes = commands.map((command): CommandResult<string> =>
        command === 'poor'
          ? { done: false, refusal: new GpasError('INSUFFICIENT_FUNDS') }
          : done(`${command}!`),
      );
      if (commands.includes('poor')) await decided.opened;
      return outcomes;
    });
    const answers = ['a', 'poor', 'b'].map(submit);
    open();
    await nextTurn();
    expect(ends).toEqual(['head head!']);
    decided.open();
    expect(await Promise.all(answers)).toEqual(['a!', 'INSUFFICIENT_FUNDS', 'b!']);
  });

  it('that failed tells nobody what it had decided', async () => {
    const { submit } = queueOf((commands, attempt) =>
      attempt === 1
        ? Promise.reject(deadlock())
        : Promise.resolve(commands.map(() => ({ done: false, refusal: new GpasError('USER_BLOCKED') }))),
    );
    expect(await submit('a')).toBe('USER_BLOCKED');
  });

  it('runs outside the context of the request that started it, which keeps its own', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const { submit } = queueOf((commands, attempt) => {
      seen.push(storage.getStore());
      return attempt < 3 ? Promise.reject(lockWait()) : echo(commands);
    });
    const after = await storage.run('request', async () => {
      await submit('a');
      return storage.getStore();
    });
    expect(seen).toEqual([undefined, undefined, undefined]);
    expect(after).toBe('request');
  });
});

describe('a failed commit', () => {
  it.each([
    ['unknown', connectionReset],
    ['not executed', connectionRefused],
    ['duplicate', duplicate],
  ])('that may go better (%s) is tried again whole, with its attempt number', async (_, error) => {
    const { calls, submit, open } = heldQueueOf((commands, attempt) =>
      commands[0] !== 'head' && attempt < 4 ? Promise.reject(error()) : echo(commands),
    );
    const answers = ['a', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
    expect(calls.slice(1)).toEqual([1, 2, 3, 4].map((attempt) => call(attempt, 'a', 'b')));
  });

  it('on a lock once is tried again whole', async () => {
    const { calls, submit, open } = heldQueueOf((commands, attempt) =>
      commands[0] !== 'head' && attempt < 2 ? Promise.reject(deadlock()) : echo(commands),
    );
    const answers = ['a', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
    expect(calls.slice(1)).toEqual([call(1, 'a', 'b'), call(2, 'a', 'b')]);
  });

  it('on locks twice goes on command by command, as a later attempt', async () => {
    const { calls, submit, open } = heldQueueOf((commands) =>
      commands.length > 1 ? Promise.reject(lockWait()) : echo(commands),
    );
    const answers = ['a', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
    expect(calls.slice(1)).toEqual([call(1, 'a', 'b'), call(2, 'a', 'b'), call(2, 'a'), call(2, 'b')]);
  });

  it('of one poisoned command fails it alone; its neighbours succeed', async () => {
    const { calls, submit, open } = heldQueueOf((commands) =>
      commands.includes('poison') ? Promise.reject(bug()) : echo(commands),
    );
    const answers = ['a', 'poison', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'SYSTEM_ERROR', 'b!']);
    expect(calls.slice(1)).toEqual([
      call(1, 'a', 'poison', 'b'),
      call(2, 'a'),
      call(2, 'poison'),
      call(2, 'b'),
    ]);
  });

  it('of a command whose key stays taken fails it alone', async () => {
    const { calls, submit, open } = heldQueueOf((commands) =>
      commands.includes('taken') ? Promise.reject(duplicate()) : echo(commands),
    );
    const answers = ['a', 'taken'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'SYSTEM_ERROR']);
    expect(calls).toContainEqual(call(2, 'a'));
  });

  it('with a bug is not tried again for a lone command', async () => {
    const { calls, submit } = queueOf(() => Promise.reject(bug()));
    expect(await submit('a')).toBe('SYSTEM_ERROR');
    expect(calls).toEqual([call(1, 'a')]);
  });

  it('that throws before it is asynchronous is a failure like any other', async () => {
    const { submit } = queueOf(() => {
      throw bug();
    });
    expect(await submit('a')).toBe('SYSTEM_ERROR');
  });

  it('tells the caller nothing of the cause', async () => {
    const { queue } = queueOf(() => Promise.reject(bug()));
    await expect(queue.submit('a')).rejects.toEqual(new GpasError('SYSTEM_ERROR'));
  });

  it.each([
    ['too few', () => []],
    ['too many', (commands: readonly string[]) => [...echoed(commands), done('other!')]],
  ])('with %s outcomes is a system error, and nobody gets a neighbour’s answer', async (_, commit) => {
    const lone = queueOf((commands) => Promise.resolve(commit(commands)));
    expect(await lone.submit('a')).toBe('SYSTEM_ERROR');
    const { submit, open } = heldQueueOf((commands) =>
      Promise.resolve(commands.length > 1 ? commit(commands) : echo(commands)),
    );
    const answers = ['a', 'b'].map(submit);
    open();
    expect(await Promise.all(answers)).toEqual(['a!', 'b!']);
  });

  it('leaves the queue working', async () => {
    const { submit } = queueOf((commands) =>
      commands[0] === 'poison' ? Promise.reject(bug()) : echo(commands),
    );
    await submit('poison');
    expect(await submit('a')).toBe('a!');
  });
});
