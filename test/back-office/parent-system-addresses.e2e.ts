import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import { openSession, send, signatureOf, WALLET_ID } from '../support/gpas.js';
import {
  changeParentSystem,
  createParentSystem,
  registerParentSystem,
  signedBy,
  SECRETS_KEY,
} from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';

const UNKNOWN_SYSTEM = '400/1001 SYSTEM_ERROR';
const UNKNOWN_SESSION = '400/1004 INVALID_WALLET_SESSION';
const SIGNATURE_FAILED = '400/1006 SIGNATURE_FAILED';
const FORBIDDEN = '403/1010 FORBIDDEN';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp({ env: { SECRETS_KEY } });
  url = server.url;
});
afterAll(() => server.stop());

describe('the addresses that may call', () => {
  const elsewhere = ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32'];

  it('are looked at before the signature, and null lets everybody in again', async () => {
    const shown = await registerParentSystem(url, { allowedAddresses: elsewhere });
    const own = signedBy(shown);
    const forged = { ...own, secretKey: 'wrong' };
    const refused = await openSession(url, WALLET_ID, own);
    expect([refused.status, refused.body]).toEqual([
      403,
      { code: 1010, type: 'FORBIDDEN', message: expect.any(String) },
    ]);
    expect(refused.text).not.toContain('203.0.113');
    expect(errorOf(await openSession(url, WALLET_ID, forged))).toBe(FORBIDDEN);
    const unsigned = {
      method: 'GET',
      target: '/wallets/balance',
      headers: { 'x-parent-system-id': shown.id },
    };
    expect(errorOf(await send(url, unsigned))).toBe(FORBIDDEN);

    expect(
      (await changeParentSystem(url, shown.id, { allowedAddresses: [...elsewhere, '127.0.0.0/8'] })).status,
    ).toBe(200);
    expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
    expect(errorOf(await openSession(url, WALLET_ID, forged))).toBe(SIGNATURE_FAILED);
    expect(errorOf(await send(url, unsigned))).toBe(SIGNATURE_FAILED);

    await changeParentSystem(url, shown.id, { allowedAddresses: elsewhere });
    expect((await changeParentSystem(url, shown.id, { name: 'Renamed' })).body).toMatchObject({
      allowedAddresses: elsewhere,
    });
    expect(errorOf(await openSession(url, WALLET_ID, own))).toBe(FORBIDDEN);

    expect((await changeParentSystem(url, shown.id, { allowedAddresses: null })).body).toMatchObject({
      allowedAddresses: null,
    });
    expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
  });

  it('are not an empty list, by neither way: null is from anywhere', async () => {
    const shown = await registerParentSystem(url, { allowedAddresses: ['127.0.0.1'] });
    for (const answer of [
      await changeParentSystem(url, shown.id, { allowedAddresses: [] }),
      await createParentSystem(url, { id: 'of-nowhere', name: 'x', allowedAddresses: [] }),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        400,
        {
          code: 1010,
          type: 'INVALID_REQUEST',
          message:
            'allowedAddresses must not be empty: null is from anywhere, and DISABLED shuts everybody out',
        },
      ]);
    }
    expect((await openSession(url, WALLET_ID, signedBy(shown))).status).toBe(201);
    expect(
      (await createParentSystem(url, { id: 'of-nowhere', name: 'x', allowedAddresses: null })).status,
    ).toBe(201);
  });

  it('keep out no other parent system, and a disabled one is unknown from everywhere', async () => {
    const [closed, open] = [
      await registerParentSystem(url, { allowedAddresses: elsewhere }),
      await registerParentSystem(url),
    ];
    expect((await openSession(url, WALLET_ID, signedBy(open))).status).toBe(201);
    await changeParentSystem(url, closed.id, { status: 'DISABLED' });
    expect(errorOf(await openSession(url, WALLET_ID, signedBy(closed)))).toBe(UNKNOWN_SYSTEM);
  });

  it('are those of the socket where no proxy is trusted, whatever headers say', async () => {
    const [far, near] = [
      await registerParentSystem(url, { allowedAddresses: elsewhere }),
      await registerParentSystem(url, { allowedAddresses: ['127.0.0.1'] }),
    ];
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-forwarded-for': '203.0.113.7, 127.0.0.1' },
      { 'x-real-ip': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7' },
      { 'x-client-ip': '203.0.113.7', 'true-client-ip': '203.0.113.7', 'cf-connecting-ip': '203.0.113.7' },
    ] as Record<string, string>[]) {
      expect(errorOf(await openSession(url, WALLET_ID, { ...signedBy(far), headers }))).toBe(FORBIDDEN);
      expect((await openSession(url, WALLET_ID, { ...signedBy(near), headers })).status).toBe(201);
    }
  });

  /** What X-Forwarded-For makes of a call from loopback: does it come from 203.0.113.7? */
  const CASES: Record<string, readonly (readonly [string | readonly string[], boolean])[]> = {
    '1': [
      ['203.0.113.7', true],
      ['198.51.100.9, 203.0.113.7', true],
      ['rubbish, 198.51.100.9 , 203.0.113.7', true],
      [['198.51.100.9', '203.0.113.7'], true],
      ['::ffff:203.0.113.7', true],
      ['::FFFF:cb00:7107', true],
      ['203.0.113.7, 198.51.100.9', false],
      [['203.0.113.7', '198.51.100.9'], false],
      ['203.0.113.7, 127.0.0.1', false],
      ['203.0.113.7, ::ffff:198.51.100.9', false],
      ['203.0.113.7, unknown', false],
      ['203.0.113.7:443', true],
      ['198.51.100.9:80, 203.0.113.7:51234', true],
      ['203.0.113.7:443, 198.51.100.9:443', false],
      ['203.0.113.7:', false],
      ['203.0.113.7:443:443', false],
      ['"203.0.113.7"', false],
      ['for=203.0.113.7', false],
      ['[::ffff:203.0.113.7]', true],
      ['[::ffff:203.0.113.7]:80', true],
      ['[203.0.113.7]:80', false],
      ['203.0.113.7 198.51.100.9', false],
      ['203.0.113.7;198.51.100.9', false],
      ['203.0.113.0/24', false],
      ['0.0.0.0', false],
      ['', false],
      [[], false],
    ],
    '2': [
      ['203.0.113.7, 198.51.100.9', true],
      ['192.0.2.1, 203.0.113.7, 198.51.100.9', true],
      ['192.0.2.1, ::ffff:203.0.113.7, rubbish', true],
      [['192.0.2.1', '203.0.113.7, 198.51.100.9'], true],
      ['203.0.113.7, 192.0.2.1, 198.51.100.9', false],
      ['192.0.2.1, 203.0.113.7', false],
      ['203.0.113.7, unknown, 198.51.100.9', false],
      ['203.0.113.7, 203.0.113.7, 192.0.2.1, 198.51.100.9', false],
      [[], false],
    ],
    '127.0.0.1': [
      ['203.0.113.7', true],
      ['203.0.113.7, 127.0.0.1', true],
      ['203.0.113.7, 127.0.0.1, 127.0.0.1', true],
      ['203.0.113.7, ::ffff:127.0.0.1', true],
      ['203.0.113.7, ::ffff:7f00:1, 127.0.0.1', true],
      ['198.51.100.9, 203.0.113.7, 127.0.0.1', true],
      ['::ffff:203.0.113.7, 127.0.0.1', true],
      ['203.0.113.7, 198.51.100.9', false],
      ['203.0.113.7, 198.51.100.9, 127.0.0.1', false],
      ['203.0.113.7, 127.0.0.2', false],
      ['203.0.113.7, rubbish', false],
      ['203.0.113.7, rubbish, 127.0.0.1', false],
      ['203.0.113.7, 127.0.0.1:443', true],
      ['203.0.113.7:80, [::ffff:127.0.0.1]:443', true],
      ['203.0.113.7, 127.0.0.2:443', false],
      ['127.0.0.1', false],
      [[], false],
    ],
    '10.9.0.0/16,::1, 127.0.0.0/8': [
      ['203.0.113.7, 10.9.8.7, ::1, 127.9.9.9', true],
      ['203.0.113.7, ::ffff:10.9.8.7', true],
      ['203.0.113.7, 10.8.8.7', false],
      ['203.0.113.7, ::2', false],
    ],
    '198.51.100.9': [
      ['203.0.113.7', false],
      ['203.0.113.7, 198.51.100.9', false],
    ],
  };

  it.each(Object.keys(CASES))(
    'are those that the hops of TRUSTED_PROXIES=%s tell, and no forged ones',
    async (proxies) => {
      const proxied = await startApp({ env: { TRUSTED_PROXIES: proxies } });
      try {
        const listed = signedBy(
          await registerParentSystem(proxied.url, { allowedAddresses: ['203.0.113.7'] }),
        );
        const query_ = `walletSessionId=unknown`;
        const seen: unknown[] = [];
        for (const [hops] of CASES[proxies]!) {
          const lines = typeof hops === 'string' ? [hops] : hops;
          const answer = await send(proxied.url, {
            method: 'GET',
            target: `/wallets/balance?${query_}`,
            headers: [
              ...['host', 'localhost', 'x-parent-system-id', listed.parentSystemId],
              ...['x-signature', signatureOf(query_, listed.secretKey)],
              ...lines.flatMap((line) => ['x-forwarded-for', line]),
            ],
          });
          seen.push([hops, errorOf(answer)]);
        }
        expect(seen).toEqual(
          CASES[proxies]!.map(([hops, isOn]) => [hops, isOn ? UNKNOWN_SESSION : FORBIDDEN]),
        );
      } finally {
        await proxied.stop();
      }
    },
  );
});
