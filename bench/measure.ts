import type { Running } from './contenders/start.js';
import type { Play, Sample } from './figures/results.js';
import { quantile } from './figures/statistics.js';
import { type CallKind, Calls } from './load/calls.js';
import { Client, WrongAnswerError } from './load/client.js';
import { cpuOf, machineCpu } from './machine/processes.js';

/** Processes so far, in microseconds; `all` are those that belong to the run. */
interface Spent {
  readonly server: number;
  readonly database: number;
  readonly client: number;
  readonly all: number;
  readonly machine: number;
  readonly trips: number;
}

const WARM_UP_STEP_MS = 300;

/** Plays one contender. What is told is the time after the warm-up. */
export class Player {
  private readonly calls: Calls;
  private readonly rates = new Map<string, number>();
  /** Bets of a cent that were answered. */
  bets: number;

  constructor(
    readonly running: Running,
    private readonly databasePid: number,
  ) {
    this.calls = new Calls(running.world);
    this.bets = running.contender.schema ? 1 : 0; // of the check before
  }

  /** Plays until there were so many calls, but no longer than so long. */
  async warmUp(play: Play, calls: number, ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let done = 0; done < calls && performance.now() < end;) {
      done += (await this.sample(play, 0, WARM_UP_STEP_MS)).calls;
    }
  }

  /** @throws WrongAnswerError at the first answer that is not as expected */
  async sample(play: Play, warmUpMs: number, ms: number): Promise<Sample> {
    const { contender, call, connections, distanceMs = 0 } = play;
    const { server, distant } = this.running;
    const key = `${call} ${connections} ${distanceMs}`;
    await distant?.setDistance(distanceMs);
    const client = await Client.open(server.port, connections);
    try {
      const rate = Math.max(await this.fill(client, call, warmUpMs), this.rates.get(key) ?? 0);
      this.calls.prepare(call, Math.ceil(rate * ms * 1.5) + connections);
      const before = await this.spent();
      const { calls, ms: took, latencies } = await this.play(client, call, ms);
      const after = await this.spent();
      this.rates.set(key, calls / took);
      const each = (name: keyof Spent): number => (after[name] - before[name]) / calls;
      return {
        calls,
        rate: (calls / took) * 1_000,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
        serverCpu: each('server'),
        databaseCpu: each('database'),
        clientCpu: each('client'),
        ...(distant ? { trips: each('trips') } : {}),
        others: Math.max(0, ((each('machine') - each('all')) * calls) / (took * 1_000)),
      };
    } catch (error) {
      if (!(error instanceof WrongAnswerError)) throw error;
      throw new WrongAnswerError(`${contender} answers a ${call} call wrongly: it ${error.message}`);
    } finally {
      client.close();
    }
  }

  /** Calls a millisecond. */
  private async fill(client: Client, call: CallKind, ms: number): Promise<number> {
    if (ms === 0) return 0;
    const { calls, ms: took } = await this.play(client, call, ms);
    return calls / took;
  }

  private async play(client: Client, call: CallKind, ms: number): ReturnType<Client['play']> {
    const played = await client.play(ms, () => this.calls.next(call), this.running.contender.answers[call]);
    if (call === 'debit' || call === 'hot') this.bets += played.calls;
    return played;
  }

  private async spent(): Promise<Spent> {
    const { server, distant, contender } = this.running;
    const trips = (await distant?.trips()) ?? 0;
    const { user, system } = process.cpuUsage();
    const [ours, database] = [cpuOf(server.pid), cpuOf(this.databasePid)];
    const client = user + system;
    return {
      server: ours,
      database: contender.database === 'mysql' ? database : 0,
      client,
      all: ours + database + client + (distant ? cpuOf(distant.pid) : 0),
      machine: machineCpu(),
      trips,
    };
  }
}
