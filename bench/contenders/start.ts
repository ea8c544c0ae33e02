import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { DEPOSIT, PARENT_SYSTEM_ID, type Player, type World } from '../load/world.js';
import { DistantDatabase } from '../distance/distant-database.js';
import type { DatabaseServer } from '../machine/database-server.js';
import { run, ServerProcess, type ServerOptions } from '../machine/server-process.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { type Contender, CONTENDERS } from './contenders.js';

/** A contender that runs, and who plays on it. */
export interface Running {
  readonly contender: Contender;
  readonly server: ServerProcess;
  readonly world: World;
  readonly databaseUrl: string | undefined;
  /** Where its database can be put away. */
  readonly distant: DistantDatabase | undefined;
}

/** Where a contender has no players to look up, whoever is named will do. */
const ANYBODY: World = worldOf(
  Array.from({ length: 2 }, (_, number) => ({
    walletId: `bench-${number}`,
    sessionId: '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42',
  })),
);

/** Starts it on a ledger of its own, with the same wallets and as much money as the others have. */
export async function startContender(
  contender: Contender,
  options: ServerOptions,
  database: DatabaseServer | undefined,
): Promise<Running> {
  const own = await databaseOf(contender, database);
  const distant = contender.isDistant && database ? await DistantDatabase.start(database.port) : undefined;
  const databaseUrl = own && distant ? distant.through(own) : own;
  const env: Record<string, string> = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl };
  const start = (): Promise<ServerProcess> =>
    ServerProcess.start(contender.script, { ...options, env: { ...options.env, ...env } });
  if (contender.schema === 'ours') {
    const world = await prepareLedger({ node: options.node, env });
    return { contender, server: await start(), world, databaseUrl: own, distant };
  }
  const server = await start();
  const world = contender.schema === 'by hand' && database ? await fillByHand(contender, database) : ANYBODY;
  return { contender, server, world, databaseUrl: own, distant };
}

/** This server on the database of that url, with players of its own; `count` of it, where several share one. */
export async function startOurs(databaseUrl: string, node: string, count = 1): Promise<Running[]> {
  const contender = CONTENDERS.find(({ name }) => name === 'ours');
  if (!contender) throw new Error('There is no contender "ours"');
  const options = { node, env: { DATABASE_URL: databaseUrl } };
  const world = await prepareLedger(options);
  const servers: Running[] = [];
  while (servers.length < count) {
    const server = await ServerProcess.start(contender.script, options);
    servers.push({ contender, server, world, databaseUrl, distant: undefined });
  }
  return servers;
}

/** Makes players in the database that `DATABASE_URL` of the environment names, which need not be there yet. */
export async function prepareLedger(options: ServerOptions): Promise<World> {
  const output = await run('bench/prepare-ledger.js', options);
  return worldOf(JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Player[]);
}

function worldOf(players: readonly Player[]): World {
  const [hot, ...others] = players;
  if (!hot) throw new Error('There is nobody to play with');
  return { players: others, hot };
}

/** A name that its database may have. */
const nameOf = ({ name }: Contender): string => `bench_${name.replaceAll(' ', '_').toLowerCase()}`;

async function databaseOf(
  contender: Contender,
  database: DatabaseServer | undefined,
): Promise<string | undefined> {
  if (contender.database === 'none') return undefined;
  if (contender.database === 'mysql') return database?.createDatabase(nameOf(contender));
  const folder = join(temporaryFolder(), 'data');
  mkdirSync(folder);
  return `sqlite:${join(folder, 'oas.sqlite')}`;
}

/** Its tables are made when it starts; a row a wallet and a session, all in two statements. */
async function fillByHand(contender: Contender, { connection }: DatabaseServer): Promise<World> {
  const schema = nameOf(contender);
  const players = Array.from({ length: 1_001 }, (_, number) => ({ walletId: `bench-${number}` }));
  await connection.query('INSERT INTO ??.wallets (id, code, realMinor, bonusMinor, seq) VALUES ?', [
    schema,
    players.map(({ walletId }) => [walletId, 'CASINO', `${DEPOSIT}00`, 0, 0]),
  ]);
  await connection.query(
    `INSERT INTO ??.sessions (id, parentSystemId, walletId, status) SELECT UUID(), ?, id, 'OPEN' FROM ??.wallets`,
    [schema, PARENT_SYSTEM_ID, schema],
  );
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT walletId, id AS sessionId FROM ??.sessions',
    [schema],
  );
  return worldOf(rows as Player[]);
}
