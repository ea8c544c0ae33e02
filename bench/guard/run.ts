import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAnswers } from '../checks/answers.js';
import { type Contender, CONTENDERS } from '../contenders/contenders.js';
import { startContender } from '../contenders/start.js';
import { median } from '../figures/statistics.js';
import type { CallKind } from '../load/calls.js';
import { DatabaseServer } from '../machine/database-server.js';
import { Player } from '../measure.js';
import { profile } from '../profile/profile.js';
import { ALLOWED, type Committed, growthOf, grownSubsystems } from './growth.js';

const HELP = `npm run bench:guard [-- --write]: whether a call costs more than it did.

Plays bare and this server in turns, and compares the processor time of a call over that of a bare debit with what bench/guard.json
has for this major version of Node. Fails where it grew by more than ${Math.round((ALLOWED - 1) * 100)} % and says by which subsystem.

  --write            this is what it costs from now on
  --rounds n         (9)
`;
const FILE = join(import.meta.dirname, '../../../bench/guard.json');
const [WARM_UP_CALLS, WARM_UP_MS] = [4_000, 6_000];
const [ROUND_WARM_UP_MS, ROUND_MS] = [100, 700];
const STARTS_TO_WRITE = 3;
const CALLS: readonly CallKind[] = ['debit', 'session', 'balance'];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function contender(name: string): Contender {
  const found = CONTENDERS.find((one) => one.name === name);
  if (!found) throw new Error(`There is no contender "${name}"`);
  return found;
}

interface Costs {
  /** Server CPU over that of bare, of each round. */
  readonly ratios: Readonly<Record<string, readonly number[]>>;
  readonly bareMicroseconds: number;
}

async function measure(database: DatabaseServer, rounds: number): Promise<Costs> {
  const start = async (name: string): Promise<Player> => {
    const running = await startContender(contender(name), { node: process.execPath }, database);
    await checkAnswers(running);
    return new Player(running, database.pid);
  };
  const [bare, ours] = [await start('bare'), await start('ours')];
  const plays = [
    { player: bare, call: 'debit' as const },
    ...CALLS.map((call) => ({ player: ours, call })),
  ].map(({ player, call }) => ({
    player,
    play: { contender: player.running.contender.name, call, connections: 32 },
    costs: [] as number[],
  }));
  for (const { player, play } of plays) await player.warmUp(play, WARM_UP_CALLS, WARM_UP_MS);
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    for (const { player, play, costs } of round % 2 === 0 ? plays : plays.toReversed()) {
      costs.push((await player.sample(play, ROUND_WARM_UP_MS, ROUND_MS)).serverCpu);
    }
  }
  for (const { running } of [bare, ours]) await running.server.stop();
  const [yardstick, ...others] = plays;
  const base = yardstick?.costs ?? [];
  const ratios = others.map(({ play, costs }) => [
    play.call,
    costs.map((cost, round) => cost / (base[round] ?? NaN)),
  ]);
  return {
    ratios: Object.fromEntries(ratios) as Costs['ratios'],
    bareMicroseconds: median(base),
  };
}

/** The rounds of servers that were started several times: one start may be lucky for as long as it lives. */
function together(costs: readonly Costs[]): Costs {
  return {
    ratios: Object.fromEntries(
      CALLS.map((call) => [call, costs.flatMap(({ ratios }) => ratios[call] ?? [])]),
    ),
    bareMicroseconds: median(costs.map(({ bareMicroseconds }) => bareMicroseconds)),
  };
}

async function subsystems(database: DatabaseServer): Promise<Record<string, number>> {
  const options = { node: process.execPath, connections: 32, ms: 3_000 };
  const { times } = await profile(contender('ours'), 'debit', options, database);
  return Object.fromEntries([...times].map(([name, time]) => [name, Number(time.toFixed(1))]));
}

function readCommitted(): Record<string, Committed> {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Committed>) : {};
}

/** Says what each call costs now, and whether one costs more than it may. */
function isMore(ratios: Costs['ratios'], committed: Committed): boolean {
  const growths = Object.entries(ratios).map(([call, each]) => {
    const growth = growthOf(each, committed.ratios[call] ?? Infinity);
    const shown = `${growth.measured.toFixed(2)} ± ${growth.noise.toFixed(2)}`;
    say(
      `${call}: ${shown} times the processor time of a bare call; ${growth.allowed.toFixed(2)} are allowed`,
    );
    return growth;
  });
  return growths.some(({ isTooMuch }) => isTooMuch);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '9' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const major = process.versions.node.split('.')[0] ?? '';
  const all = readCommitted();
  const committed = all[major];
  if (!committed && !values.write) {
    say(`bench/guard.json has nothing of Node ${major}: npm run bench:guard -- --write`);
    return 1;
  }
  const database = await DatabaseServer.start();
  const starts = values.write ? STARTS_TO_WRITE : 1;
  const costs: Costs[] = [];
  for (let start = 0; start < starts; start += 1) costs.push(await measure(database, Number(values.rounds)));
  const { ratios, bareMicroseconds } = together(costs);
  if (values.write || !committed) {
    const medians = Object.entries(ratios).map(([call, each]) => [call, Number(median(each).toFixed(2))]);
    const now: Committed = {
      ratios: Object.fromEntries(medians) as Committed['ratios'],
      subsystems: await subsystems(database),
      bareMicroseconds: Number(bareMicroseconds.toFixed(1)),
    };
    writeFileSync(FILE, `${JSON.stringify({ ...all, [major]: now }, null, 2)}\n`);
    await database.stop();
    return 0;
  }
  // What is too much once may be the machine's doing; what is so twice is not.
  const isTooMuch =
    isMore(ratios, committed) && isMore((await measure(database, Number(values.rounds))).ratios, committed);
  if (isTooMuch) {
    say('A call costs more than it did. What grew, in microseconds of a debit:');
    for (const { name, was, is } of grownSubsystems(await subsystems(database), bareMicroseconds, committed))
      say(`  ${name}: ${was.toFixed(1)} to ${is.toFixed(1)}`);
  }
  await database.stop();
  return isTooMuch ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
