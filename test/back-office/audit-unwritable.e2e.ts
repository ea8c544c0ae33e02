import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CHANGES } from '../support/audited-changes.js';
import { BackOffice, payment } from '../support/back-office.js';
import { query } from '../support/databases.js';
import { debit, openFundedSession, totalOf } from '../support/gpas.js';
import { auditLinesOf, contentOf, makeKey, type StoredLine } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
let office: BackOffice;

beforeAll(async () => {
  server = await startApp();
  url = server.url;
  office = new BackOffice(url, await makeKey(url, ['read', 'write', 'audit']));
});
afterAll(() => server.stop());

const linesNow = (): Promise<StoredLine[]> => auditLinesOf(server.database.url);

describe('a change whose line cannot be written is not made', () => {
  const move = (from: string, to: string): Promise<object[]> =>
    query(server.database.url, `ALTER TABLE ${from} RENAME TO ${to}`);
  let isAway = false;
  const takeAway = async (): Promise<void> => {
    await move('audit_entries', 'audit_entries_away');
    isAway = true;
  };
  const bringBack = async (): Promise<void> => {
    if (isAway) await move('audit_entries_away', 'audit_entries');
    isAway = false;
  };
  beforeEach(bringBack);
  afterEach(bringBack);

  it.each(Object.keys(CHANGES))('%s: 500 and nothing is changed; later it works', async (name) => {
    const { method, target, body } = await CHANGES[name]!(office);
    await takeAway();
    const before = await contentOf(server.database.url);
    const refused = await office.call(method, target, body);
    expect([refused.status, refused.body]).toEqual([
      500,
      { code: 1001, type: 'SYSTEM_ERROR', message: 'System error' },
    ]);
    expect(await contentOf(server.database.url)).toEqual(before);
    await bringBack();
    const lines = await linesNow();
    const answer = await office.call(method, target, body);
    expect([200, 201]).toContain(answer.status);
    expect((await linesNow()).length).toBe(lines.length + 1);
  });

  it('bets that come at the same time are taken', async () => {
    const [one, other] = [office.newId(), office.newId()];
    const sessions = [await openFundedSession(url, one), await openFundedSession(url, other)];
    await takeAway();
    const [paid, ...bets] = await Promise.all([
      office.call('POST', `wallets/${one}/deposits`, payment(`${one}-more`, 5)),
      ...sessions.map((session) => debit(url, session, `bet-${session}`)),
      office.call('POST', `wallets/${other}/withdrawals`, payment(`${other}-out`, 5)),
    ]);
    expect([paid.status, ...bets.map(({ status }) => status)]).toEqual([500, 201, 201, 500]);
    await bringBack();
    expect([await totalOf(url, one), await totalOf(url, other)]).toEqual([90, 90]);
  });
});
