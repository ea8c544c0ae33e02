import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../support/application.js';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  balance,
  callOperator,
  callSigned,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  SECRET_KEY,
  send,
  sessionIdOf,
  signatureOf,
  WALLET_ID,
} from '../support/gpas.js';
import { until } from '../support/load.js';
import { auditLinesOf, contentOf } from '../support/operator.js';
import { type RunningApp, ServerProcess, startApp } from '../support/server.js';

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly allowedAddresses: readonly string[] | null;
  readonly created: string;
  readonly secret: string;
}

interface SecretRow {
  readonly id: string;
  readonly parent_system_id: string;
  readonly secret: string;
  readonly key_id: string | null;
  readonly valid_until: string | null;
}

const KEY = 'ab'.repeat(32);

/** Everything that the operator sets, none of it the demo's. */
const OWN = {
  GPAS_PARENT_SYSTEM_ID: 'OWN',
  GPAS_SECRET_KEY: 'an-own-signing-secret',
  AUTH_TOKEN_SECRET: 'x'.repeat(32),
  OPERATOR_API_KEY: 'k'.repeat(32),
};

const log: string[] = [];
let server: RunningApp;
let url: string;
let counter = 0;

beforeAll(async () => {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      log.push(chunk.toString());
      done();
    },
  });
  server = await startApp({
    env: { LOG_LEVEL: 'debug', SECRETS_KEY: KEY },
    logger: createLogger('debug', sink),
  });
  url = server.url;
});
afterAll(() => server.stop());

const newId = (): string => `PS-${++counter}`;
const create = (body: object, at = url): Promise<Answer> =>
  callOperator(at, 'POST', '/operator/parent-systems', body);
const change = (id: string, body: object, at = url): Promise<Answer> =>
  callOperator(at, 'PATCH', `/operator/parent-systems/${id}`, body);
const rotate = (id: string, body: object, at = url): Promise<Answer> =>
  callOperator(at, 'POST', `/operator/parent-systems/${id}/secrets`, body);

/** Registers a parent system; fails the test where it was not. */
async function register(body: object = {}, at = url): Promise<Shown> {
  const answer = await create({ id: newId(), name: 'GPAS, Uruguay', ...body }, at);
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as Shown;
}

const by = ({ id, secret }: Shown): { parentSystemId: string; secretKey: string } => ({
  parentSystemId: id,
  secretKey: secret,
});

const errorOf = ({ status, body }: Answer): string => {
  const { code, type } = (body ?? {}) as { code?: number; type?: string };
  return code === undefined ? String(status) : `${status}/${code} ${type}`;
};

const secretsOf = (id: string, databaseUrl = server.database.url): Promise<SecretRow[]> =>
  query<SecretRow>(databaseUrl, 'SELECT * FROM parent_system_secrets WHERE parent_system_id = ?', [id]);

const UNKNOWN_SYSTEM = '400/1001 SYSTEM_ERROR';
const UNKNOWN_SESSION = '400/1004 INVALID_WALLET_SESSION';
const SIGNATURE_FAILED = '400/1006 SIGNATURE_FAILED';
const FORBIDDEN = '403/1010 FORBIDDEN';

describe('a parent system registered with a secret that GPAS chose', () => {
  it('is answered with all that it is, and signs at once', async () => {
    const id = newId();
    const secret = `chosen-by-gpas-${'!~'.repeat(120)}`;
    const answer = await create({ id, name: 'Ñandú 🌙', secret, allowedAddresses: ['127.0.0.1', '::/0'] });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        id,
        name: 'Ñandú 🌙',
        status: 'ACTIVE',
        allowedAddresses: ['127.0.0.1', '::/0'],
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        secret,
      },
    ]);
    const own = by(answer.body as Shown);
    const session = sessionIdOf(await openSession(url, WALLET_ID, own));
    expect((await balance(url, session, own)).status).toBe(200);
    expect((await closeSession(url, session, own)).status).toBe(200);
    expect(errorOf(await balance(url, session, { ...own, secretKey: SECRET_KEY }))).toBe(SIGNATURE_FAILED);
  });

  it.each([8, 255])('takes a secret of %d characters', async (length) => {
    const shown = await register({ secret: 's'.repeat(length) });
    expect((await openSession(url, WALLET_ID, by(shown))).status).toBe(201);
  });
});

