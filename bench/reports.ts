import http from 'node:http';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { prepareLedger } from './contenders/start.js';
import { quantile } from './figures/statistics.js';
import { type FilledDatabase, openFilledDatabase } from './filled-database.js';
import { Calls, PROTOCOL_ANSWERS } from './load/calls.js';
import { Client } from './load/client.js';
import { OPERATOR_API_KEY } from './load/world.js';
import { memoryOf } from './machine/processes.js';
import { ServerProcess } from './machine/server-process.js';

/**
 * `BENCH_DATABASE_URL=mysql://root@127.0.0.1:3306/oas_reports npm run bench:reports`: what searches, reports and the export
 * cost among ten million movements, and what they leave to play ({@link openFilledDatabase}). The account must be allowed to set global variables: the statements to
 * explain are taken from the general log, so that they are the product's own.
 */
const DAY_MS = 86_400_000;
const ROUNDS = 4;
const ROUND_MS = 10_000;
const CONNECTIONS = 32;
const OPERATOR = { authorization: `Bearer ${OPERATOR_API_KEY}` };

async function get(url: string, target: string): Promise<{ ms: number; bytes: number; text: string }> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    http
      .get(url + target, { headers: OPERATOR }, (response) => {
        let bytes = 0;
        let text = '';
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes < 100_000) text += chunk.toString();
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ ms: performance.now() - startedAt, bytes, text });
          else reject(new Error(`${target}: ${response.statusCode ?? ''} ${text}`));
        });
      })
      .on('error', reject);
  });
}

/** The statements on `table` that `work` made the server run. */
async function statementsOf(
  connection: Connection,
  table: string,
  work: () => Promise<unknown>,
): Promise<string[]> {
  await connection.query(`SET GLOBAL log_output = 'TABLE'`);
  await connection.query('TRUNCATE mysql.general_log');
  await connection.query('SET GLOBAL general_log = 1');
  await work();
  await connection.query('SET GLOBAL general_log = 0');
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log
     WHERE command_type = 'Query' AND argument LIKE 'SELECT%' ORDER BY event_time`,
  );
  return rows
    .map((row) => String(row['statement']))
    .filter((text) => /ORDER BY|GROUP BY/.test(text) && new RegExp(`FROM \`?${table}\\b`).test(text));
}

async function planOf(connection: Connection, statement: string, isMariadb: boolean): Promise<string> {
  const explain = isMariadb ? 'EXPLAIN' : 'EXPLAIN FORMAT=TRADITIONAL';
  const [rows] = await connection.query<RowDataPacket[]>(`${explain} ${statement}`);
  return rows
    .map((row) =>
      [row['table'], row['type'], row['key'], `${String(row['rows'])} rows`, row['Extra']].join(' '),
    )
    .join('; ');
}

/** A search for each index, and for what none serves. */
async function searches(
  connection: Connection,
  firstDay: Date,
): Promise<[name: string, target: string, table: string][]> {
  const [[sample]] = await connection.query<RowDataPacket[]>(
    'SELECT external_reference, session_id, wallet_id FROM movements ORDER BY id LIMIT 1 OFFSET 12345',
  );
  const [reference = '', session = '', wallet = ''] = ['external_reference', 'session_id', 'wallet_id'].map(
    (column) => String((sample as Record<string, unknown> | undefined)?.[column]),
  );
  const instant = (day: number): string => new Date(firstDay.getTime() + day * DAY_MS).toISOString();
  const day = `from=${instant(4)}&until=${instant(5)}`;
  const movements = '/operator/movements?';
  return [
    ['all', movements, 'movements'],
    ['time: a day', `${movements}${day}`, 'movements'],
    ['reference', `${movements}externalReference=${reference}`, 'movements'],
    ['session', `${movements}sessionId=${session}`, 'movements'],
    ['game: a frequent one', `${movements}gameId=agt-0`, 'movements'],
    ['game: a rare one, a day', `${movements}gameId=agt-299&${day}`, 'movements'],
    ['kind: one of 200', `${movements}kind=DEPOSIT`, 'movements'],
    ['kind: none at all', `${movements}kind=WITHDRAWAL`, 'movements'],
    ['amount', `${movements}value=37.50`, 'movements'],
    ['amount, game, day', `${movements}value=37.50&gameId=agt-0&${day}`, 'movements'],
    ['wallet', `/operator/wallets/${wallet}/movements?`, 'movements'],
    ['wallet and amount', `/operator/wallets/${wallet}/movements?value=37.50`, 'movements'],
    ['sessions of a wallet', `/operator/sessions?walletId=${wallet}`, 'sessions'],
    ['open sessions, a day', `/operator/sessions?status=OPEN&${day}`, 'sessions'],
    ['sessions of a day', `/operator/sessions?${day}`, 'sessions'],
    ['report: a day', `/operator/reconciliation?date=${instant(4).slice(0, 10)}`, 'movements'],
    [
      'sessions of a total',
      `/operator/reconciliation/sessions?date=${instant(4).slice(0, 10)}&gameId=agt-0&currency=BRL`,
      'movements',
    ],
  ];
}

