import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import {
  type Answer,
  balance,
  callOperator,
  callSigned,
  callWithBody,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  PARENT_SYSTEM_ID,
  rollback,
  send,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
let wallets = 0;

beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
});
afterAll(() => server.stop());

/** A wallet of its own for a scenario. */
async function scenario(
  money: { real?: number | string; bonus?: number | string; currency?: string } = {},
): Promise<{
  walletId: string;
  id: string;
}> {
  const walletId = `wallet-${++wallets}`;
  return { walletId, id: await openFundedSession(url, walletId, money) };
}

const codeOf = ({ status, body }: Answer): string => `${status}/${String((body as { code?: number }).code)}`;
const leftOf = ({ body }: Answer): number => (body as { leftBalance: number }).leftBalance;
const movementIdOf = ({ body }: Answer): string => (body as { movementId: string }).movementId;
const parts = (real: number, bonus: number): object[] => [
  { code: 'REAL', leftBalance: real, subWalletsSummary: null },
  { code: 'BONUS', leftBalance: bonus, subWalletsSummary: null },
];

describe('a whole round', () => {
  it('opens, reads, bets, wins, rolls back and closes, and the money is right at every step', async () => {
    const { walletId, id } = await scenario({ real: 9000, bonus: 150, currency: 'BRL' });
    expect((await balance(url, id)).body).toEqual({
      code: 'CASINO',
      leftBalance: 9150,
      subWalletsSummary: parts(9000, 150),
    });
    const bet = await debit(url, id, 'round-bet', { value: '100' });
    expect([bet.status, bet.body]).toEqual([
      201,
      {
        status: 'OK',
        movementId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        leftBalance: 9050,
        amountBonus: 0,
        subWalletsSummary: parts(8900, 150),
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
    const { id } = await scenario({ real: 500 });
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
    const { walletId, id } = await scenario({ real: 10, bonus: 5 });
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
    const { id } = await scenario({ real: 10, bonus: 5 });
    const bet = await debit(url, id, 'bonus-bet', { value: '12' });
    expect(bet.body).toMatchObject({ leftBalance: 3, amountBonus: 2, subWalletsSummary: parts(0, 3) });
    const win = await credit(url, id, 'bonus-win', { value: '7' });
    expect(win.body).toMatchObject({ leftBalance: 10, amountBonus: 0, subWalletsSummary: parts(7, 3) });
    const back = await rollback(url, id, 'bonus-back', 'bonus-bet');
    expect(back.body).toMatchObject({ leftBalance: 22, amountBonus: 2, subWalletsSummary: parts(17, 5) });
  });
});

describe('amounts', () => {
  it.each([
    ['EUR', '0.10', 0.1],
    ['EUR', 0.1, 0.1],
    ['EUR', '1.000', 1],
    ['EUR', 0, 0],
    ['EUR', 1e2, 100],
    ['JPY', '100.00', 100],
    ['KWD', '0.001', 0.001],
    ['EUR', '100', 100],
  ])('%s takes %j as %d', async (currency, value, amount) => {
    const { walletId, id } = await scenario({ real: 1000, currency });
    const answer = await debit(url, id, `amount-${walletId}`, { value });
    expect([answer.status, leftOf(answer)]).toEqual([201, Number((1000 - amount).toFixed(3))]);
  });

  it.each([
    ['EUR', '0.001'],
    ['EUR', 0.30000000000000004],
    ['EUR', '-1'],
    ['EUR', -1],
    ['EUR', '1e3'],
    ['EUR', '.5'],
    ['EUR', '1.'],
    ['EUR', '+1'],
    ['EUR', ' 1'],
    ['EUR', '01'],
    ['EUR', ''],
    ['EUR', null],
    ['EUR', true],
    ['EUR', ['1']],
    ['EUR', { a: 1 }],
    ['EUR', '0x10'],
    ['EUR', '١'],
    ['EUR', '9'.repeat(500)],
    ['EUR', '10000000000000'],
    ['EUR', 1e300],
    ['JPY', '0.5'],
    ['KWD', '0.0001'],
  ])('%s refuses %j with 1010 and moves nothing', async (currency, value) => {
    const { walletId, id } = await scenario({ real: 1000, currency });
    expect(codeOf(await debit(url, id, `refused-${walletId}`, { value }))).toBe('400/1010');
    expect(codeOf(await credit(url, id, `refused-win-${walletId}`, { value }))).toBe('400/1010');
    expect(await totalOf(url, walletId)).toBe(1000);
  });

  it('go up to 15 digits and no further, exactly', async () => {
    const { walletId, id } = await scenario({ real: '9999999999999.99' });
    expect(leftOf(await balance(url, id))).toBe(9999999999999.99);
    expect(codeOf(await credit(url, id, 'one-cent-more', { value: '0.01' }))).toBe('400/1010');
    expect(leftOf(await debit(url, id, 'one-cent-less', { value: '0.01' }))).toBe(9999999999999.98);
    expect(leftOf(await credit(url, id, 'the-last-cent', { value: 0.01 }))).toBe(9999999999999.99);
    const { text } = await debit(url, id, 'all-of-it', { value: '9999999999999.99' });
    expect(text).toContain('"leftBalance":0,');
    expect(await totalOf(url, walletId)).toBe(0);
  });

  it('of 0.1 and 0.2 sum up exactly, a hundred times', async () => {
    const { walletId, id } = await scenario({ real: 0 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        credit(url, id, `sum-${index}`, { value: index % 2 === 0 ? 0.1 : '0.2' }),
      ),
    );
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(await totalOf(url, walletId)).toBe(15);
  });
});

describe('references', () => {
  it('an exact repeat is 1003 and names the first movement', async () => {
    const { walletId, id } = await scenario();
    const first = await debit(url, id, 'repeat');
    const again = await debit(url, id, 'repeat');
    expect(codeOf(again)).toBe('400/1003');
    expect(again.headers['x-movement-id']).toBe(movementIdOf(first));
    expect(await totalOf(url, walletId)).toBe(90);
  });

  it('a charged bet sent again after close, block or spending everything is 1003', async () => {
    const { walletId, id } = await scenario({ real: 10 });
    expect((await debit(url, id, 'charged')).status).toBe(201);
    expect(codeOf(await debit(url, id, 'charged'))).toBe('400/1003');
    await callOperator(url, 'PATCH', `/operator/wallets/${walletId}`, { status: 'BLOCKED' });
    expect(codeOf(await debit(url, id, 'charged'))).toBe('400/1003');
    expect(codeOf(await debit(url, id, 'other'))).toBe('400/1008');
    await closeSession(url, id);
    expect(codeOf(await debit(url, id, 'charged'))).toBe('400/1003');
    expect(codeOf(await debit(url, id, 'other'))).toBe('400/1004');
  });

  it('a bet refused for funds may be sent again after a deposit', async () => {
    const { walletId, id } = await scenario({ real: 5 });
    expect(codeOf(await debit(url, id, 'too-poor'))).toBe('400/1007');
    await callOperator(url, 'POST', `/operator/wallets/${walletId}/deposits`, {
      externalReference: 'more',
      value: 5,
      subWallet: 'REAL',
    });
    expect((await debit(url, id, 'too-poor')).status).toBe(201);
  });

  it('are of one parent system over all wallets, sessions and kinds', async () => {
    const one = await scenario();
    const two = await scenario();
    await debit(url, one.id, 'global');
    expect(codeOf(await debit(url, two.id, 'global'))).toBe('400/1003');
    expect(codeOf(await credit(url, one.id, 'global'))).toBe('400/1003');
    expect(codeOf(await debit(url, one.id, 'global', { value: '11' }))).toBe('400/1003');
    expect((await debit(url, two.id, 'Global')).status).toBe(201);
    expect([await totalOf(url, one.walletId), await totalOf(url, two.walletId)]).toEqual([90, 90]);
  });

  it('of a body that was captured move nothing anywhere else', async () => {
    const victim = await scenario();
    const thief = await scenario();
    // Booked and refused calls of every kind, each sent again elsewhere.
    await debit(url, victim.id, 'cap-bet');
    await credit(url, victim.id, 'cap-win');
    await rollback(url, victim.id, 'cap-back', 'cap-bet');
    await rollback(url, victim.id, 'cap-back-unknown', 'cap-never');
    await closeSession(url, victim.id);
    await credit(url, victim.id, 'cap-late-win');
    await debit(url, thief.id, 'thief-bet');
    const before = [await totalOf(url, victim.walletId), await totalOf(url, thief.walletId)];
    const bodies = {
      debit: {
        externalReference: 'cap-bet',
        value: '10',
        description: 'a move made by gpas',
        typeCode: 'GAME_DEBIT',
      },
      credit: {
        externalReference: 'cap-win',
        value: '10',
        description: 'a move made by gpas',
        typeCode: 'GAME_CREDIT',
      },
      late: { externalReference: 'cap-late-win', value: '10', typeCode: 'GAME_CREDIT' },
      rollback: { externalReference: 'cap-back', description: 'rollback' },
      unknown: { externalReference: 'cap-back-unknown', description: 'rollback' },
    };
    for (const [name, body] of Object.entries(bodies)) {
      const targets = [
        ['POST', `/movements/debit?walletSessionId=${thief.id}`],
        ['POST', `/movements/credit?walletSessionId=${thief.id}`],
        ['PATCH', `/movements/rollback?walletSessionId=${thief.id}&externalMovementId=thief-bet`],
        ['PATCH', `/movements/rollback?walletSessionId=${victim.id}&externalMovementId=cap-win`],
        ['PATCH', `/sessions/close?id=${thief.id}`],
        ['POST', `/sessions?walletId=${thief.walletId}`],
        ['GET', `/wallets/balance?walletSessionId=${thief.id}`],
      ] as const;
      for (const [method, target] of targets) {
        const answer =
          method === 'GET'
            ? await callSigned(url, method, '/wallets/balance', `walletSessionId=${thief.id}`, {
                secretKey: 'x',
              })
            : await callWithBody(url, method, target, body);
        expect({ name, target, status: answer.status }).toEqual({ name, target, status: 400 });
      }
    }
    expect([await totalOf(url, victim.walletId), await totalOf(url, thief.walletId)]).toEqual(before);
  });

  it.each([
    ['POST', 'credit', '', '400/1010', 'walletSessionId is missing'],
    [
      'POST',
      'credit',
      'walletSessionId=a&walletSessionId=b',
      '400/1010',
      'walletSessionId must be one value',
    ],
    ['POST', 'credit', 'walletSessionId=a%20b', '400/1004', 'Invalid wallet session'],
    ['POST', 'credit', `walletSessionId=${'x'.repeat(129)}`, '400/1004', 'Invalid wallet session'],
    ['PATCH', 'rollback', 'externalMovementId=x', '400/1010', 'walletSessionId is missing'],
    ['PATCH', 'rollback', 'walletSessionId=ID', '400/1010', 'externalMovementId is missing'],
    ['PATCH', 'rollback', 'walletSessionId=ID&externalMovementId=a%20b', '400/1010', 'visible ASCII'],
    [
      'PATCH',
      'rollback',
      'walletSessionId=ID&externalMovementId=a&externalMovementId=b',
      '400/1010',
      'one value',
    ],
  ])('of a %s %s whose query is wrong (%s) are used up: its body moves nothing later', async (...row) => {
    const [method, route, query, code, message] = row;
    const { id, walletId } = await scenario();
    await debit(url, id, `queried-bet-${walletId}`);
    const body =
      route === 'credit'
        ? { externalReference: `queried-${walletId}`, value: '10', typeCode: 'GAME_CREDIT' }
        : { externalReference: `queried-${walletId}` };
    const first = await callWithBody(url, method, `/movements/${route}?${query.replace('ID', id)}`, body);
    expect(codeOf(first)).toBe(code);
    expect((first.body as { message: string }).message).toContain(message);
    const target = `/movements/${route}?walletSessionId=${id}&externalMovementId=queried-bet-${walletId}`;
    expect(codeOf(await callWithBody(url, method, target, body))).toBe('400/1003');
    expect(await totalOf(url, walletId)).toBe(90);
  });
});

describe('rollback', () => {
  it('of something unknown is 1002 and leaves a tombstone: it is never booked later', async () => {
    const { walletId, id } = await scenario();
    expect(codeOf(await rollback(url, id, 'tomb-back', 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await debit(url, id, 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await credit(url, id, 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await rollback(url, id, 'tomb-back', 'tomb-bet'))).toBe('400/1002');
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('reverses once, whatever the reference', async () => {
    const { walletId, id } = await scenario();
    await debit(url, id, 'once-bet');
    expect((await rollback(url, id, 'once-a', 'once-bet')).status).toBe(200);
    expect(codeOf(await rollback(url, id, 'once-b', 'once-bet'))).toBe('400/1003');
    expect(codeOf(await rollback(url, id, 'once-a', 'once-bet'))).toBe('400/1003');
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('of a rollback, and of another wallet, is 1002', async () => {
    const one = await scenario();
    const two = await scenario();
    await debit(url, one.id, 'rr-bet');
    await rollback(url, one.id, 'rr-back', 'rr-bet');
    expect(codeOf(await rollback(url, one.id, 'rr-again', 'rr-back'))).toBe('400/1002');
    await debit(url, one.id, 'rr-second');
    expect(codeOf(await rollback(url, two.id, 'rr-foreign', 'rr-second'))).toBe('400/1002');
    expect([await totalOf(url, one.walletId), await totalOf(url, two.walletId)]).toEqual([90, 100]);
  });

  it('of itself is 1010', async () => {
    const { id } = await scenario();
    expect(codeOf(await rollback(url, id, 'self', 'self'))).toBe('400/1010');
  });

  it('under another session of the same wallet is accepted', async () => {
    const { walletId, id } = await scenario();
    await debit(url, id, 'session-bet');
    const other = sessionIdOf(await openSession(url, walletId));
    expect((await rollback(url, other, 'session-back', 'session-bet')).status).toBe(200);
  });

  it('of a win already spent is 1007 and may come again', async () => {
    const { walletId, id } = await scenario({ real: 0, bonus: 50 });
    await credit(url, id, 'spent-win', { value: 10 });
    await debit(url, id, 'spent-bet', { value: 10 });
    expect(codeOf(await rollback(url, id, 'spent-back', 'spent-win'))).toBe('400/1007');
    await credit(url, id, 'spent-more', { value: 10 });
    expect((await rollback(url, id, 'spent-back', 'spent-win')).status).toBe(200);
    expect(await totalOf(url, walletId)).toBe(50);
  });

  it.each([
    ['value', { value: '10' }],
    ['typeCode', { typeCode: 'GAME_DEBIT' }],
    ['value, even null', { value: null }],
  ])('that carries %s is 1010', async (_, extra) => {
    const { id } = await scenario();
    await debit(url, id, `carry-${wallets}`);
    const target = `/movements/rollback?walletSessionId=${id}&externalMovementId=carry-${wallets}`;
    const body = { externalReference: `carry-back-${wallets}`, ...extra };
    expect(codeOf(await callWithBody(url, 'PATCH', target, body))).toBe('400/1010');
  });
});

describe('late and blocked', () => {
  it('a win or a rollback on a closed session is 1004', async () => {
    const { id } = await scenario();
    await debit(url, id, 'late-bet');
    await closeSession(url, id);
    expect(codeOf(await credit(url, id, 'late-win'))).toBe('400/1004');
    expect(codeOf(await rollback(url, id, 'late-back', 'late-bet'))).toBe('400/1004');
  });

  it('a blocked player takes wins, rollbacks, balance and close, and no bets and no sessions', async () => {
    const { walletId, id } = await scenario();
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
    const { id } = await scenario();
    await query(
      server.database.url,
      `INSERT INTO games (id, name, provider_code, enabled) VALUES ('agt-off-${wallets}', 'Off', 'AGT', 0)`,
    );
    expect(codeOf(await debit(url, id, 'game-off', { gameid: `agt-off-${wallets}` }))).toBe('400/1009');
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
    const { walletId, id } = await scenario();
    const answer = await debit(url, id, `shape-${walletId}`, { extra: extra as object });
    expect(codeOf(answer)).toBe('400/1010');
    expect((answer.body as { message: string }).message).toContain(field);
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('does without description and tags, takes null for them, and any text people write', async () => {
    const { id } = await scenario();
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
  ])('a session id that is %s is answered as the protocol says', async (_, text, code) => {
    const bet = { externalReference: `sid-${++wallets}`, value: 1, typeCode: 'GAME_DEBIT' };
    expect(codeOf(await callWithBody(url, 'POST', `/movements/debit?${text}`, bet))).toBe(code);
    expect(codeOf(await callSigned(url, 'GET', '/wallets/balance', text))).toBe(code);
  });

  it('a rollback without its target is 1010', async () => {
    const { id } = await scenario();
    const body = { externalReference: 'no-target' };
    expect(codeOf(await callWithBody(url, 'PATCH', `/movements/rollback?walletSessionId=${id}`, body))).toBe(
      '400/1010',
    );
  });
});

describe('deposits and withdrawals', () => {
  const pay = (walletId: string, kind: string, body: object): Promise<Answer> =>
    callOperator(url, 'POST', `/operator/wallets/${walletId}/${kind}`, body);

  it('move real and bonus money, once for a reference', async () => {
    const { walletId } = await scenario({ real: 0 });
    const deposit = {
      externalReference: `d-${walletId}`,
      value: '12.50',
      subWallet: 'REAL',
      description: 'cash',
    };
    const first = await pay(walletId, 'deposits', deposit);
    expect([first.status, first.body]).toEqual([
      201,
      {
        movementId: expect.any(String),
        kind: 'DEPOSIT',
        walletId,
        externalReference: `d-${walletId}`,
        value: 12.5,
        leftBalance: 12.5,
        subWalletsSummary: parts(12.5, 0),
      },
    ]);
    expect(codeOf(await pay(walletId, 'deposits', deposit))).toBe('400/1003');
    expect(
      (await pay(walletId, 'deposits', { externalReference: `b-${walletId}`, value: 3, subWallet: 'BONUS' }))
        .status,
    ).toBe(201);
    const out = { externalReference: `w-${walletId}`, value: 2, subWallet: 'REAL' };
    expect(leftOf(await pay(walletId, 'withdrawals', out))).toBe(13.5);
    const tooMuch = { externalReference: `x-${walletId}`, value: 11, subWallet: 'REAL' };
    expect(codeOf(await pay(walletId, 'withdrawals', tooMuch))).toBe('400/1007');
    expect(await totalOf(url, walletId)).toBe(13.5);
  });

  it('name a wallet that is there', async () => {
    const body = { externalReference: 'nowhere', value: 1, subWallet: 'REAL' };
    expect((await pay('nowhere', 'deposits', body)).status).toBe(404);
    expect(
      (await callOperator(url, 'PATCH', '/operator/wallets/nowhere', { status: 'BLOCKED' })).status,
    ).toBe(404);
  });

  it("cannot be rolled back by GPAS, and do not take GPAS's references away", async () => {
    const { walletId, id } = await scenario({ real: 20 });
    expect(codeOf(await rollback(url, id, `op-back-${walletId}`, `${walletId}-REAL`))).toBe('400/1002');
    expect(await totalOf(url, walletId)).toBe(20);
    const reference = `shared-${walletId}`;
    await pay(walletId, 'deposits', { externalReference: reference, value: 1, subWallet: 'REAL' });
    expect((await debit(url, id, reference)).status).toBe(201);
  });
});
