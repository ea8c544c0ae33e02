import http from 'node:http';
import {
  balance,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  type Answer,
} from '../gpas.js';
import { sleep } from '../load.js';

const FUNDS = 1_000;
const TICK_MS = 5;

/** A call of GPAS's, from the moment when it was due. */
interface Call {
  readonly name: string;
  readonly ms: number;
  /** The status, or why there is none. */
  readonly end: string;
}

/**
 * GPAS at an even rate, whether it is answered or not: bets, wins, balances and sessions that open and close, on some wallets;
 * knows what each wallet must have.
 */
export class Players {
  readonly calls: Call[] = [];
  /** By wallet, in whole units. */
  readonly expected = new Map<string, number>();
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly sessions: string[] = [];
  private readonly opened: string[] = [];

  private constructor(private readonly url: string) {}

  static async seat(url: string, wallets: number): Promise<Players> {
    const players = new Players(url);
    for (let index = 0; index < wallets; index += 1) {
      const walletId = `besieged-${index}`;
      players.sessions.push(await openFundedSession(url, walletId, { real: FUNDS }));
      players.expected.set(walletId, FUNDS);
    }
    return players;
  }

  /** So many calls, some at a time: a server that has just started is several times slower. */
  async warmUp(calls: number): Promise<void> {
    let turn = 0;
    const one = async (): Promise<void> => {
      while (turn < calls) await this.call((turn += 1), performance.now(), 'warm');
    };
    await Promise.all(Array.from({ length: 8 }, one));
    this.calls.length = 0;
  }

  async play(perSecond: number, seconds: number): Promise<void> {
    const startedAt = performance.now();
    const all: Promise<void>[] = [];
    const total = perSecond * seconds;
    while (all.length < total) {
      const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
      while (all.length < due) all.push(this.call(all.length, startedAt + (all.length * 1_000) / perSecond));
      await sleep(TICK_MS);
    }
    await Promise.all(all);
    this.agent.destroy();
  }

  private async call(turn: number, dueAt: number, prefix = 'siege'): Promise<void> {
    const player = turn % this.sessions.length;
    const [name, answer] = this.send(turn, player, prefix);
    const end = await answer.then(
      ({ status }) => String(status),
      (error: unknown) => (error as Error).message,
    );
    this.calls.push({ name, end, ms: performance.now() - dueAt });
  }

  private send(turn: number, player: number, prefix: string): [string, Promise<Answer>] {
    const { url, agent } = this;
    const walletId = `besieged-${player}`;
    const session = this.sessions[player] ?? '';
    const reference = `${prefix}-${turn}`;
    const kind = (turn + Math.floor(turn / this.sessions.length)) % 5;
    if (kind === 0)
      return ['debit', this.moves(walletId, -3, debit(url, session, reference, { value: 3 }, { agent }))];
    if (kind === 1)
      return ['credit', this.moves(walletId, 2, credit(url, session, reference, { value: 2 }, { agent }))];
    if (kind === 2) return ['open', this.opens(openSession(url, walletId, { agent }))];
    const closing = kind === 3 ? this.opened.shift() : undefined;
    if (closing !== undefined) return ['close', closeSession(url, closing, { agent })];
    return ['balance', balance(url, session, { agent })];
  }

  private async moves(walletId: string, amount: number, call: Promise<Answer>): Promise<Answer> {
    const answer = await call;
    if (answer.status === 201) this.expected.set(walletId, (this.expected.get(walletId) ?? 0) + amount);
    return answer;
  }

  private async opens(call: Promise<Answer>): Promise<Answer> {
    const answer = await call;
    if (answer.status === 201) this.opened.push((answer.body as { id: string }).id);
    return answer;
  }
}