describe('a parent system registered without a secret', () => {
  it('gets one of 256 random bits, another each time, and every call signed with it works at once', async () => {
    const systems = await Promise.all(Array.from({ length: 8 }, () => register()));
    for (const { secret, allowedAddresses } of systems) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(allowedAddresses).toBeNull();
    }
    expect(new Set(systems.map(({ secret }) => secret)).size).toBe(8);
    const [first, second] = systems as [Shown, Shown];
    const session = sessionIdOf(await openSession(url, WALLET_ID, by(first)));
    const bet = `bet-of-${first.id}`;
    expect((await debit(url, session, bet, {}, by(first))).status).toBe(201);
    expect((await credit(url, session, `win-of-${first.id}`, {}, by(first))).status).toBe(201);
    expect((await rollback(url, session, `back-of-${first.id}`, bet, by(first))).status).toBe(200);
    const crossed = { parentSystemId: first.id, secretKey: second.secret };
    expect(errorOf(await balance(url, session, crossed))).toBe(SIGNATURE_FAILED);
  });

  it('is told from one whose id differs in case', async () => {
    const [capital, small] = [await register({ id: 'CaseID' }), await register({ id: 'caseid' })];
    expect((await openSession(url, WALLET_ID, by(capital))).status).toBe(201);
    const crossed = { parentSystemId: small.id, secretKey: capital.secret };
    expect(errorOf(await openSession(url, WALLET_ID, crossed))).toBe(SIGNATURE_FAILED);
    expect(errorOf(await openSession(url, WALLET_ID, { ...crossed, parentSystemId: 'CASEID' }))).toBe(
      UNKNOWN_SYSTEM,
    );
  });
});

