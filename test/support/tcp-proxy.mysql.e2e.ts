import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import mysql from 'mysql2/promise';
import { createTestDatabase, query, type TestDatabase } from './databases.js';
import { isCommit, TcpProxy, type Verdict } from './tcp-proxy.js';

let database: TestDatabase;
let proxy: TcpProxy;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  await query(database.url, 'CREATE TABLE movements (reference VARCHAR(40) PRIMARY KEY)');
});
beforeEach(() => {
  proxy.onClientData = () => 'forward';
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

async function insert(reference: string): Promise<void> {
  const connection = await mysql.createConnection(proxy.through(database.url));
  try {
    await connection.beginTransaction();
    await connection.query('INSERT INTO movements VALUES (?)', [reference]);
    await connection.commit();
  } finally {
    connection.destroy();
  }
}

const kept = (reference: string): Promise<object[]> =>
  query(database.url, 'SELECT reference FROM movements WHERE reference = ?', [reference]);

/** Waits until the database has let go of every connection. */
async function idle(): Promise<void> {
  let open = 1;
  while (open > 0) {
    const [row] = await query<{ open: number }>(
      database.url,
      'SELECT COUNT(*) AS open FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()',
      [new URL(database.url).pathname.slice(1)],
    );
    open = row?.open ?? 0;
  }
}

it.each<[Verdict, number]>([
  ['cut-before', 0],
  ['cut-after', 1],
])('gives the same error for a COMMIT that is %s, and keeps %i rows', async (verdict, rows) => {
  proxy.onClientData = (chunk) => (isCommit(chunk) ? verdict : 'forward');
  await expect(insert(verdict)).rejects.toMatchObject({ code: 'ECONNRESET' });
  // The database may still be at work on either.
  await idle();
  expect(await kept(verdict)).toHaveLength(rows);
});

it('cuts, refuses and accepts again', async () => {
  const connection = await mysql.createConnection(proxy.through(database.url));
  connection.on('error', () => undefined);
  const sleeping = connection.query('SELECT SLEEP(30)');
  proxy.refuse();
  proxy.cut();
  await expect(sleeping).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(insert('refused')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.accept();
  await insert('accepted');
  expect(await kept('accepted')).toHaveLength(1);
});
