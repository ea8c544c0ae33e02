/**
 * How much to read at once, in whatever unit: little at first, twice as much while reading is quick, half as much where
 * it is slow. What the quickest read took is the way to the database and back, which no shorter read would save.
 */
export class Pace {
  length: number;
  private lightest = Infinity;

  constructor(
    private readonly shortest: number,
    private readonly longest = Infinity,
  ) {
    this.length = shortest;
  }

  /** @param load that reading {@link length} was, as `readGently` says it: 1 is as much as it should be */
  learn(load: number): void {
    this.lightest = Math.min(this.lightest, load);
    const excess = load - this.lightest;
    if (excess < 0.5) this.length = Math.min(this.length * 2, this.longest);
    else if (excess > 1) this.length = Math.max(Math.floor(this.length / 2), this.shortest);
  }
}
