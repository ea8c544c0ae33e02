import { availableParallelism } from 'node:os';
import { verifyLedger } from './checks/ledger.js';
import { startOurs } from './contenders/start.js';
import { noise, median } from './figures/statistics.js';
import type { CallKind } from './load/calls.js';
import { DatabaseServer } from './machine/database-server.js';
import { cpuOf } from './machine/processes.js';
import { Player } from './measure.js';

/**
 * `npm run bench:pair`: two servers on one database, over one on its own, in turns, with as many connections in all; bets on 1,000
 * wallets, and all on the same one. What a second process gains has to be seen with processors for both: the machine's are told.
 */
const node = process.env['BENCH_NODE'] ?? process.execPath;
const CONNECTIONS = 64;
const ROUNDS = 10;
const ROUND_MS = 2_000;
const WARM_UP_CALLS = 5_000;

async function playersOn(database: DatabaseServer, name: string, count: number): Promise<Player[]> {
  const servers = await startOurs(await database.createDatabase(name), node, count);
  return servers.map((running) => new Player(running, database.pid));
}

interface Together {
  readonly rate: number;
  /** A call's, in microseconds, of the servers together and of the database. */
  readonly server: number;
  readonly database: number;
}

async function playTogether(
  players: readonly Player[],
  call: CallKind,
  database: DatabaseServer,
): Promise<Together> {
  const play = { contender: 'ours', call, connections: CONNECTIONS / players.length } as const;
  const before = cpuOf(database.pid);
  const samples = await Promise.all(players.map((player) => player.sample(play, 0, ROUND_MS)));
  const spent = cpuOf(database.pid) - before;
  const calls = samples.reduce((sum, each) => sum + each.calls, 0);
  return {
    rate: samples.reduce((sum, each) => sum + each.rate, 0),
    server: samples.reduce((sum, each) => sum + each.serverCpu * each.calls, 0) / calls,
    database: spent / calls,
  };
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const database = await DatabaseServer.start();
const [alone, pair] = [await playersOn(database, 'alone', 1), await playersOn(database, 'pair', 2)];
for (const call of ['debit', 'hot'] as const) {
  for (const player of [...alone, ...pair])
    await player.warmUp({ contender: 'ours', call, connections: CONNECTIONS }, WARM_UP_CALLS, 20_000);
  const rounds = { alone: [] as Together[], pair: [] as Together[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    say(`${call}, round ${round + 1} of ${ROUNDS} …`);
    const order = [
      ['alone', alone],
      ['pair', pair],
    ] as const;
    for (const [name, players] of round % 2 === 0 ? order : order.toReversed())
      rounds[name].push(await playTogether(players, call, database));
  }
  const ratioOf = (figure: keyof Together): string => {
    const ratios = rounds.pair.map((each, round) => each[figure] / (rounds.alone[round]?.[figure] ?? NaN));
    return `${median(ratios).toFixed(2)} ± ${noise(ratios).toFixed(2)}`;
  };
  process.stdout.write(
    `${call}, two servers over one: rate ${ratioOf('rate')}, servers' µs a call ${ratioOf('server')}, ` +
      `database's ${ratioOf('database')}; one alone ${median(rounds.alone.map(({ rate }) => rate)).toFixed(0)} a second\n`,
  );
}
const [one] = pair;
for (const { running } of [...alone, ...pair]) await running.server.stop();
if (one)
  process.stdout.write(`${availableParallelism()} processors; ${await verifyLedger(one.running, node)}\n`);
await database.stop();
