import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { startOurs } from './contenders/start.js';
import { noise, median } from './figures/statistics.js';
import { openFilledDatabase } from './filled-database.js';
import { memoryOf } from './machine/processes.js';
import { Player } from './measure.js';

/**
 * `BENCH_DATABASE_URL=mysql://root@127.0.0.1:3306/oas_filled npm run bench:age`: what age does to a server. Bets beside ten million
 * movements over bets beside none, in turns; and the memory of a server after ten minutes of bets over that after one.
 * The database is filled first where it is empty ({@link openFilledDatabase}); the empty one is made beside it. Its buffer pool
 * should hold what is used of both: what is measured else is the disk.
 */
const node = process.env['BENCH_NODE'] ?? process.execPath;
const CONNECTIONS = 32;
const ROUNDS = 20;
const ROUND_MS = 3_000;
const MINUTES = Number(process.env['BENCH_MINUTES'] ?? 10);
const WARM_UP_CALLS = 10_000;

async function playerOn(databaseUrl: string): Promise<Player> {
  const [running] = await startOurs(databaseUrl, node);
  if (!running) throw new Error('No server was started');
  return new Player(running, process.pid);
}

const play = { contender: 'ours', call: 'debit', connections: CONNECTIONS } as const;

async function measureGrowth(filled: Player, empty: Player, movements: number): Promise<void> {
  const rates = { filled: [] as number[], empty: [] as number[] };
  for (const player of [filled, empty]) await player.warmUp(play, WARM_UP_CALLS, 30_000);
  for (let round = 0; round < ROUNDS; round += 1) {
    say(`round ${round + 1} of ${ROUNDS} …`);
    const order = [
      ['filled', filled],
      ['empty', empty],
    ] as const;
    for (const [name, player] of round % 2 === 0 ? order : order.toReversed())
      rates[name].push((await player.sample(play, 100, ROUND_MS)).rate);
  }
  const ratios = rates.filled.map((rate, round) => rate / (rates.empty[round] ?? NaN));
  tell(
    `bets a second beside ${movements} movements ${median(rates.filled).toFixed(0)}, beside none ${median(rates.empty).toFixed(0)}: ` +
      `ratio ${median(ratios).toFixed(2)} ± ${noise(ratios).toFixed(2)}`,
  );
}

/** A sample each second; what is told of a minute is the median of its samples. */
async function measureMemory(player: Player): Promise<void> {
  const { pid } = player.running.server;
  const minutes: number[][] = [];
  const startedAt = performance.now();
  const end = startedAt + MINUTES * 60_000;
  const looking = (async () => {
    while (performance.now() < end) {
      const minute = Math.floor((performance.now() - startedAt) / 60_000);
      (minutes[minute] ??= []).push(memoryOf(pid));
      await sleep(1_000);
    }
  })();
  let calls = 0;
  while (performance.now() < end) {
    calls += (await player.sample(play, 0, 10_000)).calls;
    say(
      `${calls} bets, ${Math.ceil((end - performance.now()) / 1_000)} s left, ${megabytes(memoryOf(pid))} MB`,
    );
  }
  await looking;
  const medians = minutes.map(median);
  const ratio = (medians.at(-1) ?? NaN) / (medians[0] ?? NaN);
  tell(
    `memory over ${calls} bets, by minute: ${medians.map(megabytes).join(', ')} MB; the last over the first ${ratio.toFixed(2)}`,
  );
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const tell = (text: string): void => void process.stdout.write(`${text}\n`);

const { url, connection, movements } = await openFilledDatabase(node);
await connection.end();
const emptyUrl = `${url}_empty`;
const root = await createConnection(url.replace(/\/[^/]*$/, '/'));
await root.query('DROP DATABASE IF EXISTS ??', [new URL(emptyUrl).pathname.slice(1)]);
await root.query('CREATE DATABASE ?? CHARACTER SET utf8mb4', [new URL(emptyUrl).pathname.slice(1)]);
await root.end();
const [filled, empty] = [await playerOn(url), await playerOn(emptyUrl)];
await measureGrowth(filled, empty, movements);
await filled.running.server.stop();
await measureMemory(empty);
await empty.running.server.stop();
