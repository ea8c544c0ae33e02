import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { networkOf } from '../../config/network.js';
import { GpasError } from '../../errors/gpas-error.js';

/** Whom it counts at most; past that the longest unseen is forgotten, so that no flood of addresses fills the memory. */
const MAX_COUNTED = 10_000;
/** A flood is one line in the log each time, and not one for each call. */
const LINE_INTERVAL_MS = 60_000;

interface Failures {
  readonly since: number;
  count: number;
}

/**
 * Tells who fails too often: after so many failed calls within the window, those that fail are answered 429 until it ends. Only
 * calls that have failed get here, so nobody's failures are in the way of a call that verifies, from the same address too. In
 * memory, for each process.
 */
@Injectable()
export class FailedCalls {
  private readonly logger = new Logger('FailedCalls');
  /** The longest unseen first. */
  private readonly counted = new Map<string, Failures>();
  private readonly max: number;
  private readonly windowMs: number;
  private refused = 0;
  private lastLineAt = -Infinity;

  constructor({ failedCalls }: Config) {
    this.max = failedCalls.max;
    this.windowMs = failedCalls.windowSeconds * 1_000;
  }

  /**
   * Counts a call that has failed.
   * @param address its caller's; of IPv6 its whole network counts
   * @param claimed in whose name it was made, out of few: a parent system that is registered, the back office
   * @returns TOO_MANY_REQUESTS where as many have failed before as may
   */
  count(address: string, claimed: string): GpasError | undefined {
    const who = `${networkOf(address)} ${claimed}`;
    const now = performance.now();
    const known = this.counted.get(who);
    const failures = known && now - known.since < this.windowMs ? known : { since: now, count: 0 };
    failures.count += 1;
    this.counted.delete(who);
    this.counted.set(who, failures);
    const [longestUnseen] = this.counted.keys();
    if (this.counted.size > MAX_COUNTED && longestUnseen !== undefined) this.counted.delete(longestUnseen);
    if (failures.count <= this.max) return undefined;
    this.tell(address, now);
    const seconds = Math.ceil((failures.since + this.windowMs - now) / 1_000);
    return new GpasError('TOO_MANY_REQUESTS', undefined, { 'Retry-After': String(seconds) });
  }

  private tell(address: string, now: number): void {
    this.refused += 1;
    if (now - this.lastLineAt < LINE_INTERVAL_MS) return;
    this.logger.warn(`${this.refused} failing calls were answered 429, the last from ${address}`);
    this.lastLineAt = now;
    this.refused = 0;
  }
}
