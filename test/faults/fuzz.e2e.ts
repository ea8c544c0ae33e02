import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { DocumentedAnswers } from '../support/fuzz/documented-answers.js';
import { type ApiDocument, operationsOf, readDocument } from '../support/fuzz/document.js';
import { Fuzz, type Fuzzed } from '../support/fuzz/fuzz.js';
import { leaksIn } from '../support/fuzz/leaks.js';
import { OWN_SECRETS, OWN_SYSTEM_ID, World } from '../support/fuzz/world.js';
import { closeSession, credit, debit } from '../support/gpas.js';
import { until } from '../support/load.js';
import { SECRETS_KEY } from '../support/parent-systems.js';
import { rounds } from '../support/rounds.js';
import { ServerProcess } from '../support/server.js';
import { findingsIn } from '../support/verify-ledger.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? '20260205');
const REQUESTS = rounds(1_000);
/** Caches and compiled code still grow a little after the first tenth; all are bounded. */
const HEAP_GROWTH_BYTES = 10 * 1024 ** 2;
const DATABASE_PASSWORD = 'fz-database-password-Zq9';
const HEAP_REPORTER = pathToFileURL(join(import.meta.dirname, '../support/fuzz/heap-reporter.js')).href;

let database: TestDatabase;
let server: ServerProcess;
let document: ApiDocument;
let world: World;
let fuzzed: Fuzzed;
const heaps: number[] = [];

async function heapUsed(): Promise<number> {
  const lines = (): string[] => server.output.filter((line) => line.startsWith('{"heapUsedBytes":'));
  const before = lines().length;
  server.child.kill('SIGUSR2');
  await until(() => lines().length > before);
  return (JSON.parse(lines().at(-1) ?? '') as { heapUsedBytes: number }).heapUsedBytes;
}

const nameOf = ({ url }: TestDatabase): string => new URL(url).pathname.slice(1);

/** A database whose account has a password, where accounts have one. */
async function urlWithPassword(): Promise<string> {
  if (ENGINE === 'sqlite') return database.url;
  const [account, name] = [new URL(database.url), nameOf(database)];
  await query(database.url, `CREATE USER '${name}'@'%' IDENTIFIED BY '${DATABASE_PASSWORD}'`);
  await query(database.url, `GRANT ALL ON ${name}.* TO '${name}'@'%'`);
  return Object.assign(account, { username: name, password: DATABASE_PASSWORD }).href;
}

beforeAll(
  async () => {
    database = await createTestDatabase();
    server = await ServerProcess.start(await urlWithPassword(), {
      LOG_LEVEL: 'debug',
      MAX_FAILED_CALLS: '1000000',
      GPAS_PARENT_SYSTEM_ID: OWN_SYSTEM_ID,
      ...OWN_SECRETS,
      GPAS_LAUNCHER_URL: 'https://launcher.example',
      NODE_OPTIONS: `--import ${HEAP_REPORTER}`,
    });
    document = await readDocument(server.url);
    const roles = [['read'], ['write'], ['audit'], ['read', 'write'], ['read', 'write', 'audit']];
    world = new World(server.url, roles);
    const fuzz = new Fuzz(operationsOf(document), world, new DocumentedAnswers(document));
    fuzzed = await fuzz.run({
      seed: SEED,
      requests: REQUESTS,
      onWarm: async () => void heaps.push(await heapUsed()),
    });
    heaps.push(await heapUsed());
  },
  60_000 + REQUESTS * 50,
);
afterAll(async () => {
  await server.kill('SIGTERM');
  if (ENGINE === 'mysql') await query(database.url, `DROP USER '${nameOf(database)}'@'%'`);
  await database.drop();
});

describe(`${REQUESTS} requests made of the OpenAPI document, FUZZ_SEED=${SEED}`, () => {
  it('are each answered as documented, soon, and with no 5xx', () => {
    expect(fuzzed.problems).toEqual([]);
  });

  it('go deep: most work, and each operation has worked and has refused', () => {
    const begin = (digit: string, counts: Iterable<readonly [string, number]> = []): number =>
      [...counts].reduce((sum, [result, count]) => sum + (result.startsWith(digit) ? count : 0), 0);
    const shallow = operationsOf(document).flatMap(({ id }) =>
      ['2', '4']
        .filter((digit) => begin(digit, fuzzed.answers.get(id)) === 0)
        .map((digit) => `${id}: no ${digit}xx`),
    );
    expect(shallow).toEqual([]);
    const worked = [...fuzzed.answers.values()].reduce((sum, counts) => sum + begin('2', counts), 0);
    expect(worked / REQUESTS).toBeGreaterThan(0.5);
  });

  it('leave the heap as it was', () => {
    const [warm = NaN, end = NaN] = heaps;
    expect(end - warm).toBeLessThan(HEAP_GROWTH_BYTES);
  });

  it('bring no secret into the log', () => {
    const secrets = new Set([...world.secrets, SECRETS_KEY, DATABASE_PASSWORD]);
    expect(server.output.length).toBeGreaterThan(REQUESTS / 2); // what works has its line, and not all that is anonymous
    expect(leaksIn(server.output, secrets)).toEqual([]);
  });

  it('leave a ledger that verifies, and a server that works', async () => {
    const systemId = await world.makeSystem();
    const session = await world.openSession(await world.makeWallet(), systemId);
    const system = world.signedBy(systemId);
    const play = { gameid: 'after-all' }; // others may be disabled
    expect((await debit(server.url, session, 'after-all-bet', play, system)).status).toBe(201);
    expect((await credit(server.url, session, 'after-all-win', play, system)).status).toBe(201);
    expect((await closeSession(server.url, session, system)).status).toBe(200);
    expect(await findingsIn(database.url)).toEqual([]);
  });
});
