import type { Contender } from './contenders/contenders.js';
import type { CallKind } from './load/calls.js';
import type { Play } from './figures/results.js';

const CONNECTIONS = [1, 32, 128];
const DISTANCES = [0, 0.5, 1, 2];
/** Where time is short, what no goal needs is left out. */
const QUICK: Readonly<Record<string, readonly CallKind[]>> = {
  'own checks': [],
  'by hand': ['debit'],
  'ours on SQLite': ['debit'],
};

/** What is played of a contender. */
export function playsOf({ name, calls, isDistant = false }: Contender, quick: boolean): Play[] {
  if (isDistant) return distantPlays(name, quick ? [0, 1] : DISTANCES);
  const played = quick ? (QUICK[name] ?? calls) : calls;
  return (quick ? [32] : CONNECTIONS)
    .flatMap((connections) => played.map((call): Play => ({ contender: name, call, connections })))
    .concat(quick && LONE.includes(name) ? [{ contender: name, call: 'debit', connections: 1 }] : []);
}

const LONE: readonly string[] = ['checked', 'ours'];

/** A lone bet for its trips, and many at each distance. */
function distantPlays(contender: string, distances: readonly number[]): Play[] {
  const call = 'debit';
  return [
    { contender, call, connections: 1, distanceMs: 0 },
    ...distances.map((distanceMs): Play => ({ contender, call, connections: 64, distanceMs })),
  ];
}
