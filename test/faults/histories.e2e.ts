import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type History, historyArbitrary } from '../support/histories/history.js';
import { checkMoneyLines, rowsOf } from '../support/histories/money-lines.js';
import { type Played, playHistory } from '../support/histories/player.js';
import { rounds } from '../support/rounds.js';
import { type RunningApp, startApp } from '../support/server.js';
import { verifyLedger } from '../support/verify-ledger.js';

/*
 * The lines that money never crosses, over generated histories on the real server and its database: bets, wins, rollbacks,
 * late, refused, called back and posted ones, conflicts, closes and blocks, several wallets and several calls of one wallet at once.
 */

/** At once, beside those that go out at once within one. */
const LANES = 8;

/** So many come to everything that a history can come to; of fewer nobody can say what they miss. */
const MANY = 200;

const POLICIES = [
  {
    count: rounds(12),
    env: {},
    reaches: [
      'DEBIT booked',
      'DEBIT 1007',
      'CREDIT booked',
      'CREDIT repeated',
      'CREDIT 1002 called back',
      'CREDIT 1003 open',
      'CREDIT 1004 open',
      'CREDIT 1004 posted',
      'CREDIT 1010 open',
      'ROLLBACK booked',
      'ROLLBACK 1004 open',
    ],
  },
  {
    count: rounds(4),
    env: { DUPLICATE_POLICY: 'replay', LATE_SETTLEMENT_POLICY: 'accept' },
    reaches: ['DEBIT booked', 'CREDIT booked', 'CREDIT 1010 open', 'ROLLBACK booked'],
  },
] as const;

describe.each(POLICIES)('$count histories under $env', ({ count, env, reaches }) => {
  let server: RunningApp;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    server = await startApp({ env });
  });
  afterAll(async () => {
    agent.destroy();
    await server.stop();
  });

  it(
    'move what was told, once, tell every win that is not paid, and verify',
    async () => {
      const histories = fc.sample(historyArbitrary, { numRuns: count }).entries();
      const all: Played[] = [];
      const play = async (): Promise<void> => {
        for (const [index, history] of histories as Iterable<[number, History]>) {
          all.push(await playHistory(server.url, agent, `h${index}`, history));
        }
      };
      await Promise.all(Array.from({ length: LANES }, play));

      const rows = await rowsOf(server.database.url);
      const reached = new Map<string, number>();
      for (const played of all) {
        for (const fate of checkMoneyLines(played, rows)) reached.set(fate, (reached.get(fate) ?? 0) + 1);
      }
      expect(all).toHaveLength(count);
      const fates = [...reached.keys()];
      expect(fates.some((fate) => fate.includes('booked'))).toBe(true);
      const due = count < MANY ? [] : reaches;
      expect(due.filter((words) => !fates.some((fate) => fate.startsWith(words)))).toEqual([]);
      expect(await verifyLedger(server.database.url)).toMatchObject({ code: 0 });
    },
    rounds(120_000),
  );
});
