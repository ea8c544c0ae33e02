import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, leftOf } from '../support/answers.js';
import { query } from '../support/databases.js';
import {
  balance,
  callOperator,
  callSigned,
  callWithBody,
  closeSession,
  credit,
  debit,
  openSession,
  PARENT_SYSTEM_ID,
  rollback,
  send,
  totalOf,
} from '../support/gpas.js';
import { partsOf, scenario } from '../support/scenario.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

describe('a whole round', () => {
  it('opens, reads, bets, wins, rolls back and closes, and the money is right at every step', async () => {
    const { walletId, id } = await scenario(url, { real: 9000, bonus: 150, currency: 'BRL' });
    expect((await balance(url, id)).body).toEqual({
      code: 'CASINO',
      leftBalance: 9150,
      subWalletsSummary: partsOf(9000, 150),
    });
    const bet = await debit(url, id, 'round-bet', { value: '100' });
    expect([bet.status, bet.body]).toEqual([
      201,
      {
        status: 'OK',
        movementId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        leftBalance: 9050,
        amountBonus: 0,
        subWalletsSummary: partsOf(8900, 150),
      },
    ]);
    const win = await credit(url, id, 'round-win', { value: 250.5 });
    expect([win.status, leftOf(win)]).toEqual([201, 9300.5]);
    const back = await rollback(url, id, 'round-back', 'round-bet');
    expect([back.status, leftOf(back)]).toEqual([200, 9400.5]);
    expect((await callSigned(url, 'GET', '/wallets/my/balance', `walletSessionId=${id}`)).body).toEqual(
      (await balance(url, id)).body,
    );
    expect((await closeSession(url, id)).status).toBe(200);
    expect(codeOf(await balance(url, id))).toBe('400/1004');
    expect(await totalOf(url, walletId)).toBe(9400.5);
  });

  it('verifies the printed vector of a bet', async () => {
    const body =
      '{"externalReference":"agt-b7219c1d2d5e1bd40a508ef19a672d06","value":"100","description":"Debit game move for customer id 6df5sd made by gpas","typeCode":"GAME_DEBIT","tags":{"gpasSessionId":"gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636","gameid":"agt-13"}}';
    const { id } = await scenario(url, { real: 500 });
    const answer = await send(url, {
      method: 'POST',
      target: `/movements/debit?walletSessionId=${id}`,
      headers: {
        'x-parent-system-id': PARENT_SYSTEM_ID,
        'x-signature': '963510BBB54BFB7916BF7D5937539A8AB5E3A633',
      },
      body,
    });
    expect([answer.status, leftOf(answer)]).toEqual([201, 400]);
  });

  it('keeps both balances after each movement, its game, its words and its exact order', async () => {
    const { walletId, id } = await scenario(url, { real: 10, bonus: 5 });
    await debit(url, id, 'kept-bet', { value: 12 });
    await rollback(url, id, 'kept-back', 'kept-bet');
    const rows = await query<Record<string, unknown>>(
      server.database.url,
      'SELECT * FROM movements WHERE wallet_id = ? ORDER BY seq',
      [walletId],
    );
    const seen = rows.map((row) => [
      row['kind'],
      ...['seq', 'real_after_minor', 'bonus_after_minor'].map((name) => Number(row[name])),
    ]);
    expect(seen).toEqual([
      ['DEPOSIT', 1, 1000, 0],
      ['DEPOSIT', 2, 1000, 500],
      ['DEBIT', 3, 0, 300],
      ['ROLLBACK', 4, 1000, 500],
    ]);
    expect(rows[2]).toMatchObject({ game_id: 'agt-54', description: 'a move made by gpas', session_id: id });
    expect(JSON.parse(String(rows[2]?.['tags']))).toEqual({ gpasSessionId: 'gpas-1', gameid: 'agt-54' });
    expect(rows[3]).toMatchObject({ game_id: 'agt-54', target_movement_id: rows[2]?.['id'] });
    const bookedAt = Date.parse(`${String(rows[3]?.['created_at']).replace(' ', 'T')}Z`);
    expect(Math.abs(Date.now() - bookedAt)).toBeLessThan(60_000);
  });
});

describe('bonus money', () => {
  it('pays what the real money does not, and comes back as it went', async () => {
    const { id } = await scenario(url, { real: 10, bonus: 5 });
    const bet = await debit(url, id, 'bonus-bet', { value: '12' });
    expect(bet.body).toMatchObject({ leftBalance: 3, amountBonus: 2, subWalletsSummary: partsOf(0, 3) });
    const win = await credit(url, id, 'bonus-win', { value: '7' });
    expect(win.body).toMatchObject({ leftBalance: 10, amountBonus: 0, subWalletsSummary: partsOf(7, 3) });
    const back = await rollback(url, id, 'bonus-back', 'bonus-bet');
    expect(back.body).toMatchObject({ leftBalance: 22, amountBonus: 2, subWalletsSummary: partsOf(17, 5) });
  });
});

