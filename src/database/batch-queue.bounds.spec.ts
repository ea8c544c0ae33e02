import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  clock,
  connectionReset,
  heldQueue,
  lockWait,
  quietQueues,
  usualClocks,
} from '../../test/support/held-queue.js';
import { LAST_TRY_MS, MAX_TRIES } from './waits.js';

beforeEach(quietQueues);
afterEach(usualClocks);

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
      clock.now += eachTakesMs;
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
    clock.now = 1;
    const young = submit('young');
    clock.now = LAST_TRY_MS + 1;
    open();
    expect(await old).toBe('SYSTEM_ERROR');
    expect(await young).toBe('young!');
    expect(calls).toEqual(['head 1', 'young 1']);
  });

  it('too long without anybody after it leaves the queue working', async () => {
    const { calls, submit, open } = heldQueue();
    const old = submit('old');
    clock.now = LAST_TRY_MS + 1;
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
