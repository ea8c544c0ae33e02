import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Config } from '../../config/config.js';
import { FailedCalls } from './failed-calls.js';

const MAX = 3;
let failedCalls: FailedCalls;

beforeEach(() => {
  jest.useFakeTimers();
  failedCalls = new FailedCalls({ failedCalls: { max: MAX, windowSeconds: 60 } } as Config);
});
afterEach(() => {
  jest.useRealTimers();
});

const fail = (address: string, claimed = 'BL13GT', times = MAX): void => {
  for (let rest = times; rest > 0; rest -= 1) failedCalls.count(address, claimed);
};
/** What one more is answered. */
const refusal = (address: string, claimed = 'BL13GT'): [string, string | undefined] | undefined => {
  const error = failedCalls.count(address, claimed);
  return error && [error.errorName, error.headers['Retry-After']];
};

describe('failed calls', () => {
  it('are refused from the first that is too many, until the window ends', () => {
    fail('203.0.113.7', 'BL13GT', MAX - 1);
    jest.advanceTimersByTime(20_000);
    expect(refusal('203.0.113.7')).toBeUndefined();
    expect(refusal('203.0.113.7')).toEqual(['TOO_MANY_REQUESTS', '40']);
    jest.advanceTimersByTime(39_500);
    expect(refusal('203.0.113.7')).toEqual(['TOO_MANY_REQUESTS', '1']);
    jest.advanceTimersByTime(500);
    expect(refusal('203.0.113.7')).toBeUndefined();
    expect(refusal('203.0.113.7')).toBeUndefined();
  });

  it('are those of one address, and in one name', () => {
    fail('203.0.113.7');
    expect(refusal('203.0.113.8')).toBeUndefined();
    expect(refusal('203.0.113.7', 'OTHER')).toBeUndefined();
    expect(refusal('::ffff:203.0.113.7')).toBeDefined();
  });

  it('are those of a whole network, where it is IPv6', () => {
    fail('2001:db8:0:1::1', 'BL13GT', 1);
    fail('2001:0DB8:0000:0001:ffff::2', 'BL13GT', 1);
    fail('2001:db8:0:1:a:b:c:d%eth0', 'BL13GT', 1);
    expect(refusal('2001:db8:0:1::')).toBeDefined();
    expect(refusal('2001:db8:0:2::1')).toBeUndefined();
    expect(refusal('2001:db8::1:0:0:1')).toBeUndefined();
  });

  it('are forgotten where there are too many to count, the longest unseen first', () => {
    fail('203.0.113.7');
    fail('198.51.100.9');
    const others = Array.from({ length: 9_999 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    for (const address of others.slice(0, 5_000)) fail(address, 'BL13GT', 1);
    fail('203.0.113.7', 'BL13GT', 1);
    for (const address of others) fail(address, 'BL13GT', 1);
    expect(refusal('203.0.113.7')).toBeDefined();
    expect(refusal('198.51.100.9')).toBeUndefined();
  });
});
