import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SHARED_LIFE_MS, SharedReading } from './shared-reading.js';

/** The readings so far; each ends when it is told what it read. */
let readings: { end: (value: string) => void; fail: (error: Error) => void }[];
let shared: SharedReading<string>;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  readings = [];
  shared = new SharedReading(
    () => new Promise((end, fail) => readings.push({ end, fail: (error) => fail(error) })),
  );
});
afterEach(() => {
  jest.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  await nextTurn();
}

async function isDone(value: string | Promise<string>): Promise<string | undefined> {
  await nextTurn();
  return Promise.race([value, nextTurn(undefined)]);
}

describe('a recent reading', () => {
  it('is one for all who ask, while it is made and for a second from its start', async () => {
    const asked = Array.from({ length: 500 }, async () => shared.recent());
    await pass(400);
    readings[0]?.end('first');
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['first']));
    await pass(SHARED_LIFE_MS - 401);
    expect(await shared.recent()).toBe('first');
    expect(readings).toHaveLength(1);
    await pass(1);
    const second = shared.recent();
    readings[1]?.end('second');
    expect(await second).toBe('second');
  });

  it('is not one that takes longer than it may be old', async () => {
    const slow = shared.recent();
    await pass(SHARED_LIFE_MS);
    const quick = shared.recent();
    readings[1]?.end('later');
    expect(await quick).toBe('later');
    readings[0]?.end('earlier');
    await slow;
    expect(await shared.recent()).toBe('later');
  });

  it('that fails is told to those who wait, and made again for the next', async () => {
    const failed = Promise.allSettled([shared.recent(), shared.recent()]);
    readings[0]?.fail(new Error('away'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = shared.recent();
    readings[1]?.end('back');
    expect(await next).toBe('back');
  });

  it('is none that began before what is known was forgotten', async () => {
    const before = shared.recent();
    shared.forget();
    const after = shared.recent();
    readings[0]?.end('old');
    readings[1]?.end('new');
    expect([await before, await after]).toEqual(['old', 'new']);
    expect(await shared.recent()).toBe('new');
    shared.forget();
    void shared.recent();
    expect(readings).toHaveLength(3);
  });
});

describe('a reading anew', () => {
  it('begins after it is asked for, and is one for all who wait', async () => {
    void shared.recent();
    const anew = Array.from({ length: 500 }, () => shared.anew());
    readings[0]?.end('before');
    await pass(20);
    expect(readings).toHaveLength(2);
    expect(await isDone(Promise.race(anew))).toBeUndefined();
    readings[1]?.end('after');
    expect(new Set(await Promise.all(anew))).toEqual(new Set(['after']));
    expect(await shared.recent()).toBe('after');
  });

  it('keeps nobody waiting who is content with what is known', async () => {
    void shared.recent();
    readings[0]?.end('known');
    await nextTurn();
    void shared.anew();
    await pass(20);
    expect(readings).toHaveLength(2);
    expect(await shared.recent()).toBe('known');
  });

  it('is made twenty times in a row, then once a second, however many ask', async () => {
    const countIn = async (ms: number): Promise<number> => {
      const before = readings.length;
      for (let rest = ms; rest > 0; rest -= 5) {
        void shared.anew();
        await pass(5);
        readings.at(-1)?.end('read');
      }
      return readings.length - before;
    };
    expect(await countIn(500)).toBe(20);
    expect(await countIn(5_000)).toBeLessThanOrEqual(6);
    expect(await countIn(5_000)).toBeGreaterThanOrEqual(4);
  });
});
