import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf, statusOf } from '../support/answers.js';
import { query } from '../support/databases.js';
import { type Answer, callOperator, OPERATOR_KEY, send, WALLET_ID } from '../support/gpas.js';
import { askLaunch, launch, openWith } from '../support/launches.js';
import { auditLinesOf, contentOf, makeWallet } from '../support/operator.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

/** What a test has started beside it; ended after the test, whatever comes of it. */
const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end();
});

async function startAnother(env: Record<string, string> = {}): Promise<RunningApp> {
  const another = await startApp({ env });
  started.push(() => another.stop());
  return another;
}

async function countOf(table: string): Promise<number> {
  const [row] = await query<{ n: number }>(server.database.url, `SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

describe('a launch', () => {
  it('answers a token of exactly 100 characters with a jti and nothing else in it', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => launch(url)));
    for (const { authToken, launchId } of tokens) {
      expect(authToken).toHaveLength(100);
      expect(authToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      const payload = Buffer.from(authToken.split('.')[1] ?? '', 'base64url').toString('utf8');
      expect(payload).toBe(`{"jti":"${launchId}"}`);
    }
    expect(new Set(tokens.map(({ launchId }) => launchId)).size).toBe(20);
  });

  it('answers when the token expires: 15 minutes from now, or as asked, up to a day', async () => {
    for (const [body, seconds] of [
      [{}, 900],
      [{ ttlSeconds: 1 }, 1],
      [{ ttlSeconds: 86_400 }, 86_400],
    ] as const) {
      const before = Date.now();
      const { expiresAt } = await launch(url, body);
      expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const expiry = Date.parse(expiresAt) - seconds * 1_000;
      expect(expiry).toBeGreaterThanOrEqual(before);
      expect(expiry).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is kept without its token', async () => {
    const { authToken, launchId } = await launch(url);
    const content = JSON.stringify(await contentOf(server.database.url));
    expect(content).toContain(launchId);
    expect(content).not.toContain(authToken);
    expect(content).not.toContain(authToken.split('.')[2]);
  });
});

describe("the launcher's address", () => {
  it('has every parameter of the launcher, once, with what it was asked for', async () => {
    const { authToken, url: address } = await launch(url, {
      isDemo: true,
      device: 'Mobile',
      language: 'pt-BR',
    });
    expect(address.startsWith('https://launcher.example/launcher/game/?authToken=')).toBe(true);
    expect([...new URL(address).searchParams]).toEqual([
      ['authToken', authToken],
      ['walletId', WALLET_ID],
      ['gameid', 'agt-54'],
      ['device', 'Mobile'],
      ['username', '6df5sd'],
      ['playerid', '6df5sd'],
      ['language', 'pt-BR'],
      ['currency', 'BRL'],
      ['isDemo', 'true'],
    ]);
  });

  it.each([{}, { isDemo: false }, { isDemo: null }])(
    'is for money unless asked otherwise: %j',
    async (body) => {
      expect((await launch(url, body)).url).toMatch(/&isDemo=false$/);
    },
  );

  it('escapes what would end a value or begin another', async () => {
    const odd = `a&isDemo=true%26+b=c#d?e/"<'>%`;
    const [walletId, playerId, gameId, username] = [`w${odd}`, `p${odd}`, `g${odd}`, `u${odd}`];
    await makeWallet(url, walletId, playerId);
    for (const [given, shown] of [
      [{}, playerId],
      [{ username }, username],
      [{ username: null }, playerId],
    ] as const) {
      const { authToken, url: address } = await launch(url, { walletId, gameId, ...given });
      const [, text = '', ...rest] = address.split('?');
      expect(rest).toEqual([]);
      expect(text).toMatch(/^[\w.%&=*-]+$/);
      // Decoded with and without reading `+` as a space: launchers do either.
      const decoded = text.split('&').map((pair) => pair.split('=').map(decodeURIComponent));
      expect(decoded).toEqual([...new URLSearchParams(text)]);
      expect(Object.fromEntries(decoded)).toEqual({
        authToken,
        walletId,
        gameid: gameId,
        device: 'Desktop',
        username: shown,
        playerid: playerId,
        language: 'en',
        currency: 'EUR',
        isDemo: 'false',
      });
    }
  });
});

