import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/answers.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import {
  type Answer,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { until } from '../support/load.js';
import { rounds } from '../support/rounds.js';
import { type StartedServer, startServer } from '../support/server.js';
import { isCommit, TcpProxy, type Verdict } from '../support/tcp-proxy.js';
import { verifyLedger } from '../support/verify-ledger.js';

const ROUNDS = rounds(6);

let database: TestDatabase;
let proxy: TcpProxy;
let server: StartedServer;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await TcpProxy.start(Number(new URL(database.url).port || 3306));
  server = await startServer(proxy.through(database.url));
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
  await database.drop();
});

/** Makes the call, whose first COMMIT is cut, and again without a cut. */
async function callTwice(verdict: Verdict, call: () => Promise<Answer>): Promise<[string, string]> {
  let cuts = 0;
  proxy.onClientData = (chunk) => {
    if (cuts > 0 || !isCommit(chunk)) return 'forward';
    cuts += 1;
    return verdict;
  };
  const first = codeOf(await call());
  expect(cuts).toBe(1);
  return [first, codeOf(await call())];
}

/** The lines that an operator is warned with about the reference. */
const warningsOf = (reference: string): string[] =>
  server.output.filter((line) => line.includes('"level":"warn"') && line.includes(` ${reference} `));

async function movementsOf(walletId: string): Promise<number | undefined> {
  const [row] = await query<{ n: number }>(
    database.url,
    'SELECT COUNT(*) AS n FROM movements WHERE wallet_id = ?',
    [walletId],
  );
  return row?.n;
}

describe.each<Verdict>(['cut-before', 'cut-after'])('a refusal whose commit is %s', (verdict) => {
  /** The refusal and its repeat, in every round; nothing moves. */
  async function expectRefused(
    kind: string,
    code: string,
    call: (sessionId: string, reference: string) => Promise<Answer>,
    after: (reference: string, sessionId: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const walletId = `${kind}-${verdict}`;
    const sessionId = await openFundedSession(server.url, walletId);
    for (let round = 0; round < ROUNDS; round += 1) {
      const reference = `${walletId}-${round}`;
      const [first, again] = await callTwice(verdict, () => call(sessionId, reference));
      expect([code, '500/1001']).toContain(first);
      expect(again).toBe(code);
      await after(reference, sessionId);
    }
    expect(await totalOf(server.url, walletId)).toBe(100);
    expect(await movementsOf(walletId)).toBe(1);
  }

  it('a rollback of something unknown is 1002, and its tombstone holds', async () => {
    await expectRefused(
      'unknown',
      '400/1002',
      (sessionId, reference) => rollback(server.url, sessionId, reference, `target-${reference}`),
      async (reference, sessionId) => {
        expect(codeOf(await debit(server.url, sessionId, `target-${reference}`))).toBe('400/1002');
        expect(codeOf(await credit(server.url, sessionId, `target-${reference}`))).toBe('400/1002');
      },
    );
  });

  it('a win on a closed session is 1004, is told to the operator once a call, and is bound', async () => {
    const closed = sessionIdOf(await openSession(server.url, '2sdf1sd'));
    await closeSession(server.url, closed);
    await expectRefused(
      'late',
      '400/1004',
      (_, reference) => credit(server.url, closed, reference),
      async (reference, sessionId) => {
        await until(() => warningsOf(reference).length >= 2);
        expect(warningsOf(reference)).toHaveLength(2);
        expect(codeOf(await credit(server.url, sessionId, reference))).toBe('400/1003');
      },
    );
  });

  it('a bet over the funds is 1007 and bound to its wallet: it may come again there, and nowhere else', async () => {
    const other = await openFundedSession(server.url, `rich-${verdict}`, { real: 101 });
    await expectRefused(
      'poor',
      '400/1007',
      (sessionId, reference) => debit(server.url, sessionId, reference, { value: 101 }),
      async (reference, sessionId) => {
        expect(codeOf(await debit(server.url, other, reference, { value: 101 }))).toBe('400/1003');
        expect(codeOf(await debit(server.url, sessionId, reference, { value: 101 }))).toBe('400/1007');
      },
    );
    expect(await totalOf(server.url, `rich-${verdict}`)).toBe(101);
  });

  it('a win or a bet under an unknown session is 1004, and the win is worthless elsewhere', async () => {
    await expectRefused(
      'nowhere',
      '400/1004',
      (_, reference) => credit(server.url, randomUUID(), reference),
      async (reference, sessionId) => {
        expect(codeOf(await credit(server.url, sessionId, reference))).toBe('400/1003');
      },
    );
    await expectRefused('nobody', '400/1004', (_, reference) => debit(server.url, randomUUID(), reference));
  });

  it('of whatever kind leaves a ledger that agrees', async () => {
    expect(await verifyLedger(database.url)).toMatchObject({ code: 0 });
  });
});
