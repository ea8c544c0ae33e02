import type { Running } from './contenders/start.js';
import { quantile } from './figures/statistics.js';
import { type CallKind, Calls } from './load/calls.js';
import { Client, WrongAnswerError } from './load/client.js';
import { cpuOf, machineCpu } from './machine/processes.js';

/** One kind of call on one contender, by so many callers at once. */
export interface Play {
  readonly contender: string;
  readonly call: CallKind;
  readonly connections: number;
}

/** What one round of a play was. CPU in microseconds a call. */
export interface Sample {
  readonly calls: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly clientCpu: number;
  /** Cores that were at work on something else of this machine, or taken by its host. */
  readonly others: number;
}

export interface Pace {
  readonly warmUpMs: number;
  readonly ms: number;
}

/** Plays one contender. What is told is the time after the warm-up. */
export class Player {
  private readonly calls: Calls;
  private readonly rates = new Map<string, number>();
  /** Bets that were answered so far, to be held against the ledger. */
  bets = 0;

  constructor(
    readonly running: Running,
    private readonly databasePid: number | undefined,
  ) {
    this.calls = new Calls(running.world);
  }

  async sample({ contender, call, connections }: Play, { warmUpMs, ms }: Pace): Promise<Sample> {
    const { server } = this.running;
    const key = `${call} ${connections}`;
    const client = await Client.open(server.port, connections);
    try {
      const warmUp = await this.play(client, call, warmUpMs);
      const rate = Math.max(warmUp.calls / warmUp.ms, this.rates.get(key) ?? 0);
      this.calls.prepare(call, Math.ceil(rate * ms * 1.5) + connections);
      const before = this.cpu();
      const { calls, ms: took, latencies } = await this.play(client, call, ms);
      const after = this.cpu();
      this.rates.set(key, calls / took);
      const spent = (pick: (cpu: typeof after) => number): number => pick(after) - pick(before);
      const known = spent(({ ours }) => ours);
      return {
        calls,
        rate: (calls / took) * 1_000,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
        serverCpu: spent((cpu) => cpu.server) / calls,
        databaseCpu: spent((cpu) => cpu.database) / calls,
        clientCpu: spent((cpu) => cpu.client) / calls,
        others: Math.max(0, (spent((cpu) => cpu.machine) - known) / (took * 1_000)),
      };
    } catch (error) {
      if (!(error instanceof WrongAnswerError)) throw error;
      throw new WrongAnswerError(`${contender} answers a ${call} call wrongly: it ${error.message}`);
    } finally {
      client.close();
    }
  }

  private async play(client: Client, call: CallKind, ms: number): ReturnType<Client['play']> {
    const played = await client.play(ms, () => this.calls.next(call), this.running.contender.answers[call]);
    if (call === 'debit' || call === 'hot') this.bets += played.calls;
    return played;
  }

  private cpu(): { server: number; database: number; client: number; ours: number; machine: number } {
    const { user, system } = process.cpuUsage();
    const [server, client] = [cpuOf(this.running.server.pid), user + system];
    const database = this.databasePid === undefined ? 0 : cpuOf(this.databasePid);
    const isPlayedOn = this.running.contender.database === 'mysql';
    return {
      server,
      database: isPlayedOn ? database : 0,
      client,
      ours: server + database + client,
      machine: machineCpu(),
    };
  }
}
