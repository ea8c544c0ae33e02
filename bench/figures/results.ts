import { readFileSync } from 'node:fs';
import type { CallKind } from '../load/calls.js';

/** One kind of call on one contender, by so many callers at once. */
export interface Play {
  readonly contender: string;
  readonly call: CallKind;
  readonly connections: number;
  /** How far away the database is put, there and back; undefined where nothing is between. */
  readonly distanceMs?: number;
}

/** What one round of a play was. CPU in microseconds a call, times in milliseconds. */
export interface Sample {
  readonly calls: number;
  /** Calls a second. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly clientCpu: number;
  /** Trips to the database a call, where they are counted. */
  readonly trips?: number;
  /** Cores that were at work on something else of this machine, or taken by its host. */
  readonly others: number;
}

export interface PlayResult extends Play {
  /** One of each round, in their order. */
  readonly samples: readonly Sample[];
}

/** All that one run has measured; what is kept in a file, to be compared with later. */
export interface Results {
  readonly format: 1;
  readonly measuredAt: string;
  readonly commit: string;
  readonly node: string;
  readonly database: string;
  readonly machine: string;
  readonly mode: string;
  /** How long the disk takes to keep 4 KB, in microseconds. */
  readonly diskMicroseconds: number;
  readonly plays: readonly PlayResult[];
  /** The most memory of each server, in bytes. */
  readonly memory: Readonly<Record<string, number>>;
  /** How long a statement that does nothing takes at each distance, in milliseconds. */
  readonly distances: readonly { readonly ms: number; readonly measuredMs: number }[];
  /** Why nothing can be told by them. */
  readonly doubts: readonly string[];
}

/** The figures of a sample, for whoever needs one of each round. */
export const figure = {
  rate: ({ rate }: Sample): number => rate,
  p50: ({ p50 }: Sample): number => p50,
  p99: ({ p99 }: Sample): number => p99,
  serverCpu: ({ serverCpu }: Sample): number => serverCpu,
  databaseCpu: ({ databaseCpu }: Sample): number => databaseCpu,
  clientCpu: ({ clientCpu }: Sample): number => clientCpu,
  trips: ({ trips }: Sample): number => trips ?? NaN,
} as const;
export type FigureName = keyof typeof figure;

/** The name of a play, the same in every run. */
export function nameOf({ contender, call, connections, distanceMs }: Play): string {
  const distance = distanceMs === undefined ? '' : `, ${distanceMs} ms away`;
  return `${contender}: ${call}, ${connections} ${connections === 1 ? 'connection' : 'connections'}${distance}`;
}

/** @throws Error where the file is not one of ours */
export function readResults(file: string): Results {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>;
  if (results.format !== 1) throw new Error(`${file} holds no results that this can read.`);
  return results as Results;
}