describe('the answer that tells a secret', () => {
  it('is the only thing that ever shows it', async () => {
    const given = await register({ secret: 'a-given-secret-to-look-for' });
    const made = await register();
    const rotatedTo = await rotate(given.id, { secret: 'a-second-one-to-look-for', graceSeconds: 60 });
    const rotatedBy = await rotate(made.id, { graceSeconds: 60 });
    const secrets = [given, made, rotatedTo.body as Shown, rotatedBy.body as Shown].map(
      ({ secret }) => secret,
    );
    expect(new Set(secrets).size).toBe(4);

    const others = [
      await change(given.id, { name: 'Renamed', allowedAddresses: ['127.0.0.1'] }),
      await create({ id: given.id, name: 'Again', secret: given.secret }),
      await create({ id: newId(), name: '', secret: given.secret }),
      await rotate('not-there', { secret: given.secret, graceSeconds: 0 }),
      await rotate(given.id, { secret: given.secret, graceSeconds: -1 }),
      await callOperator(url, 'GET', '/operator/parent-systems'),
      await callOperator(url, 'GET', '/operator/audit'),
      await send(url, { method: 'GET', target: '/docs/openapi.json' }),
    ];
    expect(others.map(({ status }) => status)).toEqual([200, 409, 400, 404, 400, 200, 200, 200]);
    const used = await openSession(url, WALLET_ID, { parentSystemId: given.id, secretKey: given.secret });
    expect(used.status).toBe(201);
    await openSession(url, WALLET_ID, { parentSystemId: given.id, secretKey: 'wrong' });
    const last = await send(url, { method: 'GET', target: '/health/live' });
    await until(() => log.some((line) => line.includes(String(last.headers['x-request-id']))));

    const texts: Record<string, string> = {
      answers: [...others, used].map(({ text, headers }) => text + JSON.stringify(headers)).join('\n'),
      log: log.join(''),
      audit: JSON.stringify(await auditLinesOf(server.database.url)),
      database: JSON.stringify(await contentOf(server.database.url)),
    };
    for (const [where, text] of Object.entries(texts)) {
      expect({ where, hasId: text.includes(given.id) }).toEqual({ where, hasId: true });
      const shown = secrets.filter((secret) => text.includes(secret));
      expect({ where, shown }).toEqual({ where, shown: [] });
    }
    for (const { secret, key_id: keyId } of await secretsOf(given.id)) {
      expect(texts['answers']).not.toContain(secret);
      expect(texts['log']).not.toContain(secret);
      expect(keyId).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('leaves a line in the trail that says what was done, without it', async () => {
    const { id } = await register({ secret: 'a-secret-for-the-trail' });
    await rotate(id, { graceSeconds: 5 });
    const lines = (await auditLinesOf(server.database.url)).filter(
      ({ subject_id: subject }) => subject === id,
    );
    expect(lines.map(({ action }) => action)).toEqual([
      'parent-system.create',
      'parent-system.rotate-secret',
    ]);
    expect(Object.keys(JSON.parse(lines[0]?.after_change ?? '') as object).sort()).toEqual([
      'allowedAddresses',
      'created',
      'id',
      'name',
      'status',
    ]);
    expect(Object.keys(JSON.parse(lines[1]?.after_change ?? '') as object)).toEqual(['previousValidUntil']);
  });
});

describe('an id', () => {
  it('is registered once: the second is refused and changes nothing', async () => {
    const first = await register({ secret: 'the-first-secret' });
    const before = await contentOf(server.database.url);
    const again = await create({ id: first.id, name: 'Another', secret: 'the-second-secret' });
    expect([again.status, again.body]).toEqual([
      409,
      { code: 1010, type: 'ALREADY_EXISTS', message: 'A parent system with this id already exists' },
    ]);
    expect(await contentOf(server.database.url)).toEqual(before);
    expect((await openSession(url, WALLET_ID, by(first))).status).toBe(201);
    const other = { parentSystemId: first.id, secretKey: 'the-second-secret' };
    expect(errorOf(await openSession(url, WALLET_ID, other))).toBe(SIGNATURE_FAILED);
  });

  it('asked for ten times at once is registered once, with the secret that was answered', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = newId();
      const answers = await Promise.all(Array.from({ length: 10 }, () => create({ id, name: 'Race' })));
      const won = answers.filter(({ status }) => status === 201);
      expect(answers.map(errorOf).sort()).toEqual([
        '201',
        ...Array<string>(9).fill('409/1010 ALREADY_EXISTS'),
      ]);
      expect(await secretsOf(id)).toHaveLength(1);
      expect((await openSession(url, WALLET_ID, by(won[0]?.body as Shown))).status).toBe(201);
    }
  });
});

describe('a disabled parent system', () => {
  it('is unknown to every call at once, and enabled again it goes on where it was', async () => {
    const shown = await register();
    const own = by(shown);
    const session = sessionIdOf(await openSession(url, WALLET_ID, own));
    for (let round = 0; round < 3; round += 1) {
      const disabled = await change(shown.id, { status: 'DISABLED' });
      const { secret: _, ...listed } = shown;
      expect([disabled.status, disabled.body]).toEqual([200, { ...listed, status: 'DISABLED' }]);
      for (const answer of [
        await openSession(url, WALLET_ID, own),
        await balance(url, session, own),
        await debit(url, session, 'of-a-disabled-one', {}, own),
        await closeSession(url, session, own),
        await balance(url, session, { ...own, secretKey: 'wrong' }),
      ]) {
        expect([answer.status, answer.body]).toEqual([
          400,
          { code: 1001, type: 'SYSTEM_ERROR', message: 'Invalid system identifier' },
        ]);
      }
      expect((await change(shown.id, { status: 'ACTIVE' })).status).toBe(200);
      expect((await balance(url, session, own)).status).toBe(200);
    }
  });

  it('is still listed, and others go on', async () => {
    const [off, on] = [await register(), await register()];
    await change(off.id, { status: 'DISABLED' });
    const { body } = await callOperator(url, 'GET', '/operator/parent-systems');
    const { data } = body as { data: Shown[] };
    expect(data.find(({ id }) => id === off.id)?.status).toBe('DISABLED');
    expect(data.find(({ id }) => id === on.id)?.status).toBe('ACTIVE');
    expect(data.every((row) => !('secret' in row))).toBe(true);
    expect((await openSession(url, WALLET_ID, by(on))).status).toBe(201);
  });
});

describe('a session', () => {
  it('opened under one parent system is unknown under another, which moves no money and closes nothing', async () => {
    const [one, other] = [by(await register()), by(await register())];
    await openFundedSession(url, 'of-one', { real: 100 });
    const session = sessionIdOf(await openSession(url, 'of-one', one));
    expect((await debit(url, session, 'bet-of-one', {}, one)).status).toBe(201);
    for (const answer of [
      await balance(url, session, other),
      await debit(url, session, 'bet-of-other', {}, other),
      await credit(url, session, 'win-of-other', {}, other),
      await rollback(url, session, 'back-of-other', 'bet-of-one', other),
      await closeSession(url, session, other),
    ]) {
      expect(errorOf(answer)).toBe(UNKNOWN_SESSION);
    }
    expect((await balance(url, session, one)).body).toMatchObject({ leftBalance: 90 });
  });
});

describe('the addresses that may call', () => {
  const elsewhere = ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32'];

  it('are looked at before the signature, and null lets everybody in again', async () => {
    const shown = await register({ allowedAddresses: elsewhere });
    const own = by(shown);
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

    expect((await change(shown.id, { allowedAddresses: [...elsewhere, '127.0.0.0/8'] })).status).toBe(200);
    expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
    expect(errorOf(await openSession(url, WALLET_ID, forged))).toBe(SIGNATURE_FAILED);
    expect(errorOf(await send(url, unsigned))).toBe(SIGNATURE_FAILED);

    expect((await change(shown.id, { allowedAddresses: [] })).body).toMatchObject({ allowedAddresses: [] });
    expect(errorOf(await openSession(url, WALLET_ID, own))).toBe(FORBIDDEN);

    expect((await change(shown.id, { name: 'Renamed' })).body).toMatchObject({ allowedAddresses: [] });
    expect(errorOf(await openSession(url, WALLET_ID, own))).toBe(FORBIDDEN);

    expect((await change(shown.id, { allowedAddresses: null })).body).toMatchObject({
      allowedAddresses: null,
    });
    expect((await openSession(url, WALLET_ID, own)).status).toBe(201);
  });

  it('keep out no other parent system, and a disabled one is unknown from everywhere', async () => {
    const [closed, open] = [await register({ allowedAddresses: elsewhere }), await register()];
    expect((await openSession(url, WALLET_ID, by(open))).status).toBe(201);
    await change(closed.id, { status: 'DISABLED' });
    expect(errorOf(await openSession(url, WALLET_ID, by(closed)))).toBe(UNKNOWN_SYSTEM);
  });

  it('are those of the socket where no proxy is trusted, whatever headers say', async () => {
    const [far, near] = [
      await register({ allowedAddresses: elsewhere }),
      await register({ allowedAddresses: ['127.0.0.1'] }),
    ];
    for (const headers of [
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-forwarded-for': '203.0.113.7, 127.0.0.1' },
      { 'x-real-ip': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7' },
      { 'x-client-ip': '203.0.113.7', 'true-client-ip': '203.0.113.7', 'cf-connecting-ip': '203.0.113.7' },
    ] as Record<string, string>[]) {
      expect(errorOf(await openSession(url, WALLET_ID, { ...by(far), headers }))).toBe(FORBIDDEN);
      expect((await openSession(url, WALLET_ID, { ...by(near), headers })).status).toBe(201);
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
      ['203.0.113.7:443', false],
      ['"203.0.113.7"', false],
      ['for=203.0.113.7', false],
      ['[::ffff:203.0.113.7]', false],
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
      ['203.0.113.7, 127.0.0.1:443', false],
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
        const listed = by(await register({ allowedAddresses: ['203.0.113.7'] }, proxied.url));
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

/** 101 of the longest. */
const LONG_LIST = Array.from(
  { length: 101 },
  (_, index) => `2001:0db8:0000:0000:0000:0000:0000:${1000 + index}/128`,
);

describe('a body that is not as it should be', () => {
  const NAME = 'name must be 1 to 255 characters';
  const SECRET = 'secret must be 8 to 255 visible ASCII characters without spaces';
  const STATUS = 'status must be one of ACTIVE, DISABLED';
  const LIST =
    'allowedAddresses must be null or a list of at most 100 addresses and networks, like 203.0.113.7, 10.1.0.0/16 or 2001:db8::/32';
  const GRACE = 'graceSeconds must be a whole number from 0 to 2592000';

  let before: Record<string, readonly object[]>;
  beforeAll(async () => {
    before = await contentOf(server.database.url);
  });

  const expectRefused = async (call: () => Promise<Answer>, message: string): Promise<void> => {
    const answer = await call();
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 1010, type: 'INVALID_REQUEST', message: expect.stringContaining(message) },
    ]);
  };

  it.each<[object, string]>([
    [{ name: 'x' }, 'id'],
    [{ id: '', name: 'x' }, 'id'],
    [{ id: null, name: 'x' }, 'id'],
    [{ id: 7, name: 'x' }, 'id'],
    [{ id: ['a'], name: 'x' }, 'id'],
    [{ id: 'a b', name: 'x' }, 'id'],
    [{ id: 'ñ', name: 'x' }, 'id'],
    [{ id: 'x'.repeat(129), name: 'x' }, 'id'],
    [{ id: 'refused' }, 'name is missing'],
    [{ id: 'refused', name: '' }, NAME],
    [{ id: 'refused', name: null }, NAME],
    [{ id: 'refused', name: 'a\nb' }, NAME],
    [{ id: 'refused', name: '\ud83d' }, NAME],
    [{ id: 'refused', name: '🌙'.repeat(256) }, NAME],
    [{ id: 'refused', name: 'x', secret: '' }, SECRET],
    [{ id: 'refused', name: 'x', secret: null }, SECRET],
    [{ id: 'refused', name: 'x', secret: 12345678 }, SECRET],
    [{ id: 'refused', name: 'x', secret: '1234567' }, SECRET],
    [{ id: 'refused', name: 'x', secret: '12345678\n' }, SECRET],
    [{ id: 'refused', name: 'x', secret: '1234 5678' }, SECRET],
    [{ id: 'refused', name: 'x', secret: 'secretñ12' }, SECRET],
    [{ id: 'refused', name: 'x', secret: 's'.repeat(256) }, SECRET],
    [{ id: 'refused', name: 'x', secret: ['12345678'] }, 'secret must be one value'],
    [{ id: 'refused', name: 'x', allowedAddresses: '203.0.113.7' }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: { 0: '203.0.113.7', length: 1 } }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: true }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [''] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [null] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [1] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: [['203.0.113.7']] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['203.0.113.7', 'gpas.example'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['10.0.0.0/33'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['203.0.113.7, 203.0.113.8'] }, LIST],
    [{ id: 'refused', name: 'x', allowedAddresses: ['::ffff:203.0.113.7'] }, LIST],
  ])('registers nothing and is told why: %j', async (body, message) => {
    await expectRefused(() => create(body), message);
  });

  it('with more than 100 addresses registers nothing and is told why', async () => {
    const allowedAddresses = LONG_LIST;
    await expectRefused(() => create({ id: 'refused', name: 'x', allowedAddresses }), LIST);
  });

  it.each<[object, string]>([
    [{ name: '' }, NAME],
    [{ name: null }, NAME],
    [{ name: 'x'.repeat(256) }, NAME],
    [{ status: 'OFF' }, STATUS],
    [{ status: 'active' }, STATUS],
    [{ status: null }, STATUS],
    [{ status: ['ACTIVE'] }, 'status must be one value'],
    [{ name: 'good', allowedAddresses: ['rubbish'] }, LIST],
    [{ allowedAddresses: '' }, LIST],
    [{ allowedAddresses: {} }, LIST],
  ])('changes nothing and is told why: %j', async (body, message) => {
    await expectRefused(() => change('BL13GT', body), message);
  });

  it.each<[object, string]>([
    [{}, 'graceSeconds is missing'],
    [{ graceSeconds: null }, GRACE],
    [{ graceSeconds: '60' }, GRACE],
    [{ graceSeconds: -1 }, GRACE],
    [{ graceSeconds: 1.5 }, GRACE],
    [{ graceSeconds: 2_592_001 }, GRACE],
    [{ graceSeconds: 1e300 }, GRACE],
    [{ graceSeconds: [60] }, 'graceSeconds must be one value'],
    [{ graceSeconds: true }, GRACE],
    [{ graceSeconds: 60, secret: 'short' }, SECRET],
    [{ graceSeconds: 60, secret: null }, SECRET],
  ])('replaces no secret and is told why: %j', async (body, message) => {
    await expectRefused(() => rotate('BL13GT', body), message);
  });

  it.each(['[]', '"x"', 'null', '7', '{', '', '{"id":"refused","name":"x"'])(
    'that is no object registers nothing: %s',
    async (body) => {
      const answer = await send(url, {
        method: 'POST',
        target: '/operator/parent-systems',
        headers: {
          authorization: 'Bearer demo-operator-key-for-loopback-only',
          'content-type': 'application/json',
        },
        body,
      });
      expect(errorOf(answer)).toBe('400/1010 INVALID_REQUEST');
    },
  );

  it('leaves nothing behind, in no table', async () => {
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});

describe('a body', () => {
  it('may name 100 of the longest addresses', async () => {
    const { allowedAddresses } = await register({ allowedAddresses: LONG_LIST.slice(1) });
    expect(allowedAddresses).toEqual(LONG_LIST.slice(1));
  });

  it('that names fields which are not its own sets none of them', async () => {
    const shown = await register({ status: 'DISABLED', created: '2000-01-01T00:00:00.000Z', createdAt: 0 });
    expect(shown.status).toBe('ACTIVE');
    expect(Date.parse(shown.created)).toBeGreaterThan(Date.now() - 60_000);
    const changed = await change(shown.id, {
      id: 'BL13GT',
      secret: 'another-secret-of-its-own',
      created: 'x',
    });
    const { secret: _, ...listed } = shown;
    expect([changed.status, changed.body]).toEqual([200, listed]);
    expect((await openSession(url, WALLET_ID, by(shown))).status).toBe(201);
  });
});

describe('a parent system that is not there', () => {
  it('is neither changed nor given a secret', async () => {
    const before = await contentOf(server.database.url);
    for (const answer of [
      await change('not-there', { status: 'ACTIVE' }),
      await change('bl13gt', { status: 'DISABLED' }),
      await rotate('not-there', { graceSeconds: 0 }),
    ]) {
      expect(errorOf(answer)).toBe('404/1010 NOT_FOUND');
    }
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});

describe('outside of the demo', () => {
  it("the demo's secret is taken for no parent system, by neither way", async () => {
    const owned = await startApp({ env: { ...OWN, SECRETS_KEY: KEY } });
    try {
      const asOwner = (method: string, target: string, body: object): Promise<Answer> =>
        send(owned.url, {
          method,
          target,
          headers: { authorization: `Bearer ${OWN.OPERATOR_API_KEY}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      for (const answer of [
        await asOwner('POST', '/operator/parent-systems', { id: 'demo', name: 'x', secret: SECRET_KEY }),
        await asOwner('POST', '/operator/parent-systems/OWN/secrets', {
          secret: SECRET_KEY,
          graceSeconds: 0,
        }),
      ]) {
        expect([errorOf(answer), answer.text.includes('secret')]).toEqual(['400/1010 INVALID_REQUEST', true]);
        expect(answer.text).not.toContain(SECRET_KEY);
      }
      expect(await secretsOf('OWN', owned.database.url)).toEqual([
        expect.objectContaining({ valid_until: null }),
      ]);
      expect(await secretsOf('demo', owned.database.url)).toEqual([]);
      const document = await send(owned.url, { method: 'GET', target: '/docs/openapi.json' });
      expect(document.text).not.toContain(OWN.GPAS_SECRET_KEY);
      expect(document.text).not.toContain(OWN.OPERATOR_API_KEY);
    } finally {
      await owned.stop();
    }
  });
});

describe('the first parent system', () => {
  it.each([
    ['sealed where SECRETS_KEY is set', { SECRETS_KEY: KEY }],
    ['as it is where none is', {}],
  ])('of the environment is stored %s, and signs', async (_, env) => {
    const owned = await startApp({ env: { ...OWN, ...env } });
    try {
      const rows = await secretsOf('OWN', owned.database.url);
      const isSealed = 'SECRETS_KEY' in env;
      expect(rows).toEqual([
        expect.objectContaining({
          secret: isSealed ? expect.stringMatching(/^[A-Za-z0-9+/]{60,}={0,2}$/) : OWN.GPAS_SECRET_KEY,
          key_id: isSealed ? expect.stringMatching(/^[0-9a-f]{16}$/) : null,
          valid_until: null,
        }),
      ]);
      const content = JSON.stringify(await contentOf(owned.database.url));
      expect(content.includes(OWN.GPAS_SECRET_KEY)).toBe(!isSealed);
      expect(Buffer.from(rows[0]?.secret ?? '', 'base64').toString('latin1')).not.toContain(
        OWN.GPAS_SECRET_KEY,
      );
      const own = { parentSystemId: 'OWN', secretKey: OWN.GPAS_SECRET_KEY };
      expect(errorOf(await callSigned(owned.url, 'GET', '/wallets/balance', 'walletSessionId=x', own))).toBe(
        UNKNOWN_SESSION,
      );
    } finally {
      await owned.stop();
    }
  });
});

describe('a stored secret that is not as it was sealed', () => {
  const env = { ...OWN, SECRETS_KEY: KEY };
  let running: ServerProcess | undefined;

  afterEach(async () => {
    await running?.kill();
    running = undefined;
  });

  async function afterTampering(sql: string): Promise<{ code: number | null; output: string }> {
    const database = await createTestDatabase();
    try {
      running = await ServerProcess.start(database.url, env);
      const answer = await send(running.url, {
        method: 'POST',
        target: '/operator/parent-systems',
        headers: { authorization: `Bearer ${OWN.OPERATOR_API_KEY}`, 'content-type': 'application/json' },
        body: '{"id":"SECOND","name":"Second","secret":"the-second-secret"}',
      });
      expect(answer.status).toBe(201);
      await running.kill('SIGTERM');
      await query(database.url, sql);
      running = ServerProcess.launch(database.url, env);
      const { code } = await running.ended();
      return { code, output: running.output.join('\n') };
    } finally {
      await database.drop();
    }
  }

  it("copied from another row is refused at the next start: nobody signs for another's", async () => {
    const { code, output } = await afterTampering(
      ENGINE === 'mysql'
        ? `UPDATE parent_system_secrets a JOIN parent_system_secrets b ON b.parent_system_id = 'SECOND'
           SET a.secret = b.secret WHERE a.parent_system_id = 'OWN'`
        : `UPDATE parent_system_secrets SET secret =
           (SELECT secret FROM parent_system_secrets WHERE parent_system_id = 'SECOND')
           WHERE parent_system_id = 'OWN'`,
    );
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('A stored secret was changed after it was encrypted'),
    ]);
    expect(output).not.toMatch(/an-own-signing-secret|the-second-secret/);
  });
});
