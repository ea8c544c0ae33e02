import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { fillLedger } from './fill-ledger.js';
import { ServerProcess } from './machine/server-process.js';

const DAY_MS = 86_400_000;
const DAYS = 10;
const WALLETS = 20_000;

export interface FilledDatabase {
  readonly url: string;
  readonly connection: Connection;
  readonly movements: number;
  /** UTC. */
  readonly firstDay: Date;
  readonly days: number;
}

/**
 * The database that `BENCH_DATABASE_URL` names, with `BENCH_MOVEMENTS` movements of ten days: an empty one, or one that is not
 * there, is filled first, which takes minutes; one that holds movements is used as it is.
 * @throws Error in words where there is none to be used
 */
export async function openFilledDatabase(node: string): Promise<FilledDatabase> {
  const url = process.env['BENCH_DATABASE_URL'];
  if (!url) throw new Error('Set BENCH_DATABASE_URL to mysql://user:password@127.0.0.1:3306/oas_filled');
  await createSchema(url, node);
  const connection = await createConnection({ uri: url, timezone: 'Z' });
  const [[oldest]] = await connection.query<RowDataPacket[]>('SELECT MIN(created_at) AS at FROM movements');
  const filledAt = oldest?.['at'] as Date | null;
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const firstDay = filledAt ?? new Date(midnight - (DAYS + 1) * DAY_MS);
  if (!filledAt) {
    const movements = Number(process.env['BENCH_MOVEMENTS'] ?? 10_000_000);
    await fillLedger(connection, { movements, days: DAYS, wallets: WALLETS, firstDay }, (progress) =>
      process.stderr.write(`filling: ${progress} …\n`),
    );
  }
  const [[counted]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS movements FROM movements');
  return { url, connection, movements: Number(counted?.['movements']), firstDay, days: DAYS };
}

/** A server makes the tables when it starts. */
async function createSchema(url: string, node: string): Promise<void> {
  const root = await createConnection(url.replace(/\/[^/]*$/, '/'));
  await root.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4', [
    new URL(url).pathname.slice(1),
  ]);
  await root.end();
  await (await ServerProcess.start('src/main.js', { node, env: { DATABASE_URL: url } })).stop();
}
