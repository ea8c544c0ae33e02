import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  AUTH_TOKEN_SECRET,
  balance,
  callOperator,
  callSigned,
  nowInSeconds,
  OPERATOR_KEY,
  openSession,
  send,
  sessionIdOf,
  tokenOf,
  WALLET_ID,
} from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { auditLinesOf, callWithKey, contentOf } from '../support/operator.js';
import { type RunningApp, ServerProcess, startApp } from '../support/server.js';

interface Launched {
  readonly launchId: string;
  readonly authToken: string;
  readonly url: string;
  readonly expiresAt: string;
}

const BODY = { walletId: WALLET_ID, gameId: 'agt-54', device: 'Desktop', language: 'en' };

/** Values of a server's own, none of them the demo's. */
const OWN = {
  GPAS_PARENT_SYSTEM_ID: 'OWN',
  GPAS_SECRET_KEY: 'an-own-signing-secret',
  OPERATOR_API_KEY: OPERATOR_KEY,
};
const OWN_TOKEN_SECRET = 'an-own-token-secret-of-the-operator';

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

const askLaunch = (body: object = {}, at = url): Promise<Answer> =>
  callOperator(at, 'POST', '/operator/launches', { ...BODY, ...body });

async function launch(body: object = {}, at = url): Promise<Launched> {
  const answer = await askLaunch(body, at);
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as Launched;
}

const revoke = (launchId: string, at = url): Promise<Answer> =>
  callOperator(at, 'DELETE', `/operator/launches/${launchId}`);

const openWith = (token: string, walletId = WALLET_ID, at = url): Promise<Answer> =>
  openSession(at, walletId, { headers: { authorization: `Bearer ${token}` } });

const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;

const errorOf = ({ status, body }: Answer): string => {
  const { code, type } = body as { code: number; type: string };
  return `${status}/${code} ${type}`;
};

const INVALID_TOKEN = '401/1010 INVALID_AUTH_TOKEN';

