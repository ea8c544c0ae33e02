/** Nobody got a turn in time: the work has not been started. */
export class TurnTimeoutError extends Error {
  readonly code = 'TURN_TIMEOUT';
  constructor(waitMs: number) {
    super(`No database connection became free within ${waitMs} ms`);
    this.name = 'TurnTimeoutError';
  }
}

/** Those of one kind: how many may run at once, and who waits, the first to come first. */
interface Line {
  readonly most: number;
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * At most `places` pieces of work run at once, the rest wait in line, first come, first served, each for a bounded time.
 * On SQLite, where TypeORM has one connection, there is one place; on MySQL there is one for each connection of
 * the pool, so that nobody ever waits inside the pool, which has no time limit of its own.
 *
 * What everybody waits for goes ahead ({@link takeAhead}): `kept` places are its own, and a place that becomes free is its
 * before anybody else's. One place is always left to the others, so that they go on too; where there is but one, both have
 * it by turns.
 */
export class Turns {
  private readonly ahead: Line;
  private readonly common: Line;
  private last: Line;

  /** @param kept less than `places` */
  constructor(
    private readonly places: number,
    private readonly waitMs: number,
    kept = 0,
  ) {
    this.ahead = { most: Math.max(1, places - 1), running: 0, waiting: [] };
    this.common = { most: places - kept, running: 0, waiting: [] };
    this.last = this.common;
  }

  /** Pieces of work that run. */
  get taken(): number {
    return this.ahead.running + this.common.running;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.ahead.waiting.length + this.common.waiting.length;
  }

  /**
   * Runs `work` when its turn comes.
   * @param waitMs where this piece may not wait as long as others
   * @throws TurnTimeoutError when that takes too long; `work` is then never run.
   */
  take<T>(work: () => Promise<T>, waitMs = this.waitMs): Promise<T> {
    return this.run(this.common, work, waitMs);
  }

  /** The same, ahead of those that {@link take}. */
  takeAhead<T>(work: () => Promise<T>): Promise<T> {
    return this.run(this.ahead, work, this.waitMs);
  }

  private async run<T>(line: Line, work: () => Promise<T>, waitMs: number): Promise<T> {
    if (this.hasPlaceFor(line)) this.enter(line);
    else await this.wait(line, waitMs);
    try {
      return await work();
    } finally {
      line.running -= 1;
      this.admitNext();
    }
  }

  private hasPlaceFor(line: Line): boolean {
    return this.taken < this.places && line.running < line.most;
  }

  private enter(line: Line): void {
    line.running += 1;
    this.last = line;
  }

  /** One left, so one may enter. */
  private admitNext(): void {
    const isOthersTurn = this.places === 1 && this.last === this.ahead;
    const order = isOthersTurn ? [this.common, this.ahead] : [this.ahead, this.common];
    const line = order.find((one) => one.waiting.length > 0 && this.hasPlaceFor(one));
    if (!line) return;
    this.enter(line);
    line.waiting.shift()?.();
  }

  private wait({ waiting }: Line, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(new TurnTimeoutError(waitMs));
      }, waitMs);
      waiting.push(enter);
    });
  }
}
