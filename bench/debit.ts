import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

/**
 * `BENCH_DATABASE_URL=mysql://root@127.0.0.1:3306/oas_bench npm run bench`: bets at 32 connections, through the
 * product's commit path and through one written by hand, in turns within one run, because machines vary by more than
 * what is compared. CPU counts, not time. The database must be local, its account may read SHOW GLOBAL STATUS, and
 * what the named database holds is lost.
 */
const CONNECTIONS = 32;
const WALLETS = 200;
const ROUNDS = 3;
const ROUND_MS = 5_000;
const WARM_UP_MS = 2_000;
const HEADERS = { 'x-parent-system-id': 'BL13GT' };
const SECRET_KEY = 'Ax34deSfgdB';
const OPERATOR = { authorization: 'Bearer demo-operator-key-for-loopback-only' };
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

const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });

function call(
  url: string,
  method: string,
  target: string,
  headers: object,
  body = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request(url + target, { method, agent, headers: { ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function sign(text: string): Record<string, string> {
  return {
    ...HEADERS,
    'x-signature': createHash('sha1')
      .update(text + SECRET_KEY)
      .digest('hex')
      .toUpperCase(),
  };
}

function authToken(walletId: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3_000;
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ walletId, exp })}`;
  return `${content}.${createHmac('sha256', 'demo-auth-token-secret-for-loopback-only').update(content).digest('base64url')}`;
}

async function start(script: string, databaseUrl: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script)], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'info', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"msg":"listening"')) {
      child.stdout.resume();
      return { child, url: (JSON.parse(line) as { url: string }).url };
    }
  }
  throw new Error(`${script} did not start`);
}

/** Wallets with money and a session on each. */
async function prepare(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < WALLETS; index += 1) {
    const walletId = `bench-${randomUUID()}`;
    await call(
      url,
      'POST',
      '/operator/wallets',
      OPERATOR,
      JSON.stringify({ walletId, playerId: 'p', currency: 'EUR' }),
    );
    const deposit = { externalReference: randomUUID(), value: '1000000', subWallet: 'REAL' };
    await call(url, 'POST', `/operator/wallets/${walletId}/deposits`, OPERATOR, JSON.stringify(deposit));
    const query = `walletId=${walletId}`;
    const headers = { ...sign(query), authorization: `Bearer ${authToken(walletId)}` };
    const { text } = await call(url, 'POST', `/sessions?${query}`, headers);
    ids.push((JSON.parse(text) as { id: string }).id);
  }
  return ids;
}

async function bet(url: string, sessionId: string): Promise<void> {
  const body = JSON.stringify({
    externalReference: randomUUID(),
    value: '0.01',
    description: 'Debit game move made by gpas',
    typeCode: 'GAME_DEBIT',
    tags: { gpasSessionId: 'gpas-1', gameid: 'agt-13' },
  });
  const { status, text } = await call(
    url,
    'POST',
    `/movements/debit?walletSessionId=${sessionId}`,
    sign(body),
    body,
  );
  if (status !== 201) throw new Error(`a bet was answered ${status} ${text}`);
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

async function betFor(ms: number, url: string, sessionIds: readonly string[]): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + ms;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, client) => {
      for (let turn = client; performance.now() < end; turn += CONNECTIONS) {
        const startedAt = performance.now();
        await bet(url, sessionIds[turn % sessionIds.length] ?? '');
        latencies.push(performance.now() - startedAt);
      }
    }),
  );
  return latencies;
}

async function round(
  contender: Contender,
  databaseUrl: string,
  database: Connection,
  databasePid: number,
): Promise<void> {
  const { child, url } = await start(contender.script, databaseUrl);
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
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
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
