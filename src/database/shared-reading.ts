/** How old what is shared may be, and so how long a change of another instance's may go unseen. */
export const SHARED_LIFE_MS = 1_000;
/** So many readings anew may follow each other, this far apart, then one a second. */
const ANEW_IN_A_ROW = 20;
const ANEW_INTERVAL_MS = 20;

interface Reading<T> {
  readonly startedAt: number;
  readonly value: Promise<T>;
}

/**
 * What all callers are measured by, read for all of them together, so that strangers cannot drive the database: however
 * many ask, it is read about once a second, and who asks does not change what is kept. A call that would be refused by it
 * may be right by what another instance has just changed; {@link anew} tells, and whoever floods it waits.
 */
export class SharedReading<T> {
  private latest: { readonly startedAt: number; readonly value: T } | undefined;
  private current: Reading<T> | undefined;
  private next: Promise<T> | undefined;
  private lastStartedAt = -Infinity;
  private credit = ANEW_IN_A_ROW;
  private creditAt = performance.now();
  private forgotten = 0;

  constructor(private readonly read: () => Promise<T>) {}

  /** As it was at most {@link SHARED_LIFE_MS} ago. */
  recent(): T | Promise<T> {
    const isFresh = ({ startedAt }: { readonly startedAt: number }): boolean =>
      performance.now() - startedAt < SHARED_LIFE_MS;
    if (this.latest && isFresh(this.latest)) return this.latest.value;
    if (this.current && isFresh(this.current)) return this.current.value;
    return this.start();
  }

  /** As it is after this call; all that wait share one reading. */
  anew(): Promise<T> {
    this.next ??= this.startInTime();
    return this.next;
  }

  /** What this instance has just changed counts at once. */
  forget(): void {
    this.forgotten += 1;
    this.latest = undefined;
    this.current = undefined;
  }

  private async startInTime(): Promise<T> {
    const ms = this.pauseMs();
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.next = undefined; // who comes now needs a later reading than the one that starts
    return this.start();
  }

  private pauseMs(): number {
    const now = performance.now();
    this.credit = Math.min(ANEW_IN_A_ROW, this.credit + (now - this.creditAt) / SHARED_LIFE_MS) - 1;
    this.creditAt = now;
    return Math.max(0, this.lastStartedAt + ANEW_INTERVAL_MS - now, -this.credit * SHARED_LIFE_MS);
  }

  private start(): Promise<T> {
    const { forgotten } = this;
    const startedAt = performance.now();
    this.lastStartedAt = startedAt;
    const reading = { startedAt, value: this.read() };
    this.current = reading;
    const end = (): void => {
      if (this.current === reading) this.current = undefined;
    };
    reading.value.then((value) => {
      end();
      const isLatest = startedAt >= (this.latest?.startedAt ?? 0);
      if (forgotten === this.forgotten && isLatest) this.latest = { startedAt, value };
    }, end); // those who wait hear of a failure, and the next who asks tries again
    return reading.value;
  }
}