async function measureSearches(server: ServerProcess, connection: Connection, firstDay: Date): Promise<void> {
  const [[version]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  const isMariadb = String(version?.['version']).includes('MariaDB');
  say(
    `\n${String(version?.['version'])}\n\n| what | ms first / again | rows | statements | plan of the last one |\n| --- | --- | --- | --- | --- |`,
  );
  for (const [name, target, table] of await searches(connection, firstDay)) {
    let first = { ms: 0, text: '' };
    const statements = await statementsOf(connection, table, async () => {
      first = await get(server.url, target);
    });
    const again = await get(server.url, target);
    const rows = again.text.split('"walletId":').length - 1;
    const plan = await planOf(connection, statements.at(-1) ?? 'SELECT 1', isMariadb);
    say(
      `| ${name} | ${first.ms.toFixed(0)} / ${again.ms.toFixed(0)} | ${rows} | ${statements.length} | ${plan} |`,
    );
  }
}

const megabytesOf = ({ pid }: ServerProcess): number => memoryOf(pid) / 1e6;

async function measureExport(server: ServerProcess, firstDay: Date): Promise<void> {
  const instant = (day: number): string => new Date(firstDay.getTime() + day * DAY_MS).toISOString();
  const samples: number[] = [];
  const before = megabytesOf(server);
  const timer = setInterval(() => samples.push(megabytesOf(server)), 250);
  const { ms, bytes } = await get(
    server.url,
    `/operator/movements/export?from=${instant(4)}&until=${instant(5)}`,
  );
  clearInterval(timer);
  const tenth = (part: number): string =>
    Math.max(
      ...samples.slice(
        Math.floor((samples.length * part) / 10),
        Math.ceil((samples.length * (part + 1)) / 10),
      ),
    ).toFixed(0);
  const parts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(tenth).join(', ');
  say(
    `\nexport of a day: ${(bytes / 1e6).toFixed(0)} MB in ${(ms / 1000).toFixed(0)} s; resident ${before.toFixed(0)} MB before, ` +
      `most in each tenth of the time ${parts} MB`,
  );
}

async function measurePlay(
  server: ServerProcess,
  databaseUrl: string,
  { firstDay, days }: Pick<FilledDatabase, 'firstDay' | 'days'>,
): Promise<void> {
  const calls = new Calls(
    await prepareLedger({ node: process.execPath, env: { DATABASE_URL: databaseUrl } }),
  );
  const client = await Client.open(server.port, CONNECTIONS);
  const betFor = async (ms: number): Promise<number[]> => {
    const played = await client.play(ms, () => calls.next('debit'), PROTOCOL_ANSWERS.debit);
    return [...played.latencies];
  };
  await betFor(3_000);
  const bets = { alone: [] as number[], beside: [] as number[] };
  let day = 0;
  let reports = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    bets.alone.push(...(await betFor(ROUND_MS)));
    const end = performance.now() + ROUND_MS;
    const report = (async () => {
      while (performance.now() < end) {
        day = (day + 1) % days;
        const date = new Date(firstDay.getTime() + day * DAY_MS).toISOString().slice(0, 10);
        await get(server.url, `/reconciliation?date_from=${date}&date_to=${date}`);
        reports += 1;
      }
    })();
    bets.beside.push(...(await betFor(ROUND_MS)));
    await report;
  }
  client.close();
  const seconds = (ROUNDS * ROUND_MS) / 1000;
  const row = (name: string, latencies: number[]): string => {
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number): string => quantile(sorted, share).toFixed(1);
    return `| ${name} | ${(latencies.length / seconds).toFixed(0)} | ${at(0.5)} / ${at(0.99)} |`;
  };
  say(`\n| play | bets/s | ms p50 / p99 |\n| --- | --- | --- |`);
  say(row('alone', bets.alone));
  say(row(`beside reports of a day (${reports} done)`, bets.beside));
  say(`difference: ${((bets.beside.length / bets.alone.length - 1) * 100).toFixed(1)} %`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(): Promise<void> {
  const { url, connection, firstDay, days } = await openFilledDatabase(process.execPath);
  const server = await ServerProcess.start('src/main.js', {
    node: process.execPath,
    env: { DATABASE_URL: url },
  });
  try {
    await measureSearches(server, connection, firstDay);
    await measurePlay(server, url, { firstDay, days });
    await measureExport(server, firstDay);
  } finally {
    await connection.end();
    await server.stop();
  }
}

await main();