async function countOf(table: string): Promise<number> {
  const [row] = await query<{ n: number }>(server.database.url, `SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

async function makeWallet(walletId: string, playerId = 'a-player', at = url): Promise<void> {
  const body = { walletId, playerId, currency: 'EUR' };
  const answer = await callOperator(at, 'POST', '/operator/wallets', body);
  if (answer.status !== 201) throw new Error(answer.text);
}

/** A token in the form that the server mints, with any payload. */
const referenceToken = (payload: object, secret = AUTH_TOKEN_SECRET): string =>
  tokenOf(payload, { header: { typ: undefined }, secret });

describe('a launch', () => {
  it('answers a token of exactly 100 characters with a jti and nothing else in it', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => launch()));
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
      const { expiresAt } = await launch(body);
      expect(expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const expiry = Date.parse(expiresAt) - seconds * 1_000;
      expect(expiry).toBeGreaterThanOrEqual(before);
      expect(expiry).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is kept without its token', async () => {
    const { authToken, launchId } = await launch();
    const content = JSON.stringify(await contentOf(server.database.url));
    expect(content).toContain(launchId);
    expect(content).not.toContain(authToken);
    expect(content).not.toContain(authToken.split('.')[2]);
  });
});

describe("the launcher's address", () => {
  it('has every parameter of the launcher, once, with what it was asked for', async () => {
    const { authToken, url: address } = await launch({ isDemo: true, device: 'Mobile', language: 'pt-BR' });
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
      expect((await launch(body)).url).toMatch(/&isDemo=false$/);
    },
  );

  it('escapes what would end a value or begin another', async () => {
    const odd = `a&isDemo=true%26+b=c#d?e/"<'>%`;
    const [walletId, playerId, gameId, username] = [`w${odd}`, `p${odd}`, `g${odd}`, `u${odd}`];
    await makeWallet(walletId, playerId);
    for (const [given, shown] of [
      [{}, playerId],
      [{ username }, username],
      [{ username: null }, playerId],
    ] as const) {
      const { authToken, url: address } = await launch({ walletId, gameId, ...given });
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

describe('the token of a launch', () => {
  it('opens a session on its wallet, again and again', async () => {
    const { authToken } = await launch();
    const answers = [await openWith(authToken), await openWith(authToken), await openWith(authToken)];
    for (const answer of answers) {
      expect([answer.status, answer.body]).toEqual([
        201,
        expect.objectContaining({ walletId: WALLET_ID, status: 'OPEN' }),
      ]);
    }
    expect(new Set(answers.map(sessionIdOf)).size).toBe(3);
    const atOnce = await Promise.all(Array.from({ length: 8 }, () => openWith(authToken)));
    expect(atOnce.map(({ status }) => status)).toEqual(Array<number>(8).fill(201));
  });

  it('with another walletId in the query is 1005', async () => {
    await makeWallet('another');
    const { authToken } = await launch();
    const before = await countOf('sessions');
    expect(errorOf(await openWith(authToken, 'another'))).toBe('400/1005 INVALID_WALLET_ID');
    expect(errorOf(await openWith(authToken, WALLET_ID.toUpperCase()))).toBe('400/1005 INVALID_WALLET_ID');
    expect(await countOf('sessions')).toBe(before);
  });

  it('with any one character altered is 401 and opens nothing', async () => {
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const { authToken } = await launch();
    const before = await countOf('sessions');
    for (let position = 0; position < authToken.length; position += 1) {
      const at = ALPHABET.indexOf(authToken.charAt(position));
      // The neighbours differ in the lowest bits, which the last character of a part has to spare.
      const others = at === -1 ? ['A', ' ', ':'] : [ALPHABET[at ^ 1], ALPHABET[at ^ 2]];
      for (const other of others) {
        const altered = authToken.slice(0, position) + String(other) + authToken.slice(position + 1);
        expect([position, other, errorOf(await openWith(altered))]).toEqual([position, other, INVALID_TOKEN]);
      }
    }
    expect(await countOf('sessions')).toBe(before);
    expect(await statusOf(openWith(authToken))).toBe(201);
  });

  it('cut short or with more to it is 401 and opens nothing', async () => {
    const { authToken } = await launch();
    const before = await countOf('sessions');
    for (let length = 0; length < authToken.length; length += 1) {
      const cut = authToken.slice(0, length);
      expect([length, errorOf(await openWith(cut))]).toEqual([length, INVALID_TOKEN]);
    }
    const [header = '', payload = '', signature = ''] = authToken.split('.');
    for (const more of [
      ...['A', '=', '==', '.', '.A', '%20', ' A', ',', '\t.', '\u00a0'].map((extra) => authToken + extra),
      ...['A', '.', 'Bearer '].map((extra) => extra + authToken),
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}A.${signature}`,
      `${header}..${payload}.${signature}`,
      `${authToken} ${authToken}`,
      `${authToken},${authToken}`,
    ]) {
      expect([more, errorOf(await openWith(more))]).toEqual([more, INVALID_TOKEN]);
    }
    expect(await countOf('sessions')).toBe(before);
  });

  it('is 401 once it has expired; a session that it opened stays open', async () => {
    const { authToken, expiresAt } = await launch({ ttlSeconds: 1 });
    const id = sessionIdOf(await openWith(authToken));
    await sleep(Math.max(0, Date.parse(expiresAt) - Date.now()) + 5);
    const late = await openWith(authToken);
    expect(errorOf(late)).toBe(INVALID_TOKEN);
    expect((late.body as { message: string }).message).toBe('Invalid auth token: it has expired');
    expect(await statusOf(balance(url, id))).toBe(200);
  });

  it('is 401 once its launch is revoked, which is done once; a session that it opened stays open', async () => {
    const [one, other] = [await launch(), await launch()];
    const id = sessionIdOf(await openWith(one.authToken));
    const revoked = await revoke(one.launchId);
    expect([revoked.status, revoked.body]).toEqual([
      200,
      { launchId: one.launchId, revokedAt: expect.stringMatching(/^\d{4}-.+\.\d{3}Z$/) },
    ]);
    expect(errorOf(await openWith(one.authToken))).toBe(INVALID_TOKEN);
    expect(errorOf(await revoke(one.launchId))).toBe('404/1010 NOT_FOUND');
    expect(await statusOf(balance(url, id))).toBe(200);
    expect(await statusOf(openWith(other.authToken))).toBe(201);
  });

  it('is revoked by one of many that try at once', async () => {
    const { launchId } = await launch();
    const answers = await Promise.all(Array.from({ length: 6 }, () => revoke(launchId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
  });

  it.each([
    ['unknown', '0123456789abcdef', '404/1010 NOT_FOUND'],
    ['of another case', '', '404/1010 NOT_FOUND'],
    ['malformed', '%20', '400/1010 INVALID_REQUEST'],
    ['too long', 'x'.repeat(129), '400/1010 INVALID_REQUEST'],
  ])('stays good when a launch that is %s is revoked', async (kind, id, error) => {
    const { launchId, authToken } = await launch();
    const swapped = launchId.replace(/[a-z]/gi, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    expect(errorOf(await revoke(kind === 'of another case' ? swapped : id))).toBe(error);
    expect(await statusOf(openWith(authToken))).toBe(201);
  });

  it('is taken from whoever holds AUTH_TOKEN_SECRET and from nobody else', async () => {
    const { launchId: jti } = await launch();
    expect(await statusOf(openWith(referenceToken({ jti })))).toBe(201);
    expect(errorOf(await openWith(referenceToken({ jti }, 'another-secret-of-more-than-32-bytes')))).toBe(
      INVALID_TOKEN,
    );
    expect(errorOf(await openWith(tokenOf({ jti }, { header: { alg: 'none' } })))).toBe(INVALID_TOKEN);
    expect(errorOf(await openWith(referenceToken({ jti: '0123456789abcdef' })))).toBe(INVALID_TOKEN);
  });

  it.each<[string, (jti: string) => object]>([
    ['walletId', (jti) => ({ jti, walletId: WALLET_ID })],
    ['sub', (jti) => ({ jti, sub: WALLET_ID })],
    ['exp', (jti) => ({ jti, exp: nowInSeconds() + 600 })],
    ['iat', (jti) => ({ jti, iat: nowInSeconds() })],
    ['iat first', (jti) => ({ iat: nowInSeconds(), jti })],
    ['null', (jti) => ({ jti, a: null })],
    ['a jti that is too long', (jti) => ({ jti: `${jti}A` })],
    ['a jti that is too short', (jti) => ({ jti: jti.slice(1) })],
    ['a jti in a list', (jti) => ({ jti: [jti] })],
    ['its claims in a list', (jti) => [{ jti }]],
  ])('is no reference token with more or other than its jti: %s', async (_, payloadOf) => {
    const { launchId } = await launch();
    expect(errorOf(await openWith(referenceToken(payloadOf(launchId))))).toBe(INVALID_TOKEN);
  });

  it('with a jti beside the claims of a self-contained token is that, and no launch is asked', async () => {
    await makeWallet('self-contained');
    const { launchId: jti } = await launch();
    const token = tokenOf({ jti, walletId: 'self-contained', exp: nowInSeconds() + 600 });
    await revoke(jti);
    expect(await statusOf(openWith(token, 'self-contained'))).toBe(201);
    expect(errorOf(await openWith(token))).toBe('400/1005 INVALID_WALLET_ID');
  });

  it('is good for nothing but opening sessions', async () => {
    const { authToken, launchId } = await launch();
    for (const [method, target] of [
      ['GET', `/operator/wallets/${WALLET_ID}`],
      ['GET', '/operator/audit'],
      ['POST', '/operator/launches'],
      ['DELETE', `/operator/launches/${launchId}`],
      ['POST', '/operator/keys'],
    ] as const) {
      const answer = await callWithKey(url, authToken, method, target, method === 'POST' ? BODY : undefined);
      expect([target, errorOf(answer)]).toEqual([target, '401/1010 UNAUTHORIZED']);
    }
    for (const id of [authToken, launchId]) {
      expect(errorOf(await balance(url, id))).toBe('400/1004 INVALID_WALLET_SESSION');
    }
    for (const [method, target] of [
      ['POST', `/sessions?walletId=${WALLET_ID}`],
      ['GET', '/wallets/balance?walletSessionId=x'],
      ['PATCH', '/sessions/close?id=x'],
    ] as const) {
      for (const signature of [{}, { 'x-signature': authToken }]) {
        const headers = {
          'x-parent-system-id': 'BL13GT',
          authorization: `Bearer ${authToken}`,
          ...signature,
        };
        const answer = await send(url, { method, target, headers });
        expect([target, errorOf(answer)]).toEqual([target, '400/1006 SIGNATURE_FAILED']);
      }
    }
    const inQuery = `walletId=${WALLET_ID}&authToken=${authToken}`;
    expect(errorOf(await callSigned(url, 'POST', '/sessions', inQuery))).toBe(INVALID_TOKEN);
    expect(await statusOf(openWith(authToken))).toBe(201);
  });
});

describe('a launch that could not be played is refused and leaves nothing', () => {
  const refusalOf = async (body: object, at = url): Promise<string> => {
    const before = [await countOf('launches'), (await auditLinesOf(server.database.url)).length];
    const answer = await askLaunch(body, at);
    expect([await countOf('launches'), (await auditLinesOf(server.database.url)).length]).toEqual(before);
    return errorOf(answer);
  };
  const putGame = (gameId: string, enabled: boolean, at = url): Promise<Answer> =>
    callOperator(at, 'PUT', `/operator/games/${gameId}`, { name: 'A game', providerCode: 'AGT', enabled });

  it('of a blocked player: 1008, and again once unblocked', async () => {
    await makeWallet('blocked');
    const { authToken } = await launch({ walletId: 'blocked' });
    await callOperator(url, 'PATCH', '/operator/wallets/blocked', { status: 'BLOCKED' });
    expect(await refusalOf({ walletId: 'blocked' })).toBe('400/1008 USER_BLOCKED');
    expect(errorOf(await openWith(authToken, 'blocked'))).toBe('400/1008 USER_BLOCKED');
    await callOperator(url, 'PATCH', '/operator/wallets/blocked', { status: 'ACTIVE' });
    expect(await statusOf(openWith(authToken, 'blocked'))).toBe(201);
    await launch({ walletId: 'blocked' });
  });

  it('of a disabled game: 1009; of one that the catalogue lacks it is made', async () => {
    expect((await putGame('agt-off', false)).status).toBe(200);
    expect(await refusalOf({ gameId: 'agt-off' })).toBe('400/1009 INVALID_GAME_ID');
    await launch({ gameId: 'nobody-knows-it' });
    await putGame('agt-off', true);
    await launch({ gameId: 'agt-off' });
  });

  it('of an unknown wallet: 404', async () => {
    expect(await refusalOf({ walletId: 'nobody' })).toBe('404/1010 NOT_FOUND');
    expect(await refusalOf({ walletId: WALLET_ID.toUpperCase() })).toBe('404/1010 NOT_FOUND');
  });

  it('of a game that the catalogue lacks under GAME_POLICY=catalogue: 1009', async () => {
    const strict = await startAnother({ GAME_POLICY: 'catalogue' });
    expect(errorOf(await askLaunch({}, strict.url))).toBe('400/1009 INVALID_GAME_ID');
    await putGame('agt-54', false, strict.url);
    expect(errorOf(await askLaunch({}, strict.url))).toBe('400/1009 INVALID_GAME_ID');
    await putGame('agt-54', true, strict.url);
    await launch({}, strict.url);
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
    const answer = await askLaunch(body);
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

describe('a deployment', () => {
  it('with an issuer and an audience takes the tokens of its launches, and of others only what has both', async () => {
    const strict = await startAnother({
      AUTH_TOKEN_ISSUER: 'casino',
      AUTH_TOKEN_AUDIENCE: 'oas',
      GPAS_LAUNCHER_URL: 'https://games.example/eu//',
    });
    const { authToken, url: address } = await launch({}, strict.url);
    expect(address.startsWith('https://games.example/eu/launcher/game/?authToken=')).toBe(true);
    expect(await statusOf(openWith(authToken, WALLET_ID, strict.url))).toBe(201);
    expect(await statusOf(openWith(authToken, WALLET_ID, strict.url))).toBe(201);
    const claims = { walletId: WALLET_ID, exp: nowInSeconds() + 600 };
    expect(await statusOf(openWith(tokenOf(claims), WALLET_ID, strict.url))).toBe(401);
    const full = { ...claims, iss: 'casino', aud: 'oas' };
    expect(await statusOf(openWith(tokenOf(full), WALLET_ID, strict.url))).toBe(201);
  });

  it('does not take the tokens of another, even under the same AUTH_TOKEN_SECRET', async () => {
    const other = await startAnother();
    const [here, there] = [await launch(), await launch({}, other.url)];
    expect(errorOf(await openWith(there.authToken))).toBe(INVALID_TOKEN);
    expect(errorOf(await openWith(here.authToken, WALLET_ID, other.url))).toBe(INVALID_TOKEN);
    expect(await statusOf(openWith(there.authToken, WALLET_ID, other.url))).toBe(201);
    expect(errorOf(await revoke(there.launchId))).toBe('404/1010 NOT_FOUND');
  });

  it('without GPAS_LAUNCHER_URL says so, and launches nothing', async () => {
    const bare = await startAnother({ ...OWN, AUTH_TOKEN_SECRET: OWN_TOKEN_SECRET });
    await makeWallet(WALLET_ID, 'a-player', bare.url);
    const answer = await askLaunch({}, bare.url);
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    expect((answer.body as { message: string }).message).toContain('GPAS_LAUNCHER_URL');
    expect(await query(bare.database.url, 'SELECT id FROM launches')).toEqual([]);
  });

  it('with a public key only says that AUTH_TOKEN_SECRET is missing, and launches nothing', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const keyed = await startAnother({
      ...OWN,
      AUTH_TOKEN_PUBLIC_KEY: pem,
      AUTH_TOKEN_ALGORITHM: 'ES256',
      GPAS_LAUNCHER_URL: 'https://games.example',
    });
    await makeWallet(WALLET_ID, 'a-player', keyed.url);
    const answer = await askLaunch({}, keyed.url);
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    expect((answer.body as { message: string }).message).toContain('AUTH_TOKEN_SECRET');
    expect(await query(keyed.database.url, 'SELECT id FROM launches')).toEqual([]);
    // A launch that an earlier configuration left is nothing that the other key can name.
    const launched = '0123456789abcdef';
    await query(
      keyed.database.url,
      `INSERT INTO launches (id, wallet_id, game_id, created_at, expires_at)
       VALUES ('${launched}', '${WALLET_ID}', 'agt-54', '2026-01-01 00:00:00.000', '2999-01-01 00:00:00.000')`,
    );
    const own = { parentSystemId: OWN.GPAS_PARENT_SYSTEM_ID, secretKey: OWN.GPAS_SECRET_KEY };
    for (const token of [
      tokenOf({ jti: launched }, { header: { alg: 'ES256', typ: undefined }, secret: privateKey }),
      referenceToken({ jti: launched }, pem),
      referenceToken({ jti: launched }),
    ]) {
      const headers = { authorization: `Bearer ${token}` };
      expect(errorOf(await openSession(keyed.url, WALLET_ID, { ...own, headers }))).toBe(INVALID_TOKEN);
    }
  });
});

if (ENGINE === 'mysql') {
  describe('two servers on one database', () => {
    it('take the tokens of each other, and what one revokes the other refuses at once', async () => {
      const database = await createTestDatabase();
      started.push(() => database.drop());
      const one = await ServerProcess.start(database.url);
      started.push(() => one.kill());
      const other = await ServerProcess.start(database.url);
      started.push(() => other.kill());
      const { authToken, launchId } = await launch({}, one.url);
      expect(await statusOf(openWith(authToken, WALLET_ID, other.url))).toBe(201);
      expect(await statusOf(openWith(authToken, WALLET_ID, one.url))).toBe(201);
      expect(await statusOf(revoke(launchId, one.url))).toBe(200);
      expect(errorOf(await openWith(authToken, WALLET_ID, other.url))).toBe(INVALID_TOKEN);
      expect(errorOf(await openWith(authToken, WALLET_ID, one.url))).toBe(INVALID_TOKEN);
      expect(errorOf(await revoke(launchId, other.url))).toBe('404/1010 NOT_FOUND');
    });
  });
}
