import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Turns, TurnTimeoutError } from './turns.js';

const WAIT_MS = 1_000;

afterEach(() => {
  jest.useRealTimers();
});

/** Works that last until they are told to end; `started` has their names in order. */
function worksFor(turns: Turns) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string): Promise<string> =>
    turns.take(async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  return { started, take, end: (name: string) => ends.get(name)?.() };
}

describe('turns', () => {
  it('start work at once while there are places, and return what it returns', async () => {
    const { started, take, end } = worksFor(new Turns(2, WAIT_MS));
    const works = [take('a'), take('b'), take('c')];
    expect(started).toEqual(['a', 'b']);
    end('b');
    expect(await works[1]).toBe('b');
    expect(started).toEqual(['a', 'b', 'c']);
    end('a');
    end('c');
    expect(await Promise.all(works)).toEqual(['a', 'b', 'c']);
  });

  it('serve in the order of arrival', async () => {
    const turns = new Turns(1, WAIT_MS);
    const order: number[] = [];
    const arrivals = Array.from({ length: 300 }, (_, index) => index);
    await Promise.all(
      arrivals.map((index) =>
        turns.take(async () => {
          order.push(index);
          await nextTurn();
        }),
      ),
    );
    expect(order).toEqual(arrivals);
  });

  it('let nobody who comes later pass those in line', async () => {
    const { started, take, end } = worksFor(new Turns(1, WAIT_MS));
    const first = take('first');
    const inLine = take('in line');
    end('first');
    await first.then(() => void take('later'));
    await nextTurn();
    expect(started).toEqual(['first', 'in line']);
    end('in line');
    await inLine;
    await nextTurn();
    expect(started).toEqual(['first', 'in line', 'later']);
  });

  it.each([1, 4, 10])(
    'with %i places: hundreds at once are never more than that, and all are served',
    async (places) => {
      const turns = new Turns(places, 30_000);
      let running = 0;
      let most = 0;
      const served = await Promise.allSettled(
        Array.from({ length: 500 }, (_, index) =>
          turns.take(async () => {
            running += 1;
            most = Math.max(most, running);
            for (let rest = index % 4; rest > 0; rest -= 1) await nextTurn();
            running -= 1;
            if (index % 7 === 0) throw new Error('refused');
          }),
        ),
      );
      expect(most).toBe(places);
      expect(running).toBe(0);
      expect(served.filter(({ status }) => status === 'rejected')).toHaveLength(72);
    },
  );

  it.each([
    ['rejects', () => Promise.reject(new Error('failed'))],
    [
      'throws at once',
      () => {
        throw new Error('failed');
      },
    ],
  ])('are free again after work that %s', async (_, work: () => Promise<never>) => {
    const turns = new Turns(1, WAIT_MS);
    const after = [turns.take(work), turns.take(() => Promise.resolve('next in line'))];
    await expect(after[0]).rejects.toThrow('failed');
    expect(await after[1]).toBe('next in line');
    expect(await turns.take(() => Promise.resolve('later'))).toBe('later');
  });
});