describe('late and blocked', () => {
  it('a win or a rollback on a closed session is 1004', async () => {
    const { id } = await scenario(url);
    await debit(url, id, 'late-bet');
    await closeSession(url, id);
    expect(codeOf(await credit(url, id, 'late-win'))).toBe('400/1004');
    expect(codeOf(await rollback(url, id, 'late-back', 'late-bet'))).toBe('400/1004');
  });

  it('a blocked player takes wins, rollbacks, balance and close, and no bets and no sessions', async () => {
    const { walletId, id } = await scenario(url);
    await debit(url, id, 'blocked-bet');
    const blocked = await callOperator(url, 'PATCH', `/operator/wallets/${walletId}`, { status: 'BLOCKED' });
    expect(blocked.body).toMatchObject({ status: 'BLOCKED', leftBalance: 90 });
    expect(codeOf(await debit(url, id, 'blocked-more'))).toBe('400/1008');
    expect(codeOf(await openSession(url, walletId))).toBe('400/1008');
    expect((await credit(url, id, 'blocked-win')).status).toBe(201);
    expect((await rollback(url, id, 'blocked-back', 'blocked-bet')).status).toBe(200);
    expect(leftOf(await balance(url, id))).toBe(110);
    expect((await closeSession(url, id)).status).toBe(200);
    await callOperator(url, 'PATCH', `/operator/wallets/${walletId}`, { status: 'ACTIVE' });
    expect((await openSession(url, walletId)).status).toBe(201);
  });

  it('a bet on a disabled game is 1009, on an unknown one it is taken', async () => {
    const { id } = await scenario(url);
    await query(
      server.database.url,
      `INSERT INTO games (id, name, provider_code, enabled) VALUES ('agt-off', 'Off', 'AGT', 0)`,
    );
    expect(codeOf(await debit(url, id, 'game-off', { gameid: 'agt-off' }))).toBe('400/1009');
    expect((await debit(url, id, 'game-unknown', { gameid: 'nobody-knows-it' })).status).toBe(201);
    expect((await debit(url, id, 'game-odd', { gameid: { a: 'b' } })).status).toBe(201);
    expect((await debit(url, id, 'game-long', { gameid: 'x y'.repeat(200) })).status).toBe(201);
  });
});

describe('the shape of a movement', () => {
  it.each<[string, object | string]>([
    ['typeCode', { typeCode: 'GAME_CREDIT' }],
    ['typeCode', { typeCode: undefined }],
    ['externalReference', { externalReference: undefined }],
    ['externalReference', { externalReference: 'a b' }],
    ['externalReference', { externalReference: 'x'.repeat(129) }],
    ['externalReference', { externalReference: 12 }],
    ['value', { value: undefined }],
    ['description', { description: 'x'.repeat(1_001) }],
    ['description', { description: '\uFE0F'.repeat(1_001) }],
    ['description', { description: { a: 1 } }],
    ['tags', { tags: 'agt-54' }],
    ['tags', { tags: ['agt-54'] }],
    ['tags', { tags: { a: 'x'.repeat(8_192) } }],
  ])('names a wrong %s: %j', async (field, extra) => {
    const { walletId, id } = await scenario(url);
    const answer = await debit(url, id, `shape-${walletId}`, { extra: extra as object });
    expect(codeOf(answer)).toBe('400/1010');
    expect((answer.body as { message: string }).message).toContain(field);
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('does without description and tags, takes null for them, and any text people write', async () => {
    const { id } = await scenario(url);
    const target = `/movements/debit?walletSessionId=${id}`;
    const bare = { value: 1, typeCode: 'GAME_DEBIT' };
    expect((await callWithBody(url, 'POST', target, { externalReference: 'bare', ...bare })).status).toBe(
      201,
    );
    const nulls = { externalReference: 'nulls', description: null, tags: null, ...bare };
    expect((await callWithBody(url, 'POST', target, nulls)).status).toBe(201);
    const text = 'Ünïcödé 🎰 \u0000 \ud83d';
    const odd = { externalReference: 'odd', description: text, tags: { [text]: text }, unknown: 1, ...bare };
    expect((await callWithBody(url, 'POST', target, odd)).status).toBe(201);
  });

  it.each([
    ['missing', '', '400/1010'],
    ['repeated', 'walletSessionId=a&walletSessionId=a', '400/1010'],
    ['malformed', 'walletSessionId=%20', '400/1004'],
    ['unknown', 'walletSessionId=a', '400/1004'],
  ])('a session id that is %s is answered as the protocol says', async (kind, text, code) => {
    const bet = { externalReference: `session-${kind}`, value: 1, typeCode: 'GAME_DEBIT' };
    expect(codeOf(await callWithBody(url, 'POST', `/movements/debit?${text}`, bet))).toBe(code);
    expect(codeOf(await callSigned(url, 'GET', '/wallets/balance', text))).toBe(code);
  });

  it('a rollback without its target is 1010', async () => {
    const { id } = await scenario(url);
    const body = { externalReference: 'no-target' };
    expect(codeOf(await callWithBody(url, 'PATCH', `/movements/rollback?walletSessionId=${id}`, body))).toBe(
      '400/1010',
    );
  });
});
