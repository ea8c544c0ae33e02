import 'reflect-metadata';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../src/config/config.js';
import { withDatabase } from '../src/database/connection/command-database.js';
import { playLedger } from './play-ledger.js';

/**
 * `BENCH_DATABASE_URL=sqlite:/tmp/verify.sqlite npm run bench:verify`: how long `verify-ledger` takes for a ledger of a million
 * movements, and what memory. An empty database (MySQL: one that exists) is filled first, which takes minutes; one that
 * holds movements is used as it is. With SECRETS_KEY it follows the seals too, where the ledger is sealed. VERIFY_CLI names
 * another build's `dist/src/cli.js`, to compare with.
 */
const WALLETS = Number(process.env['BENCH_WALLETS'] ?? 10_000);
const COMMANDS = Number(process.env['BENCH_COMMANDS'] ?? 102);
const CLI = join(import.meta.dirname, '../src/cli.js');

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Seconds, and the most memory that it had at a time. */
async function measure(cli: string, env: NodeJS.ProcessEnv): Promise<void> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, 'verify-ledger'], {
    env,
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
      peak = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? peak);
    } catch {
      // Linux only, and gone with the process.
    }
  }, 100);
  const [code] = (await once(child, 'exit')) as [number];
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1000;
  say(`exit ${code}, ${seconds.toFixed(1)} s, ${(peak / 1024).toFixed(0)} MB at most`);
}

async function main(): Promise<void> {
  const url = process.env['BENCH_DATABASE_URL'];
  if (!url) throw new Error('BENCH_DATABASE_URL is not set');
  const { PATH, SECRETS_KEY = '' } = process.env;
  const env = { PATH, DATABASE_URL: url, SECRETS_KEY };
  execFileSync(process.execPath, [CLI, 'migrate'], { env });
  const config = loadConfig({ DATABASE_URL: url });
  await withDatabase(config, 'write', async (database) => {
    const [row] = await database.dataSource.query<{ id: string }[]>('SELECT id FROM movements LIMIT 1');
    if (row) return;
    const at = '2026-01-01 00:00:00.000';
    await database.dataSource.query(`INSERT INTO parent_systems (id, created_at) VALUES ('BL13GT', '${at}')`);
    await playLedger(database, config.policies, { wallets: WALLETS, commands: COMMANDS }, say);
  });
  await measure(process.env['VERIFY_CLI'] ?? CLI, env);
}

await main();
