import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { type Answer, nowInSeconds, openSession, tokenOf, WALLET_ID } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const openWith = (claims: object): Promise<Answer> => {
  const token = tokenOf({ sub: WALLET_ID, exp: nowInSeconds() + 600, ...claims });
  return openSession(server.url, WALLET_ID, { headers: { authorization: `Bearer ${token}` } });
};
const sessions = (): Promise<object[]> => query(server.database.url, 'SELECT id FROM sessions');

describe('a token with a good sub', () => {
  it('speaks for it where walletId is absent', async () => {
    expect((await openWith({})).status).toBe(201);
  });

  it.each([null, '', 0, false, {}, [], [WALLET_ID]])(
    'and the walletId %j is 401 and opens nothing: what is there counts',
    async (walletId) => {
      const before = await sessions();
      const answer = await openWith({ walletId });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: 1010, type: 'INVALID_AUTH_TOKEN' });
      expect(await sessions()).toEqual(before);
    },
  );
});
