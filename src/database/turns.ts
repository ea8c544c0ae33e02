/** Nobody got a turn in time: the work has not been started. */
export class TurnTimeoutError extends Error {
  readonly code = 'TURN_TIMEOUT';
  constructor(waitMs: number) {
    super(`No database connection became free within ${waitMs} ms`);
    this.name = 'TurnTimeoutError';
  }
}

/**
 * First come, first served: at most `places` pieces of work run at once, the rest wait in line, each for a bounded
 * time. On SQLite, where TypeORM has one connection, there is one place; on MySQL there is one for each connection of
 * the pool, so that nobody ever waits inside the pool, which has no time limit of its own.
 */
export class Turns {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(
    private readonly places: number,
    private readonly waitMs: number,
  ) {
    this.free = places;
  }

  /** Pieces of work that run. */
  get taken(): number {
    return this.places - this.free;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.line.length;
  }

  /**
   * Runs `work` when its turn comes.
   * @param waitMs where this piece may not wait as long as others
   * @throws TurnTimeoutError when that takes too long; `work` is then never run.
   */
  async take<T>(work: () => Promise<T>, waitMs = this.waitMs): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.wait(waitMs);
    try {
      return await work();
    } finally {
      const next = this.line.shift();
      if (next) next();
      else this.free += 1;
    }
  }

  private wait(waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(enter), 1);
        reject(new TurnTimeoutError(waitMs));
      }, waitMs);
      this.line.push(enter);
    });
  }
}
