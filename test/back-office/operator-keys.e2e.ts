import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { type Answer, callOperator, callSigned, OPERATOR_KEY, openSession, send } from '../support/gpas.js';
import { until } from '../support/load.js';
import { callWithKey, contentOf, makeKey } from '../support/operator.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp, type StartedServer, startServer } from '../support/server.js';

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly roles: string;
  readonly key_hash: string;
  readonly revoked_at: string | null;
}

const { logger, lines: log } = recordLog('debug');
let server: RunningApp;
let url: string;

beforeAll(async () => {
  server = await startApp({ env: { LOG_LEVEL: 'debug' }, logger });
  url = server.url;
});
afterAll(() => server.stop());

const rows = (): Promise<KeyRow[]> => query<KeyRow>(server.database.url, 'SELECT * FROM operator_keys');

const revoke = (keyId: string, key = OPERATOR_KEY, at = url): Promise<Answer> =>
  callWithKey(at, key, 'DELETE', `/operator/keys/${keyId}`);

const statusWith = async (key: string, at = url, target = '/operator/wallets'): Promise<number> =>
  (await callWithKey(at, key, 'GET', target)).status;

const errorOf = ({ status, body }: Answer): string => {
  const { code, type } = body as { code: number; type: string };
  return `${status}/${code} ${type}`;
};

const UNAUTHORIZED = '401/1010 UNAUTHORIZED';

describe('a key', () => {
  it('is answered once, with 256 random bits', async () => {
    const answer = await callOperator(url, 'POST', '/operator/keys', {
      name: 'Ñandú, night 🌙',
      roles: ['write', 'read'],
    });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        keyId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
        name: 'Ñandú, night 🌙',
        roles: ['read', 'write'],
        parentSystemId: null,
        created: expect.stringMatching(/^\d{4}-.+\.\d{3}Z$/),
        revoked: null,
        key: expect.stringMatching(/^oas_[\w-]{43}$/),
      },
    ]);
    const made = await Promise.all(Array.from({ length: 10 }, () => makeKey(url, ['read'])));
    expect(new Set(made.map(({ key }) => key)).size).toBe(10);
  });

  it('is in no list, no line of the trail, no line of the log and no row: the table has its hash', async () => {
    const { key, keyId } = await makeKey(url, ['read', 'write', 'audit'], 'kept nowhere');
    expect(await statusWith(key)).toBe(200);
    await callWithKey(url, key, 'POST', '/operator/keys', { name: 1, roles: [key] });
    await callWithKey(url, `${key}x`, 'GET', '/operator/keys');
    await callWithKey(url, key, 'GET', `/operator/wallets/none?key=${key}`);
    const shown = [
      await callWithKey(url, key, 'GET', '/operator/keys'),
      await callWithKey(url, key, 'GET', '/operator/audit'),
      await revoke(keyId, key),
      await callWithKey(url, key, 'GET', '/operator/keys'),
    ];
    const last = String(shown.at(-1)?.headers['x-request-id']);
    await until(() => log.some((line) => line.includes(last)));
    const random = key.slice('oas_'.length);
    const texts = {
      answers: shown.map(({ text }) => text).join(''),
      log: log.join(''),
      database: JSON.stringify(await contentOf(server.database.url)),
    };
    for (const [where, text] of Object.entries(texts)) {
      expect({ where, hasKeyId: text.includes(keyId) }).toEqual({ where, hasKeyId: true });
      expect({ where, hasKey: text.includes(random) }).toEqual({ where, hasKey: false });
    }
    const hash = createHash('sha256').update(key).digest('hex');
    expect((await rows()).find(({ id }) => id === keyId)?.key_hash).toBe(hash);
    expect(texts.answers + texts.log).not.toContain(hash);
    expect(JSON.stringify({ ...(await contentOf(server.database.url)), operator_keys: [] })).not.toContain(
      hash,
    );
  });

  it.each<[readonly string[], string]>([
    [['read'], 'read'],
    [['audit', 'write'], 'write,audit'],
    [['audit', 'write', 'read'], 'read,write,audit'],
  ])('has the roles it was made with: %j', async (roles, stored) => {
    const { keyId, key } = await makeKey(url, roles);
    expect((await rows()).find(({ id }) => id === keyId)?.roles).toBe(stored);
    expect(await statusWith(key)).toBe(roles.includes('read') ? 200 : 403);
  });

  it('is taken as it is and in no other form', async () => {
    const { key } = await makeKey(url, ['read']);
    const hash = createHash('sha256').update(key).digest('hex');
    const id = (await rows()).at(-1)?.id ?? '';
    for (const wrong of [
      ...[key.slice(0, -1), `${key}A`, `A${key}`, key.slice(4), key.toLowerCase(), key.toUpperCase()],
      ...[hash, `oas_${hash}`, id, '', `${key} ${key}`, `${key},${key}`, '%', "' OR 1=1 -- "],
    ]) {
      const answer = await callWithKey(url, wrong, 'GET', '/operator/wallets');
      expect([wrong, errorOf(answer)]).toEqual([wrong, UNAUTHORIZED]);
    }
    const raw = async (headers: string[] | Record<string, string>, target = '/operator/wallets') =>
      (await send(url, { method: 'GET', target, headers })).status;
    expect(await raw({ authorization: `bearer ${key}` })).toBe(200);
    expect(await raw({ authorization: key })).toBe(401);
    expect(await raw({ authorization: `Basic ${key}` })).toBe(401);
    expect(await raw({ 'x-operator-key': key })).toBe(401);
    expect(await raw({}, `/operator/wallets?authorization=Bearer%20${key}&key=${key}`)).toBe(401);
    const twice = ['authorization', `Bearer ${key}`, 'authorization', `Bearer ${key}`];
    expect(await raw(['host', 'localhost', ...twice])).toBe(401);
  });

  it("signs nothing of GPAS's and opens no session", async () => {
    const { key } = await makeKey(url, ['read', 'write', 'audit']);
    const signed = await callSigned(url, 'GET', '/wallets/balance', 'walletSessionId=x', { secretKey: key });
    expect(errorOf(signed)).toBe('400/1006 SIGNATURE_FAILED');
    const headers = { authorization: `Bearer ${key}` };
    expect(errorOf(await openSession(url, '2sdf1sd', { headers }))).toBe('401/1010 INVALID_AUTH_TOKEN');
  });
});

