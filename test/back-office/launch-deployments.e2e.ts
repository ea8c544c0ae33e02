import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf, statusOf } from '../support/answers.js';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import { nowInSeconds, openSession, OPERATOR_KEY, tokenOf, WALLET_ID } from '../support/gpas.js';
import { askLaunch, launch, openWith, referenceToken, revokeLaunch } from '../support/launches.js';
import { makeWallet } from '../support/operator.js';
import { OWN } from '../support/own-values.js';
import { type RunningApp, startApp, startServer } from '../support/server.js';

const INVALID_TOKEN = '401/1010 INVALID_AUTH_TOKEN';

/** Values of a server's own, but for the key that these tests call with. */
const SETTINGS = { ...OWN, OPERATOR_API_KEY: OPERATOR_KEY };
const { AUTH_TOKEN_SECRET: _, ...PUBLIC_KEY_ONLY } = SETTINGS;

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

describe('a deployment', () => {
  it('with an issuer and an audience takes the tokens of its launches, and of others only what has both', async () => {
    const strict = await startAnother({
      AUTH_TOKEN_ISSUER: 'casino',
      AUTH_TOKEN_AUDIENCE: 'oas',
      GPAS_LAUNCHER_URL: 'https://games.example/eu//',
    });
    const { authToken, url: address } = await launch(strict.url);
    expect(address.startsWith('https://games.example/eu/launcher/game/?authToken=')).toBe(true);
    expect(await statusOf(openWith(strict.url, authToken))).toBe(201);
    expect(await statusOf(openWith(strict.url, authToken))).toBe(201);
    const claims = { walletId: WALLET_ID, exp: nowInSeconds() + 600 };
    expect(await statusOf(openWith(strict.url, tokenOf(claims)))).toBe(401);
    const full = { ...claims, iss: 'casino', aud: 'oas' };
    expect(await statusOf(openWith(strict.url, tokenOf(full)))).toBe(201);
  });

  it('does not take the tokens of another, even under the same AUTH_TOKEN_SECRET', async () => {
    const other = await startAnother();
    const [here, there] = [await launch(url), await launch(other.url)];
    expect(errorOf(await openWith(url, there.authToken))).toBe(INVALID_TOKEN);
    expect(errorOf(await openWith(other.url, here.authToken))).toBe(INVALID_TOKEN);
    expect(await statusOf(openWith(other.url, there.authToken))).toBe(201);
    expect(errorOf(await revokeLaunch(url, there.launchId))).toBe('404/1010 NOT_FOUND');
  });

  it('without GPAS_LAUNCHER_URL says so, and launches nothing', async () => {
    const bare = await startAnother({ ...SETTINGS });
    await makeWallet(bare.url, WALLET_ID, 'a-player');
    const answer = await askLaunch(bare.url);
    expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    expect((answer.body as { message: string }).message).toContain('GPAS_LAUNCHER_URL');
    expect(await query(bare.database.url, 'SELECT id FROM launches')).toEqual([]);
  });

  it('with a public key only says that AUTH_TOKEN_SECRET is missing, and launches nothing', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const keyed = await startAnother({
      ...PUBLIC_KEY_ONLY,
      AUTH_TOKEN_PUBLIC_KEY: pem,
      AUTH_TOKEN_ALGORITHM: 'ES256',
      GPAS_LAUNCHER_URL: 'https://games.example',
    });
    await makeWallet(keyed.url, WALLET_ID, 'a-player');
    const answer = await askLaunch(keyed.url);
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
    const own = { parentSystemId: SETTINGS.GPAS_PARENT_SYSTEM_ID, secretKey: SETTINGS.GPAS_SECRET_KEY };
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
      const one = await startServer(database.url);
      started.push(() => one.stop());
      const other = await startServer(database.url);
      started.push(() => other.stop());
      const { authToken, launchId } = await launch(one.url);
      expect(await statusOf(openWith(other.url, authToken))).toBe(201);
      expect(await statusOf(openWith(one.url, authToken))).toBe(201);
      expect(await statusOf(revokeLaunch(one.url, launchId))).toBe(200);
      expect(errorOf(await openWith(other.url, authToken))).toBe(INVALID_TOKEN);
      expect(errorOf(await openWith(one.url, authToken))).toBe(INVALID_TOKEN);
      expect(errorOf(await revokeLaunch(other.url, launchId))).toBe('404/1010 NOT_FOUND');
    });
  });
}
