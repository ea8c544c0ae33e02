import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackOffice, launchBody, payment } from '../support/back-office.js';
import { type Answer, callOperator, debit, openFundedSession, openSession } from '../support/gpas.js';
import { auditLinesOf, callWithKey, makeKey, type StoredLine } from '../support/operator.js';
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

describe('what changes nothing leaves no line', () => {
  /** A refused call, by the answer it gets. */
  const REFUSED: [number, string, () => Promise<[string, string, unknown?]>][] = [
    [
      409,
      'a wallet that is there',
      async () => [
        'POST',
        'wallets',
        { walletId: await office.makeWallet(), playerId: 'p', currency: 'EUR' },
      ],
    ],
    [409, 'a parent system that is there', () => now('POST', 'parent-systems', { id: 'BL13GT', name: 'x' })],
    [404, 'an unknown wallet blocked', () => now('PATCH', 'wallets/nobody', { status: 'BLOCKED' })],
    [
      404,
      'a deposit to an unknown wallet',
      () => now('POST', 'wallets/nobody/deposits', payment('nobody', 1)),
    ],
    [
      404,
      'a withdrawal from an unknown wallet',
      () => now('POST', 'wallets/nobody/withdrawals', payment('no', 1)),
    ],
    [404, 'a launch on an unknown wallet', () => now('POST', 'launches', launchBody('nobody'))],
    [404, 'an unknown launch revoked', () => now('DELETE', 'launches/0123456789abcdef')],
    [404, 'an unknown key revoked', () => now('DELETE', 'keys/nobody')],
    [404, 'an unknown parent system changed', () => now('PATCH', 'parent-systems/nobody', { name: 'x' })],
    [
      404,
      "an unknown parent system's secret",
      () => now('POST', 'parent-systems/nobody/secrets', { graceSeconds: 0 }),
    ],
    [
      404,
      'a launch revoked twice',
      async () => {
        const launchId = await office.makeLaunch(await office.makeWallet());
        await office.prepare('DELETE', `launches/${launchId}`);
        return ['DELETE', `launches/${launchId}`];
      },
    ],
    [
      404,
      'a key revoked twice',
      async () => {
        const { keyId } = await makeKey(url, ['read']);
        await office.prepare('DELETE', `keys/${keyId}`);
        return ['DELETE', `keys/${keyId}`];
      },
    ],
    [
      400,
      'a deposit repeated',
      async () => {
        const walletId = await office.makeWallet(10);
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 10)];
      },
    ],
    [
      400,
      'a deposit of another amount under the same reference',
      async () => {
        const walletId = await office.makeWallet(10);
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 11)];
      },
    ],
    [
      400,
      'a withdrawal over the balance',
      async () => {
        const walletId = await office.makeWallet(10);
        return ['POST', `wallets/${walletId}/withdrawals`, payment(`${walletId}-out`, 11)];
      },
    ],
    [
      400,
      'a launch of a blocked player',
      async () => {
        const walletId = await office.makeWallet();
        await office.prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
        return ['POST', 'launches', launchBody(walletId)];
      },
    ],
    [
      400,
      'a launch of a disabled game',
      async () => {
        const gameId = office.newId();
        await office.prepare('PUT', `games/${gameId}`, { name: 'Off', providerCode: 'AGT', enabled: false });
        return ['POST', 'launches', { ...launchBody(await office.makeWallet()), gameId }];
      },
    ],
    [
      400,
      'a currency that is none',
      () => now('POST', 'wallets', { walletId: office.newId(), playerId: 'p', currency: 'XQX' }),
    ],
    [
      400,
      'a status that is none',
      async () => ['PATCH', `wallets/${await office.makeWallet()}`, { status: 'GONE' }],
    ],
    [
      400,
      'a negative deposit',
      async () => {
        const walletId = await office.makeWallet();
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, -1)];
      },
    ],
    [
      400,
      'a deposit with more decimals than there are',
      async () => {
        const walletId = await office.makeWallet();
        return ['POST', `wallets/${walletId}/deposits`, payment(walletId, 0.001)];
      },
    ],
    [
      400,
      'a game without a name',
      () => now('PUT', `games/${office.newId()}`, { providerCode: 'AGT', enabled: true }),
    ],
    [
      400,
      'a parent system with a wrong address',
      () => now('POST', 'parent-systems', { id: office.newId(), name: 'x', allowedAddresses: ['nowhere'] }),
    ],
    [
      400,
      'a grace that is too long',
      () => now('POST', 'parent-systems/BL13GT/secrets', { graceSeconds: 1e9 }),
    ],
    [400, 'a key without roles', () => now('POST', 'keys', { name: 'x', roles: [] })],
  ];

  function now(...given: [string, string, unknown?]): Promise<[string, string, unknown?]> {
    return Promise.resolve(given);
  }

  it.each(REFUSED)('%d: %s', async (status, _, preparation) => {
    const [method, target, body] = await preparation();
    const before = await linesNow();
    expect((await office.call(method, target, body)).status).toBe(status);
    expect(await linesNow()).toEqual(before);
  });

  it('a call without a key, or with one that lacks the role', async () => {
    const reader = await makeKey(url, ['read', 'audit']);
    const wallet = { walletId: office.newId(), playerId: 'p', currency: 'EUR' };
    const before = await linesNow();
    expect((await callWithKey(url, 'wrong', 'POST', '/operator/wallets', wallet)).status).toBe(401);
    expect((await callWithKey(url, reader.key, 'POST', '/operator/wallets', wallet)).status).toBe(403);
    expect(await linesNow()).toEqual(before);
  });

  it('reads, and what GPAS does', async () => {
    const session = await openFundedSession(url, office.newId());
    const before = await linesNow();
    for (const target of ['wallets', 'wallets/2sdf1sd', 'games', 'parent-systems', 'keys', 'audit']) {
      expect([target, (await office.call('GET', target)).status]).toEqual([target, 200]);
    }
    expect((await debit(url, session, `bet-${office.newId()}`)).status).toBe(201);
    expect((await openSession(url, '2sdf1sd')).status).toBe(201);
    expect(await linesNow()).toEqual(before);
  });

  it('a deposit repeated where DUPLICATE_POLICY=replay answers it again', async () => {
    const replaying = await startApp({ env: { DUPLICATE_POLICY: 'replay' } });
    try {
      const pay = (): Promise<Answer> =>
        callOperator(replaying.url, 'POST', '/operator/wallets/2sdf1sd/deposits', payment('replayed', 5));
      const first = await pay();
      const lines = await auditLinesOf(replaying.database.url);
      const again = await pay();
      expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
      expect(await auditLinesOf(replaying.database.url)).toEqual(lines);
    } finally {
      await replaying.stop();
    }
  });
});
