import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BalanceChange } from '../../src/wallets/wallet-rows.js';
import { setBalances, UnitOfWork } from '../support/application.js';
import { query } from '../support/databases.js';
import { type Answer, callOperator, debit, openFundedSession } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const EXISTS = { code: 1010, type: 'ALREADY_EXISTS' };

const create = (walletId: string, playerId: string): Promise<Answer> =>
  callOperator(server.url, 'POST', '/operator/wallets', { walletId, playerId, currency: 'EUR' });

const playerOf = async (walletId: string): Promise<unknown> =>
  (
    (await callOperator(server.url, 'GET', `/operator/wallets/${walletId}`)).body as {
      playerId: string;
    }
  ).playerId;

describe('creating a wallet', () => {
  it('twice is 409/1010 ALREADY_EXISTS, and the first one stays', async () => {
    expect((await create('twice', 'first')).status).toBe(201);
    const again = await create('twice', 'second');
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject(EXISTS);
    expect(await playerOf('twice')).toBe('first');
  });

  it('twenty times at once makes it once; the others hear that it exists', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create('raced', `player-${index}`)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => !made.includes(answer))) {
      expect({ status, body }).toMatchObject({ status: 409, body: EXISTS });
    }
    expect(await playerOf('raced')).toBe((made[0]!.body as { playerId: string }).playerId);
  });
});

describe('setting balances', () => {
  it('of a wallet that has moved on since it was read throws and leaves nothing', async () => {
    for (const walletId of ['fresh', 'stale']) {
      const id = await openFundedSession(server.url, walletId);
      await debit(server.url, id, `bet-of-${walletId}`);
    }
    const rows = (): Promise<object[]> =>
      query(
        server.database.url,
        `SELECT id, real_minor, bonus_minor, seq FROM wallets WHERE id IN ('fresh', 'stale') ORDER BY id`,
      );
    const before = await rows();
    const set = (...changes: BalanceChange[]): Promise<void> =>
      server.app.get(UnitOfWork).write((transaction) => {
        transaction.writeLast(setBalances(changes));
        return Promise.resolve();
      });
    const change = { realMinor: 1n, bonusMinor: 2n, seq: 9, movedAt: new Date(), seal: null };
    const fresh = { ...change, walletId: 'fresh', seqBefore: 2 };

    for (const seqBefore of [1, 3]) {
      const moved = set(fresh, { ...change, walletId: 'stale', seqBefore });
      await expect(moved).rejects.toThrow(/A statement matched 1 rows and not 2|out of range/);
      expect(await rows()).toEqual(before);
    }
    await set(fresh);
    expect(await rows()).toMatchObject([{ real_minor: 1, bonus_minor: 2, seq: 9 }, before[1]]);
  });
});
