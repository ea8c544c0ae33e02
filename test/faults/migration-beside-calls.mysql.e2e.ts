import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource, dataSourceOptions, loadConfig, migrate } from '../support/application.js';
import { query } from '../support/databases.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

const MIGRATION = 'Refusals1764650000000';
const TABLE = 'reference_bindings';
const WAITING = `SELECT id FROM information_schema.processlist WHERE state = 'Waiting for table metadata lock' AND info LIKE 'CREATE%'`;
const INDEX = 'ix_reference_bindings_refusal';

let server: RunningApp;
let reader: Connection;
beforeAll(async () => {
  server = await startApp();
  reader = await createConnection(server.database.url);
});
afterAll(async () => {
  await reader.end();
  await server.stop();
});

it('a migration behind a long transaction keeps no call waiting, and is done after it', async () => {
  const { url } = server.database;
  const session = await openFundedSession(server.url, 'w');
  await query(url, `DROP INDEX ${INDEX} ON ${TABLE}`);
  await query(url, `DELETE FROM migrations WHERE name = '${MIGRATION}'`);
  await reader.query('START TRANSACTION');
  await reader.query(`SELECT COUNT(*) FROM ${TABLE}`);

  const { database } = loadConfig({ DATABASE_URL: url });
  const dataSource = await new DataSource(dataSourceOptions(database)).initialize();
  let isDone = false;
  const migrated = migrate(dataSource, database).finally(() => (isDone = true));
  // It waits for the second time, so it has let calls pass.
  let waits = 0;
  for (let isWaiting = false; waits < 2;) {
    const bet = await debit(server.url, session, `bet-${performance.now()}`, { value: '0' });
    expect(bet).toMatchObject({ status: 201 });
    const wasWaiting = isWaiting;
    isWaiting = (await query(url, WAITING)).length > 0;
    if (isWaiting && !wasWaiting) waits += 1;
  }
  expect(isDone).toBe(false);
  await reader.query('COMMIT');
  expect(await migrated).toEqual([MIGRATION]);
  expect(await query(url, `SHOW INDEX FROM ${TABLE} WHERE Key_name = '${INDEX}'`)).toHaveLength(3);
  await dataSource.destroy();
});
