/** Of one kind, in each minute. */
const LINES = 60;
const MINUTE_MS = 60_000;

/** What was answered, and in whose name it was asked, if that is a parent system that is registered: few values each. */
export interface AnonymousAnswer {
  readonly status: number | 'aborted';
  readonly code: number | undefined;
  readonly parentSystemId: string | undefined;
}

/**
 * Which answers to callers whom no signature and no key vouches for have lines in the access log: of each kind so many in a
 * minute, the rest is told as a number when the minute ends. So nobody's flood fills the log, or hides what is answered
 * otherwise. In memory, for each process.
 */
export class AnonymousLines {
  private readonly counted = new Map<string, { readonly answer: AnonymousAnswer; times: number }>();

  /** @param tell is called with how many of a kind had no line */
  constructor(private readonly tell: (answer: AnonymousAnswer, times: number) => void) {}

  /** @returns whether this one has its line */
  count(answer: AnonymousAnswer): boolean {
    if (this.counted.size === 0) setTimeout(() => this.endMinute(), MINUTE_MS).unref();
    const { status, code, parentSystemId } = answer;
    const kind = `${status} ${code} ${parentSystemId}`;
    const counted = this.counted.get(kind) ?? { answer, times: 0 };
    this.counted.set(kind, counted);
    counted.times += 1;
    return counted.times <= LINES;
  }

  private endMinute(): void {
    const ended = [...this.counted.values()];
    this.counted.clear();
    for (const { answer, times } of ended) if (times > LINES) this.tell(answer, times - LINES);
  }
}
