import { readFileSync } from 'node:fs';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { agent, betFor, prepare, start, stop } from './driver.js';

/**
 * `BENCH_DATABASE_URL=mysql://root@127.0.0.1:3306/oas_bench npm run bench`: bets at 32 connections, through the
 * product's commit path and through one written by hand, in turns within one run, because machines vary by more than
 * what is compared. CPU counts, not time. The database must be local, its account may read SHOW GLOBAL STATUS, and
 * what the named database holds is lost.
 */
const ROUNDS = 3;
const ROUND_MS = 5_000;
const WARM_UP_MS = 2_000;
const COUNTERS = ['Com_commit', 'Com_insert', 'Com_update', 'Com_select', 'Com_begin'] as const;
const TICK_MICROSECONDS = 10_000;

interface Sample {
  bets: number;
  ms: number;
  serverCpu: number;
  databaseCpu: number;
  latencies: number[];
  counters: Record<string, number>;
}

interface Contender {
  readonly name: string;
  readonly script: string;
  readonly total: Sample;
}

/** User and system time of a process so far, in microseconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

async function countersOf(database: Connection): Promise<Record<string, number>> {
  const [rows] = await database.query<RowDataPacket[]>('SHOW GLOBAL STATUS WHERE Variable_name IN (?)', [
    [...COUNTERS],
  ]);
  return Object.fromEntries(rows.map((row) => [String(row['Variable_name']), Number(row['Value'])]));
}

async function round(
  contender: Contender,
  databaseUrl: string,
  database: Connection,
  databasePid: number,
): Promise<void> {
  const server = await start(contender.script, databaseUrl);
  const { child, url } = server;
  try {
    const sessionIds = await prepare(url);
    await betFor(WARM_UP_MS, url, sessionIds);
    const before = [cpuOf(child.pid ?? 0), cpuOf(databasePid)] as const;
    const countersBefore = await countersOf(database);
    const startedAt = performance.now();
    const latencies = await betFor(ROUND_MS, url, sessionIds);
    const { total } = contender;
    total.ms += performance.now() - startedAt;
    total.bets += latencies.length;
    total.latencies.push(...latencies);
    total.serverCpu += cpuOf(child.pid ?? 0) - before[0];
    total.databaseCpu += cpuOf(databasePid) - before[1];
    const counters = await countersOf(database);
    for (const name of COUNTERS) {
      total.counters[name] =
        (total.counters[name] ?? 0) + (counters[name] ?? 0) - (countersBefore[name] ?? 0);
    }
  } finally {
    await stop(server);
  }
}

function rowOf({ name, total }: Contender): string {
  const { bets, ms, serverCpu, databaseCpu, latencies, counters } = total;
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  const commits = counters['Com_commit'] ?? 1;
  const perCommit = (counter: string): string => ((counters[counter] ?? 0) / commits).toFixed(1);
  const cells = [
    name,
    ((bets / ms) * 1000).toFixed(0),
    `${at(0.5)} / ${at(0.99)}`,
    (serverCpu / bets).toFixed(0),
    (databaseCpu / bets).toFixed(0),
    (bets / commits).toFixed(1),
    `${perCommit('Com_select')} / ${perCommit('Com_insert')} / ${perCommit('Com_update')}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function main(): Promise<void> {
  const databaseUrl = process.env['BENCH_DATABASE_URL'];
  if (!databaseUrl)
    throw new Error('Set BENCH_DATABASE_URL to mysql://user:password@127.0.0.1:3306/oas_bench');
  const name = new URL(databaseUrl).pathname.slice(1);
  const database = await createConnection(databaseUrl.replace(/\/[^/]*$/, '/'));
  await database.query('DROP DATABASE IF EXISTS ??', [name]);
  await database.query('CREATE DATABASE ??', [name]);
  const [rows] = await database.query<RowDataPacket[]>('SELECT @@pid_file AS file');
  const databasePid = Number(readFileSync(String(rows[0]?.['file']), 'utf8'));
  const contenders = [
    { name: 'batch queue', script: '../src/main.js' },
    { name: 'a transaction for each call', script: 'naive-server.js' },
  ].map((one): Contender => ({
    ...one,
    total: { bets: 0, ms: 0, serverCpu: 0, databaseCpu: 0, latencies: [], counters: {} },
  }));
  for (let index = 0; index < ROUNDS; index += 1) {
    for (const contender of contenders) {
      process.stderr.write(`round ${index + 1} of ${ROUNDS}: ${contender.name} …\n`);
      await round(contender, databaseUrl, database, databasePid);
    }
  }
  await database.query('DROP DATABASE ??', [name]);
  await database.end();
  agent.destroy();
  const head = [
    'commit path',
    'bets/s',
    'ms p50 / p99',
    'server µs/bet',
    'database µs/bet',
    'bets/commit',
    'select / insert / update per commit',
  ];
  process.stdout.write(
    [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...contenders.map(rowOf), ''].join('\n'),
  );
}

await main();
