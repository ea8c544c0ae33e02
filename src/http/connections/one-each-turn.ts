import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Standing } from './standing.js';

/** Whose turn it is, if anybody of theirs waits: in a flood of one of them the others go on. */
const TURNS: readonly Standing[] = [
  'gpas',
  'claiming',
  'gpas',
  'gpas',
  'likely',
  'gpas',
  'gpas',
  'anonymous',
];

/**
 * So many of GPAS's begin in one turn. Each turn asks the system what is new, and answers that leave one by one wake their reader
 * one by one: of a session's 200 µs of CPU without its database 55 or more (Node 24).
 */
const GPAS_IN_A_TURN = 8;

type Waiting = readonly [IncomingMessage, ServerResponse];

/**
 * Begins one request in each turn of the event loop, in GPAS's turns a few of GPAS's, and those before all others, so that a flood
 * waits and play goes on; of one standing in the order in which they came.
 *
 * Node takes one new connection a turn: where those that are open have twenty requests begun in each, connections come in
 * twenty times as slowly, and past the 511 that may wait they find nobody. So in a turn that took one, only one begins, and nothing anonymous:
 * the next turn, with the next connection, is soon.
 */
export class OneEachTurn {
  private readonly waiting: Readonly<Record<Standing, Waiting[]>> = {
    gpas: [],
    claiming: [],
    likely: [],
    anonymous: [],
  };
  private count = 0;
  private turn = 0;
  private isConnecting = false;

  constructor(private readonly handle: RequestListener) {}

  /** A connection was taken in this turn. */
  onConnection(): void {
    this.isConnecting = true;
  }

  take(standing: Standing, request: IncomingMessage, response: ServerResponse): void {
    this.waiting[standing].push([request, response]);
    this.count += 1;
    if (this.count === 1) setImmediate(this.begin);
  }

  private readonly begin = (): void => {
    const { gpas } = this.waiting;
    const waited = gpas.length;
    const next = this.next();
    const others = gpas.length < waited && !this.isConnecting ? gpas.splice(0, GPAS_IN_A_TURN - 1) : [];
    this.isConnecting = false;
    const begun = next ? [next, ...others] : others;
    this.count -= begun.length;
    if (this.count > 0) setImmediate(this.begin);
    for (const [request, response] of begun) if (!response.destroyed) this.handle(request, response);
  };

  private next(): Waiting | undefined {
    const { gpas, claiming, likely, anonymous } = this.waiting;
    if (this.isConnecting) return gpas.shift() ?? claiming.shift() ?? likely.shift();
    const first = this.waiting[TURNS[this.turn++ % TURNS.length] ?? 'gpas'];
    return first.shift() ?? gpas.shift() ?? claiming.shift() ?? likely.shift() ?? anonymous.shift();
  }
}