describe('a revoked key', () => {
  it('is good for nothing at once, for reads, changes and its own revocation', async () => {
    const { key, keyId } = await makeKey(url, ['read', 'write', 'audit']);
    expect(await statusWith(key)).toBe(200);
    const revoked = await revoke(keyId);
    expect([revoked.status, revoked.body]).toEqual([
      200,
      expect.objectContaining({ keyId, revoked: expect.stringMatching(/^\d{4}-.+\.\d{3}Z$/) }),
    ]);
    expect(revoked.text).not.toContain(key);
    expect(await statusWith(key)).toBe(401);
    expect(errorOf(await revoke(keyId, key))).toBe(UNAUTHORIZED);
    const wallet = { walletId: 'of-a-revoked-key', playerId: 'p', currency: 'EUR' };
    expect(errorOf(await callWithKey(url, key, 'POST', '/operator/wallets', wallet))).toBe(UNAUTHORIZED);
    expect((await callOperator(url, 'GET', '/operator/wallets/of-a-revoked-key')).status).toBe(404);
  });

  it('is not revoked twice, and keeps the instant it was revoked at', async () => {
    const { keyId } = await makeKey(url, ['read']);
    const answers = await Promise.all(Array.from({ length: 6 }, () => revoke(keyId)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404, 404]);
    const stored = (await rows()).find(({ id }) => id === keyId)?.revoked_at;
    expect(errorOf(await revoke(keyId))).toBe('404/1010 NOT_FOUND');
    expect((await rows()).find(({ id }) => id === keyId)?.revoked_at).toBe(stored);
  });

  it('leaves the others as they are, those of the same name and those it made as well', async () => {
    const full = await makeKey(url, ['read', 'write', 'audit'], 'same name');
    const body = { name: 'same name', roles: ['read'] };
    const child = await callWithKey(url, full.key, 'POST', '/operator/keys', body);
    expect(child.status).toBe(201);
    expect((await revoke(full.keyId, full.key)).status).toBe(200);
    expect(await statusWith((child.body as { key: string }).key)).toBe(200);
    expect(await statusWith(OPERATOR_KEY)).toBe(200);
  });

  it.each([
    ['unknown', '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42', '404/1010 NOT_FOUND'],
    ["the environment's", 'OPERATOR_API_KEY', '404/1010 NOT_FOUND'],
    ['malformed', '%20', '400/1010 INVALID_REQUEST'],
    ['too long', 'x'.repeat(129), '400/1010 INVALID_REQUEST'],
  ])('is not there where the id is %s', async (_, id, error) => {
    const before = await rows();
    expect(errorOf(await revoke(id))).toBe(error);
    expect(await rows()).toEqual(before);
    expect(await statusWith(OPERATOR_KEY)).toBe(200);
  });
});

