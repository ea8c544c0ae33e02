import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '../support/application.js';
import { query } from '../support/databases.js';
import {
  type Answer,
  authTokenFor,
  callOperator,
  callSigned,
  closeSession,
  openSession,
  PARENT_SYSTEM_ID,
  sessionIdOf,
  signatureOf,
  SECRET_KEY,
  tokenOf,
  nowInSeconds,
  WALLET_ID,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

const INVALID_WALLET_SESSION = {
  code: 1004,
  type: 'INVALID_WALLET_SESSION',
  message: 'Invalid wallet session',
};
const INVALID_WALLET_ID = { code: 1005, type: 'INVALID_WALLET_ID', message: 'Invalid wallet id' };

let server: RunningApp;

beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

interface SessionRow {
  readonly id: string;
  readonly parent_system_id: string;
  readonly wallet_id: string;
  readonly status: string;
  readonly created_at: string;
  readonly closed_at: string | null;
}

async function rowOf(id: string): Promise<SessionRow | undefined> {
  const rows = await query<SessionRow>(server.database.url, 'SELECT * FROM sessions WHERE id = ?', [id]);
  return rows[0];
}

async function countSessions(): Promise<number> {
  const [row] = await query<{ n: number }>(server.database.url, 'SELECT COUNT(*) AS n FROM sessions', []);
  return Number(row?.n);
}

describe('Sessions', () => {
  it('opens a wallet session and answers its id, wallet, instant and status', async () => {
    const before = Date.now();
    const answer = await openSession(server.url, WALLET_ID);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      walletId: WALLET_ID,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      status: 'OPEN',
    });
    const created = Date.parse((answer.body as { created: string }).created);
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(Date.now());
  });

  it('keeps what it answered', async () => {
    const answer = await openSession(server.url, WALLET_ID);
    const { created } = answer.body as { created: string };
    expect(await rowOf(sessionIdOf(answer))).toMatchObject({
      parent_system_id: 'BL13GT',
      wallet_id: WALLET_ID,
      status: 'OPEN',
      created_at: created.replace('T', ' ').replace('Z', ''),
      closed_at: null,
    });
  });

  it('opens any number of sessions for one wallet', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => openSession(server.url, WALLET_ID)));
    expect(new Set(answers.map(sessionIdOf)).size).toBe(20);
  });

  it('signs over unknown parameters and ignores them', async () => {
    const text = `b=%20x&walletId=${WALLET_ID}&a=1&a=2&`;
    const headers = { authorization: `Bearer ${authTokenFor(WALLET_ID)}` };
    expect((await callSigned(server.url, 'POST', '/sessions', text, { headers })).status).toBe(201);
    const signature = signatureOf(`walletId=${WALLET_ID}`, SECRET_KEY);
    const tampered = await callSigned(server.url, 'POST', '/sessions', text, {
      headers: { ...headers, 'x-signature': signature },
    });
    expect(tampered.body).toMatchObject({ code: 1006 });
  });

  it('refuses an unknown wallet, and one that only differs in case', async () => {
    for (const walletId of ['nobody', WALLET_ID.toUpperCase()]) {
      const answer = await openSession(server.url, walletId);
      expect([answer.status, answer.body]).toEqual([400, INVALID_WALLET_ID]);
    }
  });

  it("refuses another wallet than the token's", async () => {
    await callOperator(server.url, 'POST', '/operator/wallets', {
      walletId: 'other',
      playerId: 'p',
      currency: 'EUR',
    });
    const answer = await openSession(server.url, WALLET_ID, {
      headers: { authorization: `Bearer ${authTokenFor('other')}` },
    });
    expect([answer.status, answer.body]).toEqual([400, INVALID_WALLET_ID]);
  });

  it.each([
    ['missing', ''],
    ['empty', 'walletId='],
    ['given twice', `walletId=${WALLET_ID}&walletId=${WALLET_ID}`],
    ['named in other letters', `WalletId=${WALLET_ID}`],
    ['with a space', 'walletId=a%20b'],
    ['with a control character', `walletId=${WALLET_ID}%00`],
    ['broken UTF-8', 'walletId=%C3%28'],
    ['not ASCII', 'walletId=%C3%A9'],
    ['longer than 128 characters', `walletId=${'w'.repeat(129)}`],
    ['in brackets', `walletId[]=${WALLET_ID}`],
  ])('refuses a walletId that is %s with 1005', async (_, text) => {
    const before = await countSessions();
    const headers = { authorization: `Bearer ${authTokenFor(WALLET_ID)}` };
    const answer = await callSigned(server.url, 'POST', '/sessions', text, { headers });
    expect([answer.status, answer.body]).toEqual([400, INVALID_WALLET_ID]);
    expect(await countSessions()).toBe(before);
  });

  it('refuses a blocked player with 1008', async () => {
    await callOperator(server.url, 'POST', '/operator/wallets', {
      walletId: 'blocked',
      playerId: 'p',
      currency: 'EUR',
    });
    await query(server.database.url, `UPDATE wallets SET status = 'BLOCKED' WHERE id = 'blocked'`, []);
    const answer = await openSession(server.url, 'blocked');
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1008, type: 'USER_BLOCKED', message: 'User Blocked' },
    ]);
  });

  it('takes the wallet of a token from walletId, else from sub', async () => {
    const exp = nowInSeconds() + 60;
    const withToken = (claims: unknown): Promise<Answer> =>
      openSession(server.url, WALLET_ID, { headers: { authorization: `bearer ${tokenOf(claims)}` } });
    expect((await withToken({ sub: WALLET_ID, exp })).status).toBe(201);
    expect((await withToken({ sub: 'player', walletId: WALLET_ID, exp })).status).toBe(201);
    expect((await withToken({ sub: WALLET_ID, walletId: 'other', exp })).body).toEqual(INVALID_WALLET_ID);
  });
});

