import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, movementIdOf } from '../support/answers.js';
import {
  callOperator,
  callSigned,
  callWithBody,
  closeSession,
  credit,
  debit,
  openSession,
  rollback,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { scenario } from '../support/scenario.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

describe('references', () => {
  it('an exact repeat is 1003 and names the first movement', async () => {
    const { walletId, id } = await scenario(url);
    const first = await debit(url, id, 'repeat');
    const again = await debit(url, id, 'repeat');
    expect(codeOf(again)).toBe('400/1003');
    expect(again.headers['x-movement-id']).toBe(movementIdOf(first));
    expect(await totalOf(url, walletId)).toBe(90);
  });

  it('a charged bet sent again after close, block or spending everything is 1003', async () => {
    const { walletId, id } = await scenario(url, { real: 10 });
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
    const { walletId, id } = await scenario(url, { real: 5 });
    expect(codeOf(await debit(url, id, 'too-poor'))).toBe('400/1007');
    await callOperator(url, 'POST', `/operator/wallets/${walletId}/deposits`, {
      externalReference: 'more',
      value: 5,
      subWallet: 'REAL',
    });
    expect((await debit(url, id, 'too-poor')).status).toBe(201);
  });

  it('are of one parent system over all wallets, sessions and kinds', async () => {
    const one = await scenario(url);
    const two = await scenario(url);
    await debit(url, one.id, 'global');
    expect(codeOf(await debit(url, two.id, 'global'))).toBe('400/1003');
    expect(codeOf(await credit(url, one.id, 'global'))).toBe('400/1003');
    expect(codeOf(await debit(url, one.id, 'global', { value: '11' }))).toBe('400/1003');
    expect((await debit(url, two.id, 'Global')).status).toBe(201);
    expect([await totalOf(url, one.walletId), await totalOf(url, two.walletId)]).toEqual([90, 90]);
  });

  it('of a body that was captured move nothing anywhere else', async () => {
    const victim = await scenario(url);
    const thief = await scenario(url);
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
    const [method, route, text, code, message] = row;
    const { id, walletId } = await scenario(url);
    await debit(url, id, `queried-bet-${walletId}`);
    const body =
      route === 'credit'
        ? { externalReference: `queried-${walletId}`, value: '10', typeCode: 'GAME_CREDIT' }
        : { externalReference: `queried-${walletId}` };
    const first = await callWithBody(url, method, `/movements/${route}?${text.replace('ID', id)}`, body);
    expect(codeOf(first)).toBe(code);
    expect((first.body as { message: string }).message).toContain(message);
    const target = `/movements/${route}?walletSessionId=${id}&externalMovementId=queried-bet-${walletId}`;
    expect(codeOf(await callWithBody(url, method, target, body))).toBe('400/1003');
    expect(await totalOf(url, walletId)).toBe(90);
  });
});

describe('rollback', () => {
  it('of something unknown is 1002 and leaves a tombstone: it is never booked later', async () => {
    const { walletId, id } = await scenario(url);
    expect(codeOf(await rollback(url, id, 'tomb-back', 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await debit(url, id, 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await credit(url, id, 'tomb-bet'))).toBe('400/1002');
    expect(codeOf(await rollback(url, id, 'tomb-back', 'tomb-bet'))).toBe('400/1002');
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('reverses once, whatever the reference', async () => {
    const { walletId, id } = await scenario(url);
    await debit(url, id, 'once-bet');
    expect((await rollback(url, id, 'once-a', 'once-bet')).status).toBe(200);
    expect(codeOf(await rollback(url, id, 'once-b', 'once-bet'))).toBe('400/1003');
    expect(codeOf(await rollback(url, id, 'once-a', 'once-bet'))).toBe('400/1003');
    expect(await totalOf(url, walletId)).toBe(100);
  });

  it('of a rollback, and of another wallet, is 1002', async () => {
    const one = await scenario(url);
    const two = await scenario(url);
    await debit(url, one.id, 'rr-bet');
    await rollback(url, one.id, 'rr-back', 'rr-bet');
    expect(codeOf(await rollback(url, one.id, 'rr-again', 'rr-back'))).toBe('400/1002');
    await debit(url, one.id, 'rr-second');
    expect(codeOf(await rollback(url, two.id, 'rr-foreign', 'rr-second'))).toBe('400/1002');
    expect([await totalOf(url, one.walletId), await totalOf(url, two.walletId)]).toEqual([90, 100]);
  });

  it('of itself is 1010', async () => {
    const { id } = await scenario(url);
    expect(codeOf(await rollback(url, id, 'self', 'self'))).toBe('400/1010');
  });

  it('under another session of the same wallet is accepted', async () => {
    const { walletId, id } = await scenario(url);
    await debit(url, id, 'session-bet');
    const other = sessionIdOf(await openSession(url, walletId));
    expect((await rollback(url, other, 'session-back', 'session-bet')).status).toBe(200);
  });

  it('of a win already spent is 1007 and may come again', async () => {
    const { walletId, id } = await scenario(url, { real: 0, bonus: 50 });
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
    const { id, walletId } = await scenario(url);
    await debit(url, id, `carry-${walletId}`);
    const target = `/movements/rollback?walletSessionId=${id}&externalMovementId=carry-${walletId}`;
    const body = { externalReference: `carry-back-${walletId}`, ...extra };
    expect(codeOf(await callWithBody(url, 'PATCH', target, body))).toBe('400/1010');
  });
});
