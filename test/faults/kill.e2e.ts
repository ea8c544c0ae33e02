import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { openSession, WALLET_ID } from '../support/gpas.js';
import { Load, until } from '../support/load.js';
import { ServerProcess } from '../support/server.js';

/** SQLite has one server process, MySQL any number. */
const PROCESSES = ENGINE === 'mysql' ? 2 : 1;

let database: TestDatabase;
let servers: ServerProcess[];

beforeEach(async () => {
  database = await createTestDatabase();
  servers = await Promise.all(Array.from({ length: PROCESSES }, () => ServerProcess.start(database.url)));
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await database.drop();
});

async function storedIds(): Promise<Set<string>> {
  const rows = await query<{ id: string }>(database.url, 'SELECT id FROM sessions');
  return new Set(rows.map(({ id }) => id));
}

describe(`${PROCESSES} server process(es) on one database, killed with -9`, () => {
  it('right after the last of 200 answers: every 201 is in the table, every refused one is not', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        openSession(servers[index % PROCESSES]!.url, index % 4 === 0 ? 'nobody' : WALLET_ID),
      ),
    );
    await Promise.all(servers.map((server) => server.kill()));
    const acknowledged = answers
      .filter(({ status }) => status === 201)
      .map(({ body }) => (body as { id: string }).id);
    expect(acknowledged).toHaveLength(150);
    expect(answers.filter(({ status, text }) => status === 400 && text.includes('1005'))).toHaveLength(50);
    expect([...(await storedIds())].sort()).toEqual([...acknowledged].sort());
  });

  it('in the middle of the work: every 201 that arrived is in the table', async () => {
    const load = new Load(
      servers.map(({ url }) => url),
      32,
      { walletIds: [WALLET_ID, WALLET_ID, 'nobody'] },
    );
    await until(() => load.opened.length > 200);
    await Promise.all(servers.map((server) => server.kill()));
    await load.stop();
    const stored = await storedIds();
    expect(load.opened.filter((id) => !stored.has(id))).toEqual([]);
    // At most what was in flight is there without its answer having arrived.
    expect(stored.size - load.opened.length).toBeLessThanOrEqual(32);
  });
});
