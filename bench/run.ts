import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/contenders.js';
import { startContender } from './contenders/start.js';
import { median } from './figures/statistics.js';
import { DatabaseServer } from './machine/database-server.js';
import { Player, type Sample } from './measure.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    node: { type: 'string', default: process.execPath },
  },
});
const only = values.only?.split(',');
const contenders = CONTENDERS.filter(({ name }) => only?.includes(name) ?? true);
say('starting a database …');
const database = await DatabaseServer.start();
const players: Player[] = [];
for (const contender of contenders) {
  say(`starting ${contender.name} …`);
  players.push(new Player(await startContender(contender, { node: values.node }, database), database.pid));
}
const results = players.flatMap((player) =>
  player.running.contender.calls.map((call) => ({ player, call, samples: [] as Sample[] })),
);
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { player, call, samples } of results) {
    const contender = player.running.contender.name;
    const pace = { warmUpMs: round === 0 ? 500 : 150, ms: Number(values.seconds) * 1_000 };
    const sample = await player.sample({ contender, call, connections: 32 }, pace);
    samples.push(sample);
    say(`${round + 1} ${contender} ${call}: ${sample.rate.toFixed(0)}/s, ${sample.serverCpu.toFixed(0)} µs`);
  }
}
for (const { player, call, samples } of results) {
  const of = (pick: (sample: Sample) => number, digits = 0): string =>
    median(samples.map(pick)).toFixed(digits);
  const cells = [
    player.running.contender.name,
    call,
    of(({ rate }) => rate),
    `${of(({ p50 }) => p50, 1)} / ${of(({ p99 }) => p99, 1)}`,
    of(({ serverCpu }) => serverCpu),
    of(({ databaseCpu }) => databaseCpu),
    of(({ clientCpu }) => clientCpu),
    of(({ others }) => others, 2),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
process.exit(0);