describe('turns with places that are kept', () => {
  /** The same with some that go ahead: their names begin with a capital. */
  function mixedFor(turns: Turns) {
    const started: string[] = [];
    const ends = new Map<string, () => void>();
    const take = (name: string): Promise<void> => {
      const work = async (): Promise<void> => {
        started.push(name);
        await new Promise<void>((resolve) => ends.set(name, resolve));
      };
      return /^[A-Z]/.test(name) ? turns.takeAhead(work) : turns.take(work);
    };
    const end = async (...names: string[]): Promise<void> => {
      for (const name of names) {
        ends.get(name)?.();
        await nextTurn();
      }
    };
    return { started, take, end };
  }

  it('are not taken by those that do not go ahead, however many they are', async () => {
    const { started, take, end } = mixedFor(new Turns(4, WAIT_MS, 2));
    const works = ['a', 'b', 'c', 'd', 'A', 'B'].map(take);
    expect(started).toEqual(['a', 'b', 'A', 'B']);
    await end('A');
    expect(started).toEqual(['a', 'b', 'A', 'B']);
    await end('a', 'b', 'c', 'd', 'B');
    await Promise.all(works);
    expect(started).toEqual(['a', 'b', 'A', 'B', 'c', 'd']);
  });

  it('let those that go ahead pass the line, to all places but one', async () => {
    const { started, take, end } = mixedFor(new Turns(4, WAIT_MS, 2));
    const works = ['a', 'b', 'c', 'A', 'B', 'C', 'D'].map(take);
    await end('a');
    expect(started).toEqual(['a', 'b', 'A', 'B', 'C']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'A', 'B', 'C', 'c']);
    await end('A', 'B', 'C', 'D', 'c');
    await Promise.all(works);
    expect(started.at(-1)).toBe('D');
  });

  it('are free again after work that fails, and after a wait that is over', async () => {
    const turns = new Turns(2, 1, 1);
    await expect(turns.takeAhead(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    const { take, end } = mixedFor(turns);
    const works = ['A', 'a'].map(take);
    await expect(take('B')).rejects.toThrow(TurnTimeoutError);
    await expect(take('b')).rejects.toThrow(TurnTimeoutError);
    expect([turns.taken, turns.waiting]).toEqual([2, 0]);
    await end('A', 'a');
    await Promise.all(works);
    expect(turns.taken).toBe(0);
  });

  it('of a single place are none: those that go ahead and the others have it by turns', async () => {
    const { started, take, end } = mixedFor(new Turns(1, WAIT_MS));
    const works = ['a', 'b', 'c', 'd', 'A', 'B', 'C'].map(take);
    await end('a', 'A', 'b', 'B', 'c', 'C', 'd');
    await Promise.all(works);
    expect(started).toEqual(['a', 'A', 'b', 'B', 'c', 'C', 'd']);
  });

  it('of a single place let both go on at once while the other kind has none that waits', async () => {
    const { started, take, end } = mixedFor(new Turns(1, WAIT_MS));
    const works = ['A', 'B', 'C', 'a'].map(take);
    await end('A', 'a', 'B', 'C');
    works.push(...['b', 'c', 'D'].map(take));
    await end('b', 'D', 'c');
    await Promise.all(works);
    expect(started).toEqual(['A', 'a', 'B', 'C', 'b', 'D', 'c']);
  });
});

describe('the time limit', () => {
  it('ends a wait, not before its time, and the work never runs', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { started, take, end } = worksFor(new Turns(1, WAIT_MS));
    const running = take('running');
    const failed = jest.fn();
    const late = take('late').catch(failed);
    jest.advanceTimersByTime(WAIT_MS - 1);
    await nextTurn();
    expect(failed).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    await late;
    expect(failed).toHaveBeenCalledWith(expect.any(TurnTimeoutError));
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'TURN_TIMEOUT' }));
    end('running');
    await running;
    expect(started).toEqual(['running']);
  });

  it('takes only the one that waited too long out of the line', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { started, take, end } = worksFor(new Turns(1, WAIT_MS));
    const works = [take('running'), take('late')];
    works[1]?.catch(() => undefined);
    jest.advanceTimersByTime(WAIT_MS / 2);
    works.push(take('in time'), take('in time too'));
    jest.advanceTimersByTime(WAIT_MS / 2);
    await expect(works[1]).rejects.toThrow(TurnTimeoutError);
    for (const name of ['running', 'in time', 'in time too']) {
      end(name);
      await nextTurn();
    }
    expect(await Promise.all([works[0], works[2], works[3]])).toEqual(['running', 'in time', 'in time too']);
    expect(started).toEqual(['running', 'in time', 'in time too']);
  });

  it('is over with the turn: it does not end work that runs, and keeps no timer', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { take, end } = worksFor(new Turns(1, WAIT_MS));
    const works = [take('a'), take('b')];
    end('a');
    await works[0];
    await nextTurn();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(WAIT_MS * 2);
    end('b');
    expect(await works[1]).toBe('b');
  });

  it('frees no place that is taken', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const { started, take, end } = worksFor(new Turns(1, WAIT_MS));
    const running = take('running');
    const late = take('late').catch(() => undefined);
    jest.advanceTimersByTime(WAIT_MS);
    await late;
    const next = take('next');
    await nextTurn();
    expect(started).toEqual(['running']);
    end('running');
    await running;
    await nextTurn();
    end('next');
    expect(await next).toBe('next');
  });
});
