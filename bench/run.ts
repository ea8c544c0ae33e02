import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { checkAnswers, checkBalances } from './checks/answers.js';
import { measureDisk } from './checks/disk.js';
import { verifyLedger } from './checks/ledger.js';
import { doubtsOf } from './checks/quiet.js';
import { CONTENDERS } from './contenders/contenders.js';
import { startContender } from './contenders/start.js';
import { writeDocument } from './figures/document.js';
import { movesBetween } from './figures/comparison.js';
import { comparisonOf, reportOf } from './figures/report.js';
import {
  nameOf,
  type Play,
  type PlayResult,
  readResults,
  type Results,
  type Sample,
} from './figures/results.js';
import { DatabaseServer } from './machine/database-server.js';
import { peakMemoryOf } from './machine/processes.js';
import { Player } from './measure.js';
import { HELP, type Options, readOptions } from './options.js';
import { playsOf } from './plan.js';

/** The compiler of JavaScript has done most of its work after so many calls; who is slow gets so long for it. */
const FIRST_CALLS = 3_000;
const FIRST_WARM_UP_MS = 3_000;
/** Before each round, to fill the connections. */
const WARM_UP_MS = 100;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Planned extends Play {
  readonly player: Player;
  readonly samples: Sample[];
}

/** Starts them one after the other; each is asked what it must know before it is measured. */
async function startAll(options: Options, database: DatabaseServer): Promise<Player[]> {
  const contenders = CONTENDERS.filter(
    (contender) =>
      (options.only?.includes(contender.name) ?? true) && playsOf(contender, options.quick).length > 0,
  );
  const players: Player[] = [];
  for (const contender of contenders) {
    say(`starting ${contender.name} …`);
    const running = await startContender(contender, { node: options.node }, database);
    await checkAnswers(running);
    players.push(new Player(running, database.pid));
  }
  return players;
}

/** Round by round over all plays, every other one backwards, so that a noisy machine hurts all alike. */
async function playAll(planned: readonly Planned[], { rounds, seconds }: Options): Promise<void> {
  const warmed = new Set<string>();
  const startedAt = performance.now();
  const all = planned.length * (rounds + 1);
  let done = 0;
  const tell = (round: string, play: Play): void => {
    const left = ((performance.now() - startedAt) / done) * (all - done);
    const time = done > planned.length ? `, ${Math.ceil(left / 1_000)} s left` : '';
    say(`${round}${time}: ${nameOf(play)}`);
    done += 1;
  };
  for (const { player, samples: _, ...play } of planned) {
    tell('warming up', play);
    const key = `${play.contender} ${play.call}`;
    if (!warmed.has(key)) await player.warmUp(play, FIRST_CALLS, FIRST_WARM_UP_MS);
    warmed.add(key);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { player, samples, ...play } of round % 2 === 0 ? planned : planned.toReversed()) {
      tell(`round ${round + 1} of ${rounds}`, play);
      samples.push(await player.sample(play, WARM_UP_MS, seconds * 1_000));
    }
  }
}

async function distancesOf(
  players: readonly Player[],
  plays: readonly Play[],
): Promise<Results['distances']> {
  const distant = players.find(({ running }) => running.distant)?.running.distant;
  if (!distant) return [];
  const distances: { ms: number; measuredMs: number }[] = [];
  for (const ms of new Set(plays.flatMap(({ distanceMs }) => distanceMs ?? []))) {
    await distant.setDistance(ms);
    distances.push({ ms, measuredMs: await distant.measure() });
  }
  await distant.setDistance(0);
  return distances;
}

async function measureAll(options: Options): Promise<Results> {
  const diskMicroseconds = measureDisk();
  say('starting a database …');
  const database = await DatabaseServer.start();
  const players = await startAll(options, database);
  const planned = players.flatMap((player) =>
    playsOf(player.running.contender, options.quick).map((play): Planned => ({
      ...play,
      player,
      samples: [],
    })),
  );
  const syncsBefore = await database.logSyncs();
  await playAll(planned, options);
  await checkDurability(database, syncsBefore, players);
  for (const { running, bets } of players) await checkBalances(running, bets);
  const plays = planned.map(({ player: _, ...play }): PlayResult => play);
  const memory = players.map(
    ({ running }) => [running.contender.name, peakMemoryOf(running.server.pid)] as const,
  );
  const results = {
    format: 1 as const,
    measuredAt: new Date().toISOString(),
    commit: commit(),
    node: execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim().slice(1),
    database: database.version,
    machine: `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? 'a processor'}`,
    mode: `${options.rounds} rounds of ${options.seconds} s`,
    diskMicroseconds,
    plays,
    memory: Object.fromEntries(memory),
    distances: await distancesOf(players, plays),
  };
  for (const { running } of players) await running.server.stop();
  if (!options.quick) await verifyAll(players, options.node);
  await database.stop();
  return { ...results, doubts: doubtsOf(results) };
}

async function verifyAll(players: readonly Player[], node: string): Promise<void> {
  for (const { running } of players) {
    if (running.contender.schema !== 'ours') continue;
    say(`verify-ledger of ${running.contender.name}: ${await verifyLedger(running, node)}`);
  }
}

/** @throws Error where bets were kept without the disk having been told */
async function checkDurability(
  database: DatabaseServer,
  syncsBefore: number,
  players: readonly Player[],
): Promise<void> {
  const bets = players
    .filter(({ running }) => running.contender.database === 'mysql')
    .reduce((sum, player) => sum + player.bets, 0);
  const syncs = (await database.logSyncs()) - syncsBefore;
  if (bets > 0 && syncs < bets / MOST_BETS_A_SYNC)
    throw new Error(
      `The database kept ${bets} bets and went to the disk ${syncs} times: its commits are not durable.`,
    );
}

/** No batch is larger, and the database may bring some to the disk together. */
const MOST_BETS_A_SYNC = 512;

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const earlier = options.compare === undefined ? undefined : readResults(options.compare);
  const results = await measureAll(options);
  mkdirSync(dirname(options.json), { recursive: true });
  writeFileSync(options.json, `${JSON.stringify(results)}\n`);
  const report = reportOf(results, CONTENDERS);
  process.stdout.write(`${report}\n`);
  if (earlier) process.stdout.write(`\n${comparisonOf(movesBetween(earlier, results), earlier)}\n`);
  for (const doubt of results.doubts) say(`Too noisy to tell. ${doubt}`);
  if (results.doubts.length > 0) return 1;
  if (options.write) writeDocument(results, report);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
