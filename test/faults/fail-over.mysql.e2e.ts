import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { debit, openFundedSession, totalOf } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';
import { errorPacket, isCommit, TcpProxy } from '../support/tcp-proxy.js';
import { verifyLedger } from '../support/verify-ledger.js';

/*
 * What a server or a proxy in front of it answers while it fails over, and what TiDB answers where a transaction is to be run
 * again: whoever bets at that time is answered 201, and is charged once.
 */

let database: TestDatabase;
let proxy: TcpProxy;
let server: RunningApp;
let session: string;
let bets = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  const through = { ...database, url: proxy.through(database.url) };
  server = await startApp({ database: through });
  session = await openFundedSession(server.url, 'w');
});
afterEach(() => {
  proxy.onClientData = () => 'forward';
});
afterAll(async () => {
  expect(await totalOf(server.url, 'w')).toBe(100 - bets);
  await server.stop();
  expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
  await proxy.close();
  await database.drop();
});

/** The next statement that is such gets this answer, once. Resolves to the connection that it came on. */
function answerOnce(isSuch: (chunk: Buffer) => boolean, answer: Buffer): Promise<number> {
  return new Promise((resolve) => {
    proxy.onClientData = (chunk, connectionId) => {
      if (!isSuch(chunk)) return 'forward';
      proxy.onClientData = () => 'forward';
      resolve(connectionId);
      return answer;
    };
  });
}

/** The connections that send something while this runs. */
async function connectionsUsedBy(work: () => Promise<unknown>): Promise<Set<number>> {
  const used = new Set<number>();
  proxy.onClientData = (_, connectionId) => {
    used.add(connectionId);
    return 'forward';
  };
  await work();
  proxy.onClientData = () => 'forward';
  return used;
}

async function betIsBookedOnce(reference: string): Promise<void> {
  expect(await debit(server.url, session, reference, { value: '1' })).toMatchObject({ status: 201 });
  bets += 1;
  const booked = await query(database.url, 'SELECT id FROM movements WHERE external_reference = ?', [
    reference,
  ]);
  expect(booked).toHaveLength(1);
}

const writes = (chunk: Buffer): boolean => chunk.includes('INSERT INTO movements');

describe('a bet whose', () => {
  it.each([
    [1290, 'The MySQL server is running with the --read-only option so it cannot execute this statement'],
    [1792, 'Cannot execute statement in a READ ONLY transaction'],
    [1836, 'Running in read-only mode'],
    [1047, 'WSREP has not yet prepared node for application use'],
    [3032, 'The server is currently in offline mode'],
    [2003, "Can't connect to MySQL server"],
    [1927, 'Lost connection to backend server'],
    [2013, 'Lost connection to MySQL server during query'],
    [9001, 'Max connect timeout reached while reaching hostgroup 0 after 10000ms'],
  ])(
    'statement is answered %i %s is tried on another connection, and that one never serves again',
    async (errno, message) => {
      const answered = answerOnce(writes, errorPacket(errno, message));
      await betIsBookedOnce(`write-${errno}`);
      const refused = await answered;
      const used = await connectionsUsedBy(() => betIsBookedOnce(`write-${errno}-later`));
      expect(used.has(refused)).toBe(false);
    },
  );

  it.each([
    [3100, "Error on observer while running replication hook 'before_commit'."],
    [1180, 'Got error 149 during COMMIT'],
    [4031, 'The client was disconnected by the server because of inactivity'],
    [1053, 'Server shutdown in progress'],
    [8027, 'Information schema is out of date'],
    [9002, 'TiKV server timeout'],
    [9005, 'Region is unavailable'],
  ])(
    'commit is answered %i %s is tried on another connection, and that one never serves again',
    async (errno, message) => {
      const answered = answerOnce(isCommit, errorPacket(errno, message));
      await betIsBookedOnce(`commit-${errno}`);
      const refused = await answered;
      const used = await connectionsUsedBy(() => betIsBookedOnce(`commit-${errno}-later`));
      expect(used.has(refused)).toBe(false);
    },
  );

  it.each([
    [3101, 'Plugin instructed the server to rollback the current transaction.'],
    [8002, 'can not retry select for update statement'],
    [8005, 'Write Conflict, txnStartTS is stale'],
    [8022, 'Error: KV error safe to retry'],
    [8028, 'Information schema is changed during the execution of the statement'],
    [9007, 'Write conflict, txnStartTS=4, reason=Optimistic [try again later]'],
    [1105, 'tikv aborts txn: Txn(Mvcc(TxnLockNotFound)) [try again later]'],
  ])('commit is answered %i %s is tried again', async (errno, message) => {
    const answered = answerOnce(isCommit, errorPacket(errno, message));
    await betIsBookedOnce(`again-${errno}`);
    await answered;
  });
});
