import { describe, expect, it } from '@jest/globals';
import { doubtsOf } from '../checks/quiet.js';
import { chartOf } from './chart.js';
import { moveOf, movesBetween } from './comparison.js';
import { ratiosOf } from './ratios.js';
import { comparisonOf, table } from './report.js';
import { nameOf, type Play, type PlayResult, type Results, type Sample } from './results.js';

const SAMPLE: Sample = {
  calls: 1_000,
  rate: 1_000,
  p50: 1,
  p99: 2,
  serverCpu: 100,
  databaseCpu: 10,
  clientCpu: 5,
  others: 0.05,
};

const played = (play: Partial<Play>, samples: readonly Partial<Sample>[]): PlayResult => ({
  contender: 'ours',
  call: 'debit',
  connections: 32,
  ...play,
  samples: samples.map((sample) => ({ ...SAMPLE, ...sample })),
});

const resultsOf = (plays: readonly PlayResult[]): Results => ({
  format: 1,
  measuredAt: '2026-02-05T16:58:35.476Z',
  commit: 'abc1234',
  node: '24.1.0',
  database: '10.11-MariaDB',
  machine: '2 cores',
  mode: '3 rounds of 1 s',
  diskMicroseconds: 200,
  plays,
  memory: {},
  distances: [],
  doubts: [],
});

describe('ratios', () => {
  const ours = played({}, [{ serverCpu: 300 }, { serverCpu: 440 }, { serverCpu: 800 }]);
  const bare = played({ contender: 'bare' }, [{ serverCpu: 100 }, { serverCpu: 200 }, { serverCpu: 400 }]);

  it('are taken within each round: a slow one is slow for both', () => {
    const [ratio] = ratiosOf([ours, bare]);
    expect(ratio).toMatchObject({ says: 'debit, 1,000 wallets: server CPU / bare', value: 2.2, goal: '≤ 2' });
  });

  it('say whether they are what they are meant to be', () => {
    const half = played({}, [{ serverCpu: 100 }, { serverCpu: 200 }, { serverCpu: 400 }]);
    expect(ratiosOf([ours, bare])[0]?.isReached).toBe(false);
    expect(ratiosOf([half, bare])[0]?.isReached).toBe(true);
  });

  it('are told where both of their plays were played, and no others', () => {
    expect(ratiosOf([ours])).toEqual([]);
    const says = ratiosOf([ours, bare]).map((ratio) => ratio.says);
    expect(says).toEqual(['debit, 1,000 wallets: server CPU / bare']);
  });

  it('know the trips of a lone bet, which is a figure by itself', () => {
    const lone = played({ contender: 'ours at a distance', connections: 1, distanceMs: 0 }, [
      { trips: 9 },
      { trips: 9.1 },
      { trips: 9 },
    ]);
    expect(ratiosOf([lone])).toMatchObject([{ value: 9, isReached: false }]);
  });
});

describe('what moved', () => {
  it('lies further apart than the rounds of both runs', () => {
    expect(moveOf([100, 101, 99], [80, 81, 79])).toMatchObject({ before: 100, after: 80, change: -0.2 });
    expect(moveOf([100, 120, 80], [80, 100, 60])).toBeUndefined();
  });

  it('is more than a trifle, however steady the machine was', () => {
    expect(moveOf([100, 100, 100], [102, 102, 102])).toBeUndefined();
    expect(moveOf([100, 100, 100], [104, 104, 104])).toMatchObject({ change: 0.04 });
  });

  it('is told of plays that both runs have, by their names', () => {
    const rounds = (serverCpu: number) => [{ serverCpu }, { serverCpu }, { serverCpu }];
    const before = resultsOf([played({}, rounds(100)), played({ call: 'hot' }, rounds(100))]);
    const after = resultsOf([played({}, rounds(150)), played({ call: 'session' }, rounds(100))]);
    const moves = movesBetween(before, after);
    expect(moves.map(({ play, figure }) => [play, figure])).toEqual([
      ['ours: debit, 32 connections', 'serverCpu'],
    ]);
    expect(comparisonOf(moves, before)).toContain('| +50 %');
    expect(comparisonOf([], before)).toMatch(/^Nothing moved beyond noise since Node 24.1.0, commit abc1234/);
  });

  it('is nothing where the trips were not counted', () => {
    expect(movesBetween(resultsOf([played({}, [{}, {}])]), resultsOf([played({}, [{}, {}])]))).toEqual([]);
  });
});

describe('doubts', () => {
  const steady = played({ contender: 'bare' }, [{ serverCpu: 100 }, { serverCpu: 101 }, { serverCpu: 99 }]);

  it('are none on a quiet machine', () => {
    expect(doubtsOf({ plays: [steady] })).toEqual([]);
  });

  it('say how much others had of the machine', () => {
    const disturbed = played({}, [{ others: 0.8 }, { others: 0.7 }, { others: 0.9 }]);
    expect(doubtsOf({ plays: [disturbed] })).toEqual([
      expect.stringMatching(/^Others used 0\.80 cores of this machine/),
    ]);
  });

  it('name a yardstick that cost something else in each round, and what would help', () => {
    const unsteady = { ...steady, samples: [100, 150, 200].map((serverCpu) => ({ ...SAMPLE, serverCpu })) };
    expect(doubtsOf({ plays: [unsteady] })).toEqual([
      expect.stringMatching(/debit call on bare by 32 connections cost between 100 and 200 µs.*--rounds/),
    ]);
  });

  it('leave what is measured by them free to move', () => {
    const moved = played({ contender: 'by hand' }, [{ serverCpu: 1 }, { serverCpu: 9 }, { serverCpu: 20 }]);
    expect(doubtsOf({ plays: [steady, moved] })).toEqual([]);
  });
});

describe('what people see', () => {
  it('is a table whose columns are as wide as their widest cell', () => {
    expect(table(['a', 'long head'], [['longer', 'b']])).toBe(
      '| a      | long head |\n| ------ | --------- |\n| longer | b         |',
    );
  });

  it('names plays by all that tells them apart', () => {
    expect(nameOf(played({ connections: 1 }, []))).toBe('ours: debit, 1 connection');
    expect(nameOf(played({ distanceMs: 0 }, []))).toBe('ours: debit, 32 connections, 0 ms away');
  });

  it('is a chart with a bar for the server and one for the database, to one scale', () => {
    const chart = chartOf([
      played({}, [{ serverCpu: 300, databaseCpu: 100 }]),
      played({ contender: 'a < b' }, [{ serverCpu: 200, databaseCpu: 0 }]),
      played({ connections: 1 }, [{ serverCpu: 9_999 }]),
    ]);
    const widths = [...chart.matchAll(/<rect x="[\d.]+" y="\d+" width="([\d.]+)" height="18"/g)].map(
      ([, width]) => Number(width),
    );
    expect(widths.map((width) => Math.round((width / (widths[0] ?? 0)) * 300))).toEqual([300, 100, 200, 0]);
    expect(chart).toContain('a &lt; b: debit');
    expect(chart).toContain('400 µs, 1000/s');
  });
});
