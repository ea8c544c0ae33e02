import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import {
  authTokenFor,
  balance,
  callOperator,
  callSigned,
  callWithBody,
  openFundedSession,
  send,
  WALLET_ID,
} from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp({ env: { BASE_PATH: '/casino/oas' } });
  url = server.url;
});
afterAll(() => server.stop());

const get = (target: string) => send(url, { method: 'GET', target });

describe('BASE_PATH', () => {
  it('stands before every path, or not: the proxy may take it away', async () => {
    for (const path of ['/health/ready', '/docs', '/docs/openapi.json', '/docs/swagger-ui-init.js']) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
      expect([path, (await get(`/casino/oas${path}`)).status]).toEqual([path, 200]);
    }
    expect((await callOperator(url, 'GET', `/casino/oas/operator/wallets/${WALLET_ID}`)).status).toBe(200);
  });

  it('is a whole path, once', async () => {
    for (const path of [
      '/casino/oasis/health/live',
      '/casino/health/live',
      '/oas/health/live',
      '/casino/oas/casino/oas/health/live',
      '/CASINO/oas/health/live',
      '/casino/oas',
      '/casino/oas/',
      '/casino/oas?/health/live',
      '//casino/oas/health/live',
    ]) {
      expect([path, errorOf(await get(path))]).toEqual([path, '404/1010 NOT_FOUND']);
    }
  });

  it('leaves what is signed as it was sent', async () => {
    const query = `walletId=${WALLET_ID}&x=/casino/oas%2F?y`;
    const headers = { authorization: `Bearer ${authTokenFor(WALLET_ID)}` };
    expect((await callSigned(url, 'POST', '/casino/oas/sessions', query, { headers })).status).toBe(201);
    const session = await openFundedSession(url, 'behind-a-proxy');
    const bet = {
      externalReference: 'behind',
      value: '1',
      typeCode: 'GAME_DEBIT',
      tags: { gameid: 'agt-54' },
    };
    const target = `/casino/oas/movements/debit?walletSessionId=${session}`;
    expect((await callWithBody(url, 'POST', target, bet)).status).toBe(201);
    expect((await balance(url, session)).body).toMatchObject({ leftBalance: 99 });
    const forged = await callSigned(url, 'GET', '/casino/oas/wallets/balance', `walletSessionId=${session}`, {
      secretKey: 'wrong',
    });
    expect(errorOf(forged)).toBe('400/1006 SIGNATURE_FAILED');
  });

  it('is what the OpenAPI document says that its paths are behind, and the page names everything beside itself', async () => {
    expect((await get('/docs/openapi.json')).body).toMatchObject({ servers: [{ url: '/casino/oas' }] });
    const { text } = await get('/casino/oas/docs');
    const page = new URL(`${url}/casino/oas/docs`);
    for (const [, path = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { pathname } = new URL(path, page);
      expect([pathname, (await get(pathname)).status]).toEqual([
        expect.stringMatching(/^\/casino\/oas\/docs\//),
        200,
      ]);
    }
  });
});
