import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  ALONE_AT_ONCE,
  clock,
  connectionReset,
  heldQueue,
  lockWait,
  quietQueues,
  usualClocks,
} from '../../test/support/held-queue.js';
import { aloneAtOnce, LAST_TRY_MS } from './waits.js';

beforeEach(quietQueues);
afterEach(usualClocks);

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
    clock.now = 3_000;
    const young = submit('row-2');
    open();
    await head;
    await nextTurn();
    jest.advanceTimersByTime(1); // the pause before the second try
    await nextTurn();
    expect(calls.slice(3)).toEqual(stuck.map((_, index) => `stuck${index}-1 2`));
    clock.now = LAST_TRY_MS + 1;
    jest.advanceTimersByTime(LAST_TRY_MS - 3_000);
    expect(await old).toBe('SYSTEM_ERROR');
    await nextTurn();
    void submit('row-3');
    await nextTurn();
    expect(calls.filter((text) => text.includes('row-3'))).toEqual([]);
    clock.now = LAST_TRY_MS + 3_001;
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
      clock.now += 2_000;
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

describe('what comes back from its lane', () => {
  it('behind a younger batch that fails and fails is refused when its own time is over', async () => {
    let release = (): void => undefined;
    const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
    const { ends, submit, head, open } = heldQueue((commands) => {
      if (commands.length > 1) return lockWait();
      if (commands[0] === 'row-1') return released;
      if (commands[0] !== 'slow') return undefined;
      clock.now += 2_000;
      return connectionReset();
    });
    const taken = ['row-1', 'row-2', 'other'].map(submit);
    open();
    await head;
    await taken[2];
    for (let turn = 0; turn < 2; turn += 1) await nextTurn(); // until nobody waits
    clock.now = 4_000;
    taken.push(submit('slow'));
    release();
    await Promise.all(taken);
    expect(ends.slice(2)).toEqual(['row-1 row-1!', 'row-2 SYSTEM_ERROR', 'slow SYSTEM_ERROR']);
  });
});