describe('a launch that could not be played is refused and leaves nothing', () => {
  const refusalOf = async (body: object, at = url): Promise<string> => {
    const before = [await countOf('launches'), (await auditLinesOf(server.database.url)).length];
    const answer = await askLaunch(at, body);
    expect([await countOf('launches'), (await auditLinesOf(server.database.url)).length]).toEqual(before);
    return errorOf(answer);
  };
  const putGame = (gameId: string, enabled: boolean, at = url): Promise<Answer> =>
    callOperator(at, 'PUT', `/operator/games/${gameId}`, { name: 'A game', providerCode: 'AGT', enabled });

  it('of a blocked player: 1008, and again once unblocked', async () => {
    await makeWallet(url, 'blocked');
    const { authToken } = await launch(url, { walletId: 'blocked' });
    await callOperator(url, 'PATCH', '/operator/wallets/blocked', { status: 'BLOCKED' });
    expect(await refusalOf({ walletId: 'blocked' })).toBe('400/1008 USER_BLOCKED');
    expect(errorOf(await openWith(url, authToken, 'blocked'))).toBe('400/1008 USER_BLOCKED');
    await callOperator(url, 'PATCH', '/operator/wallets/blocked', { status: 'ACTIVE' });
    expect(await statusOf(openWith(url, authToken, 'blocked'))).toBe(201);
    await launch(url, { walletId: 'blocked' });
  });

  it('of a disabled game: 1009; of one that the catalogue lacks it is made', async () => {
    expect((await putGame('agt-off', false)).status).toBe(200);
    expect(await refusalOf({ gameId: 'agt-off' })).toBe('400/1009 INVALID_GAME_ID');
    await launch(url, { gameId: 'nobody-knows-it' });
    await putGame('agt-off', true);
    await launch(url, { gameId: 'agt-off' });
  });

  it('of an unknown wallet: 404', async () => {
    expect(await refusalOf({ walletId: 'nobody' })).toBe('404/1010 NOT_FOUND');
    expect(await refusalOf({ walletId: WALLET_ID.toUpperCase() })).toBe('404/1010 NOT_FOUND');
  });

  it('of a game that the catalogue lacks under GAME_POLICY=catalogue: 1009', async () => {
    const strict = await startAnother({ GAME_POLICY: 'catalogue' });
    expect(errorOf(await askLaunch(strict.url))).toBe('400/1009 INVALID_GAME_ID');
    await putGame('agt-54', false, strict.url);
    expect(errorOf(await askLaunch(strict.url))).toBe('400/1009 INVALID_GAME_ID');
    await putGame('agt-54', true, strict.url);
    await launch(strict.url);
  });

  it.each<[string, object]>([
    ['walletId', { walletId: undefined }],
    ['walletId', { walletId: '' }],
    ['walletId', { walletId: 'a b' }],
    ['walletId', { walletId: 12 }],
    ['walletId', { walletId: { id: WALLET_ID } }],
    ['gameId', { gameId: undefined }],
    ['gameId', { gameId: null }],
    ['gameId', { gameId: 'x'.repeat(129) }],
    ['device', { device: undefined }],
    ['device', { device: null }],
    ['device', { device: 'desktop' }],
    ['device', { device: 'Tablet' }],
    ['device', { device: ['Desktop'] }],
    ['device', { device: 1 }],
    ['language', { language: undefined }],
    ['language', { language: null }],
    ['language', { language: '' }],
    ['language', { language: 'e' }],
    ['language', { language: 'english' }],
    ['language', { language: 'en_US' }],
    ['language', { language: 'en-' }],
    ['language', { language: 'en\n' }],
    ['language', { language: 'en&isDemo=true' }],
    ['language', { language: 5 }],
    ['ttlSeconds', { ttlSeconds: 0 }],
    ['ttlSeconds', { ttlSeconds: -1 }],
    ['ttlSeconds', { ttlSeconds: 86_401 }],
    ['ttlSeconds', { ttlSeconds: 1e308 }],
    ['ttlSeconds', { ttlSeconds: 1.5 }],
    ['ttlSeconds', { ttlSeconds: '900' }],
    ['ttlSeconds', { ttlSeconds: null }],
    ['ttlSeconds', { ttlSeconds: true }],
    ['ttlSeconds', { ttlSeconds: [900] }],
    ['username', { username: '' }],
    ['username', { username: 'Ann B' }],
    ['username', { username: 'Änn' }],
    ['username', { username: 'x'.repeat(129) }],
    ['username', { username: 7 }],
    ['isDemo', { isDemo: 'true' }],
    ['isDemo', { isDemo: 1 }],
    ['isDemo', { isDemo: [] }],
  ])('with a wrong %s, and names it: %j', async (field, body) => {
    const before = await countOf('launches');
    const answer = await askLaunch(url, body);
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    expect((answer.body as { message: string }).message).toMatch(new RegExp(`^${field} `));
    expect(await countOf('launches')).toBe(before);
  });

  it.each(['', '{', '[]', 'null', '"x"', '1'])('with the body %j', async (body) => {
    const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json' };
    const answer = await send(url, { method: 'POST', target: '/operator/launches', headers, body });
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
  });
});
