import { median, noise } from '../figures/statistics.js';

/** By how much the processor time of a call may grow over that of bare before somebody must look. */
export const ALLOWED = 1.15;

/** What was committed, for one major version of Node. */
export interface Committed {
  /** Server CPU of a call over that of a bare debit, by kind of call. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Microseconds of a debit by subsystem, and of a bare debit in the same minutes. */
  readonly subsystems: Readonly<Record<string, number>>;
  readonly bareMicroseconds: number;
}

export interface Growth {
  readonly measured: number;
  readonly noise: number;
  readonly allowed: number;
  readonly isTooMuch: boolean;
}

/**
 * What so many ratios, each of one round, say of the one that was committed. Only what stands out of the noise is too much: a
 * machine that has other things to do must not stop anybody.
 */
export function growthOf(ratios: readonly number[], committed: number): Growth {
  const measured = median(ratios);
  const allowed = committed * ALLOWED;
  return { measured, noise: noise(ratios), allowed, isTooMuch: measured - noise(ratios) > allowed };
}

/**
 * The subsystems that grew, the one that grew most first, in microseconds of a call.
 * @param bareMicroseconds what a bare debit costs now: this machine may be slower than the one of before
 */
export function grownSubsystems(
  now: Readonly<Record<string, number>>,
  bareMicroseconds: number,
  committed: Committed,
): { readonly name: string; readonly was: number; readonly is: number }[] {
  const scale = bareMicroseconds / committed.bareMicroseconds;
  return Object.entries(now)
    .map(([name, is]) => ({ name, was: (committed.subsystems[name] ?? 0) * scale, is }))
    .filter(({ was, is }) => is > was)
    .sort((one, other) => other.is - other.was - (one.is - one.was));
}
