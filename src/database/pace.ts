/** What is read at once takes about this long, and keeps nobody waiting longer; on SQLite it holds the only connection. */
const READ_MS = 20;

/**
 * How much to read at once, in whatever unit: little at first, twice as much while reading is quick, half as much where
 * it is slow. What the quickest read took is the way to the database and back, which no shorter read would save.
 */
export class Pace {
  length: number;
  private quickestMs = Infinity;

  constructor(
    private readonly shortest: number,
    private readonly longest = Infinity,
  ) {
    this.length = shortest;
  }

  /** @param readMs how long reading {@link length} took */
  learn(readMs: number): void {
    this.quickestMs = Math.min(this.quickestMs, readMs);
    const ms = readMs - this.quickestMs;
    if (ms < READ_MS / 2) this.length = Math.min(this.length * 2, this.longest);
    else if (ms > READ_MS) this.length = Math.max(Math.floor(this.length / 2), this.shortest);
  }
}
