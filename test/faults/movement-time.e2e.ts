import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';

let database: TestDatabase;
let server: ServerProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await ServerProcess.start(database.url, { TZ: 'America/Sao_Paulo' });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await database.drop();
});

it('a movement and its reference are kept with their UTC instant to the millisecond, whatever the time zone', async () => {
  const id = await openFundedSession(server.url, 'w');
  for (let turn = 0; turn < 10; turn += 1) {
    const before = Date.now();
    expect((await debit(server.url, id, `bet-${turn}`, { value: 1 })).status).toBe(201);
    const after = Date.now();
    for (const table of ['movements', 'reference_bindings']) {
      const [row] = await query<{ created_at: string }>(
        database.url,
        `SELECT created_at FROM ${table} WHERE external_reference = ?`,
        [`bet-${turn}`],
      );
      expect(row?.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
      const instant = Date.parse(`${row!.created_at.replace(' ', 'T')}Z`);
      expect(instant).toBeGreaterThanOrEqual(before);
      expect(instant).toBeLessThanOrEqual(after);
    }
  }
});
