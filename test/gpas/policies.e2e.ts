import { afterEach, describe, expect, it } from '@jest/globals';
import { codeOf } from '../support/answers.js';
import { query } from '../support/databases.js';
import { closeSession, credit, debit, openFundedSession, rollback, totalOf } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
afterEach(() => server.stop());

async function startWith(env: Record<string, string>): Promise<string> {
  server = await startApp({ env });
  return server.url;
}

describe('DUPLICATE_POLICY=replay', () => {
  it('tells the first answer again, whatever has happened since, also after a restart', async () => {
    const url = await startWith({ DUPLICATE_POLICY: 'replay' });
    const id = await openFundedSession(url, 'w', { real: 10, bonus: 5 });
    const bet = await debit(url, id, 'bet', { value: 12 });
    const win = await credit(url, id, 'win', { value: 3 });
    await debit(url, id, 'other', { value: 1 });
    expect((await debit(url, id, 'bet', { value: 12 })).body).toEqual(bet.body);
    expect((await debit(url, id, 'bet', { value: '12.00' })).body).toEqual(bet.body);
    expect((await credit(url, id, 'win', { value: 3 })).body).toEqual(win.body);
    await closeSession(url, id);
    expect((await debit(url, id, 'bet', { value: 12 })).body).toEqual(bet.body);
    expect(codeOf(await debit(url, id, 'bet', { value: 13 }))).toBe('400/1003');
    expect(await totalOf(url, 'w')).toBe(5);
  });

  it('does not tell the answer of a movement that was rolled back since', async () => {
    const url = await startWith({ DUPLICATE_POLICY: 'replay' });
    const id = await openFundedSession(url, 'w');
    await debit(url, id, 'bet');
    const back = await rollback(url, id, 'back', 'bet');
    expect(codeOf(await debit(url, id, 'bet'))).toBe('400/1003');
    const again = await rollback(url, id, 'back', 'bet');
    expect([again.status, again.body]).toEqual([200, back.body]);
    expect(await totalOf(url, 'w')).toBe(100);
  });
});

describe('LATE_SETTLEMENT_POLICY=accept', () => {
  it('books wins and rollbacks on a closed session, and no bets', async () => {
    const url = await startWith({ LATE_SETTLEMENT_POLICY: 'accept' });
    const id = await openFundedSession(url, 'w');
    await debit(url, id, 'bet');
    await closeSession(url, id);
    expect((await credit(url, id, 'win')).status).toBe(201);
    expect((await rollback(url, id, 'back', 'bet')).status).toBe(200);
    expect(codeOf(await debit(url, id, 'more'))).toBe('400/1004');
    expect(await totalOf(url, 'w')).toBe(110);
  });
});

describe('GAME_POLICY=catalogue', () => {
  it('takes bets on enabled games of the catalogue only; wins go on', async () => {
    const url = await startWith({ GAME_POLICY: 'catalogue' });
    for (const [game, enabled] of [
      ['on', 1],
      ['off', 0],
    ]) {
      await query(
        server.database.url,
        `INSERT INTO games (id, name, provider_code, enabled) VALUES ('${game}', 'A game', 'AGT', ${enabled})`,
      );
    }
    const id = await openFundedSession(url, 'w');
    expect((await debit(url, id, 'a', { gameid: 'on' })).status).toBe(201);
    expect(codeOf(await debit(url, id, 'b', { gameid: 'off' }))).toBe('400/1009');
    expect(codeOf(await debit(url, id, 'c', { gameid: 'unknown' }))).toBe('400/1009');
    expect(codeOf(await debit(url, id, 'd', { gameid: 7 }))).toBe('400/1009');
    expect((await credit(url, id, 'e', { gameid: 'off' })).status).toBe(201);
  });
});
