import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf, leftOf } from '../support/answers.js';
import {
  authTokenFor,
  callOperator,
  callSigned,
  callWithBody,
  debit,
  openFundedSession,
  openSession,
  sessionIdOf,
  signatureOf,
} from '../support/gpas.js';
import { makeWallet } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
  await makeWallet(url, '+a+b', 'player+1');
});
afterAll(() => server.stop());

const openBy = async (query: string): Promise<string> =>
  errorOf(
    await callSigned(url, 'POST', '/sessions', query, {
      headers: { authorization: `Bearer ${authTokenFor('+a+b')}` },
    }),
  );

describe('a parameter behind a thousand others', () => {
  const MANY = 'a=&'.repeat(1_200);

  it('counts: given twice it is refused, though all of the query is signed', async () => {
    const session = sessionIdOf(
      await openSession(url, '+a+b', { headers: { authorization: `Bearer ${authTokenFor('+a+b')}` } }),
    );
    const balanceBy = async (query: string): Promise<string> =>
      errorOf(await callSigned(url, 'GET', '/wallets/balance', query));
    expect(await balanceBy(`walletSessionId=${session}&${MANY}`)).toMatch(/^200/);
    expect(await balanceBy(`${MANY}walletSessionId=${session}`)).toMatch(/^200/);
    expect(await balanceBy(`walletSessionId=${session}&${MANY}walletSessionId=${session}`)).toBe(
      '400/1010 INVALID_REQUEST',
    );
    expect(await openBy(`walletId=+a+b&${MANY}walletId=2sdf1sd`)).toBe('400/1005 INVALID_WALLET_ID');
    const bet = { externalReference: 'behind-many', value: '1', typeCode: 'GAME_DEBIT' };
    const target = `/movements/debit?walletSessionId=${session}&${MANY}walletSessionId=${session}`;
    expect(errorOf(await callWithBody(url, 'POST', target, bet))).toBe('400/1010 INVALID_REQUEST');
  });
});

describe('a plus in the query of a call', () => {
  it('is a plus in a walletId, raw or escaped; a space is none', async () => {
    for (const query of ['walletId=+a+b', 'walletId=%2Ba%2Bb', 'walletId=+a%2bb', 'walletId=%2Ba+b&x=+']) {
      expect([query, await openBy(query)]).toEqual([query, '201']);
    }
    for (const query of ['walletId=%20a%20b', 'walletId=%2Ba%20b', 'walletId=+a+b&walletId=+a+b']) {
      expect([query, await openBy(query)]).toEqual([query, '400/1005 INVALID_WALLET_ID']);
    }
  });

  it('is signed as it is sent, and not as it is read', async () => {
    const session = sessionIdOf(
      await openSession(url, '+a+b', { headers: { authorization: `Bearer ${authTokenFor('+a+b')}` } }),
    );
    const read = await callSigned(url, 'GET', '/wallets/balance', `walletSessionId=${session}&x=+`);
    expect(read.status).toBe(200);
    for (const signed of ['walletId=%2Ba%2Bb', 'walletId=%20a%20b', 'walletId= a b']) {
      const answer = await callSigned(url, 'POST', '/sessions', 'walletId=+a+b', {
        headers: {
          authorization: `Bearer ${authTokenFor('+a+b')}`,
          'x-signature': signatureOf(signed, 'Ax34deSfgdB'),
        },
      });
      expect(errorOf(answer)).toBe('400/1006 SIGNATURE_FAILED');
    }
  });

  it('is a plus in the target of a rollback', async () => {
    const id = await openFundedSession(url, 'of-plus');
    for (const [index, escaped] of ['bet+1', 'bet%2B2'].entries()) {
      expect((await debit(url, id, `bet+${index + 1}`)).status).toBe(201);
      const target = `/movements/rollback?walletSessionId=${id}&externalMovementId=${escaped}`;
      const answer = await callWithBody(url, 'PATCH', target, { externalReference: `back+${index}` });
      expect([answer.status, leftOf(answer)]).toEqual([200, 100]);
    }
    const spaced = `/movements/rollback?walletSessionId=${id}&externalMovementId=bet%201`;
    const answer = await callWithBody(url, 'PATCH', spaced, { externalReference: 'back-spaced' });
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
  });
});

describe('a plus in a call of the back office', () => {
  const rowsOf = async (target: string): Promise<number> => {
    const { status, body, text } = await callOperator(url, 'GET', `/operator/${target}`);
    if (status !== 200) throw new Error(text);
    return (body as { data: unknown[] }).data.length;
  };

  it('is a plus in what a list is asked for', async () => {
    expect(await rowsOf('wallets?playerId=player+1')).toBe(1);
    expect(await rowsOf('wallets?playerId=player%2B1')).toBe(1);
    expect(await rowsOf('wallets?playerId=player+2')).toBe(0);
    expect(await rowsOf('movements?externalReference=bet+1')).toBe(1);
    expect(await rowsOf('sessions?walletId=+a+b')).toBeGreaterThan(0);
    expect(await rowsOf('wallets?limit=1&after=+a+a')).toBe(1);
    const spaced = await callOperator(url, 'GET', '/operator/wallets?playerId=player%201');
    expect(errorOf(spaced)).toBe('400/1010 INVALID_REQUEST');
  });

  it('is a plus in a path', async () => {
    for (const path of ['wallets/+a+b', 'wallets/%2Ba%2Bb']) {
      expect((await callOperator(url, 'GET', `/operator/${path}`)).body).toMatchObject({ walletId: '+a+b' });
    }
  });
});