describe('Close', () => {
  it('closes a session: 200 without a body', async () => {
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    const answer = await closeSession(server.url, id);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await rowOf(id)).toMatchObject({ status: 'CLOSE' });
    expect((await rowOf(id))?.closed_at).not.toBeNull();
  });

  it('refuses a session that is closed already, and changes nothing', async () => {
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    await closeSession(server.url, id);
    const row = await rowOf(id);
    const answer = await closeSession(server.url, id);
    expect([answer.status, answer.body]).toEqual([400, INVALID_WALLET_SESSION]);
    expect(await rowOf(id)).toEqual(row);
  });

  it('closes once when asked thirty times at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = sessionIdOf(await openSession(server.url, WALLET_ID));
      const answers = await Promise.all(Array.from({ length: 30 }, () => closeSession(server.url, id)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ text }) => text.includes('1004'))).toHaveLength(29);
    }
  });

  it('closes once when asked often in one batch', async () => {
    const sessions = server.app.get(SessionsService);
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    // The open keeps the queue busy: the closes wait for it and are committed together.
    const open = sessions.open(PARENT_SYSTEM_ID, WALLET_ID, WALLET_ID);
    const closes = Array.from({ length: 5 }, () => sessions.close(PARENT_SYSTEM_ID, id));
    await open;
    const ends = await Promise.allSettled(closes);
    expect(ends.map(({ status }) => status)).toEqual([
      'fulfilled',
      ...Array.from({ length: 4 }, () => 'rejected'),
    ]);
  });

  it('closes only the sessions named, each by its own call', async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, async () => sessionIdOf(await openSession(server.url, WALLET_ID))),
    );
    const closed = ids.filter((_, index) => index % 2 === 0);
    await Promise.all(closed.map((id) => closeSession(server.url, id)));
    const statuses = await Promise.all(ids.map(async (id) => (await rowOf(id))?.status));
    expect(statuses).toEqual(ids.map((id) => (closed.includes(id) ? 'CLOSE' : 'OPEN')));
  });

  it.each([
    ['unknown', 'id=3fa85f64-5717-4562-b3fc-2c963f66afa6', INVALID_WALLET_SESSION],
    ['malformed', 'id=%20', INVALID_WALLET_SESSION],
    ['empty', 'id=', INVALID_WALLET_SESSION],
    ['missing', 'walletSessionId=1', { code: 1010, type: 'INVALID_REQUEST', message: 'id is missing' }],
    ['repeated', 'id=a&id=a', { code: 1010, type: 'INVALID_REQUEST', message: 'id must be one value' }],
  ])('refuses an id that is %s', async (_, text, body) => {
    const answer = await callSigned(server.url, 'PATCH', '/sessions/close', text);
    expect([answer.status, answer.body]).toEqual([400, body]);
  });

  it('does not know a session of another parent system', async () => {
    const other = { parentSystemId: 'OTHER', secretKey: 'another-secret-of-16' };
    await callOperator(server.url, 'POST', '/operator/parent-systems', {
      id: other.parentSystemId,
      name: 'another',
      secret: other.secretKey,
    });
    const id = sessionIdOf(await openSession(server.url, WALLET_ID));
    const answer = await closeSession(server.url, id, other);
    expect([answer.status, answer.body]).toEqual([400, INVALID_WALLET_SESSION]);
    expect(await rowOf(id)).toMatchObject({ status: 'OPEN' });
    expect((await closeSession(server.url, id)).status).toBe(200);
  });

  it.each([['{}'], ['null'], ['not json at all'], ['[1,2']])(
    'never reads a body such as %s',
    async (body) => {
      const id = sessionIdOf(await openSession(server.url, WALLET_ID, { body }));
      const headers = { 'content-type': 'application/json' };
      expect((await closeSession(server.url, id, { body, headers })).status).toBe(200);
    },
  );
});

describe('two hundred commands at once', () => {
  it('opens every right one, refuses every wrong one, and each answer is true', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        openSession(server.url, index % 3 === 0 ? 'nobody' : WALLET_ID),
      ),
    );
    answers.forEach((answer, index) => expect(answer.status).toBe(index % 3 === 0 ? 400 : 201));
    const opened = answers.filter(({ status }) => status === 201).map(sessionIdOf);
    const rows = await Promise.all(opened.map(rowOf));
    expect(rows.every((row) => row?.status === 'OPEN')).toBe(true);
  });
});
