import { describe, expect, it } from '@jest/globals';
import { median, noise, quantile } from './statistics.js';

describe('quantile', () => {
  it('lies between its neighbours where no value stands there', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([10, 20, 30, 40, 50], 0.99)).toBeCloseTo(49.6);
  });

  it('reaches from the least to the most', () => {
    expect(quantile(Float64Array.of(3, 5, 9), 0)).toBe(3);
    expect(quantile(Float64Array.of(3, 5, 9), 1)).toBe(9);
  });

  it('of nothing is no number', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('needs no order, and leaves the values in theirs', () => {
    const values = [100, 9, 10];
    expect(median(values)).toBe(10);
    expect(values).toEqual([100, 9, 10]);
  });
});

describe('noise', () => {
  it('is that of the rounds as they mostly were, whatever one of them was', () => {
    expect(noise([10, 11, 9, 10, 12])).toBe(noise([10, 11, 9, 10, 1_000]));
  });

  it('of values that are all the same is none', () => {
    expect(noise([7, 7, 7])).toBe(0);
  });

  it('grows with their distance', () => {
    expect(noise([8, 9, 10, 11, 12])).toBeCloseTo(1.4826);
    expect(noise([80, 90, 100, 110, 120])).toBeCloseTo(14.826);
  });
});
