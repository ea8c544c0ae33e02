import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource, dataSourceOptions, loadConfig } from '../support/application.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const running = (): Promise<object[]> =>
  query(
    database.url,
    `SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%/* abandoned */%'
       AND id <> CONNECTION_ID()`,
  );

it('a statement that nobody waits for any more ends on the server as well', async () => {
  const dataSource = await new DataSource(
    dataSourceOptions(loadConfig({ DATABASE_URL: database.url }).database, 500),
  ).initialize();
  // Joins that would take hours, and do not notice that the connection is gone.
  const columns = 'information_schema.collations';
  const endless = `SELECT /* abandoned */ COUNT(*) FROM ${columns} a, ${columns} b, ${columns} c, ${columns} d`;
  const startedAt = performance.now();
  await expect(dataSource.query(endless)).rejects.toMatchObject({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' });
  expect(await running()).toHaveLength(1);
  while ((await running()).length > 0) expect(performance.now() - startedAt).toBeLessThan(5_000);
  await dataSource.destroy();
});