describe('the list of keys', () => {
  it('pages from the oldest to the latest, revoked ones too, and without OPERATOR_API_KEY', async () => {
    const { keyId } = await makeKey(url, ['audit'], 'revoked soon');
    await revoke(keyId);
    await makeKey(url, ['audit'], 'the last');
    interface Page {
      data: { keyId: string; name: string; revoked: string | null }[];
      next: string | null;
    }
    const seen: Page['data'] = [];
    for (let after = ''; ;) {
      const answer = await callOperator(url, 'GET', `/operator/keys?limit=3${after}`);
      const { data, next } = answer.body as Page;
      expect(data.length).toBeLessThanOrEqual(3);
      seen.push(...data);
      if (next === null) break;
      after = `&after=${next}`;
    }
    const stored = await query<KeyRow>(server.database.url, 'SELECT * FROM operator_keys ORDER BY id');
    expect(stored.length).toBeGreaterThan(6);
    expect(seen.map((row) => row.keyId)).toEqual(stored.map(({ id }) => id));
    expect(seen.at(-1)).toMatchObject({ name: 'the last', revoked: null });
    expect(seen.find((row) => row.keyId === keyId)?.revoked).toMatch(/^\d{4}-.+Z$/);
    for (const row of seen) {
      expect(Object.keys(row).sort()).toEqual([
        'created',
        'keyId',
        'name',
        'parentSystemId',
        'revoked',
        'roles',
      ]);
      expect(JSON.stringify(row)).not.toContain('OPERATOR_API_KEY');
    }
  });
});

describe('a body that makes no key', () => {
  const ROLES = 'roles must be a list of one or more of read, write, audit, each once';
  const NAME = 'name must be 1 to 100 characters';

  it.each<[object, string]>([
    [{ roles: ['read'] }, 'name is missing'],
    [{ name: '', roles: ['read'] }, NAME],
    [{ name: null, roles: ['read'] }, NAME],
    [{ name: 7, roles: ['read'] }, NAME],
    [{ name: 'x'.repeat(101), roles: ['read'] }, NAME],
    [{ name: '🌙'.repeat(101), roles: ['read'] }, NAME],
    [{ name: 'a\nb', roles: ['read'] }, NAME],
    [{ name: '\ud83d', roles: ['read'] }, NAME],
    [{ name: 'x' }, 'roles is missing'],
    [{ name: 'x', roles: null }, ROLES],
    [{ name: 'x', roles: 'read' }, ROLES],
    [{ name: 'x', roles: { 0: 'read', length: 1 } }, ROLES],
    [{ name: 'x', roles: [] }, ROLES],
    [{ name: 'x', roles: ['admin'] }, ROLES],
    [{ name: 'x', roles: ['READ'] }, ROLES],
    [{ name: 'x', roles: ['read', 'every'] }, ROLES],
    [{ name: 'x', roles: ['read', 'read'] }, ROLES],
    [{ name: 'x', roles: ['read,write,audit'] }, ROLES],
    [{ name: 'x', roles: [['read']] }, ROLES],
    [{ name: 'x', roles: [null] }, ROLES],
  ])('is told why: %j', async (body, message) => {
    const before = await rows();
    const answer = await callOperator(url, 'POST', '/operator/keys', body);
    expect(await rows()).toEqual(before);
    expect([answer.status, answer.body]).toEqual([400, { code: 1010, type: 'INVALID_REQUEST', message }]);
  });

  it('is not one with the longest name', async () => {
    const name = '🌙'.repeat(100);
    const answer = await callOperator(url, 'POST', '/operator/keys', { name, roles: ['read'] });
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining({ name })]);
    const { keyId } = answer.body as { keyId: string };
    expect((await rows()).find(({ id }) => id === keyId)?.name).toBe(name);
  });

  it.each([{ key: 'oas_chosen' }, { keyHash: 'x' }, { keyId: 'chosen' }])(
    'is one with a field that is not known: %j',
    async (field) => {
      const body = { name: 'n', roles: ['read'], ...field };
      expect((await callOperator(url, 'POST', '/operator/keys', body)).body).toMatchObject({ code: 1010 });
    },
  );
});

if (ENGINE === 'mysql') {
  describe('two servers on one database', () => {
    let database: TestDatabase;
    let one: StartedServer;
    let other: StartedServer;

    beforeAll(async () => {
      database = await createTestDatabase();
      one = await startServer(database.url);
      other = await startServer(database.url);
    });
    afterAll(async () => {
      await Promise.all([one.stop(), other.stop()]);
      await database.drop();
    });

    it('take the keys of each other, and what one revokes the other refuses at once', async () => {
      const { key, keyId } = await makeKey(one.url, ['read']);
      expect(await statusWith(key, other.url)).toBe(200);
      expect(await statusWith(key, one.url)).toBe(200);
      expect((await revoke(keyId, OPERATOR_KEY, one.url)).status).toBe(200);
      expect(await statusWith(key, other.url)).toBe(401);
      expect(await statusWith(key, one.url)).toBe(401);
      expect((await revoke(keyId, OPERATOR_KEY, other.url)).status).toBe(404);
    });
  });
}
