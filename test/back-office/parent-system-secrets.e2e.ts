import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/answers.js';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  callOperator,
  callSigned,
  openSession,
  SECRET_KEY,
  send,
  WALLET_ID,
} from '../support/gpas.js';
import { until } from '../support/load.js';
import { auditLinesOf, contentOf } from '../support/operator.js';
import { OWN } from '../support/own-values.js';
import {
  changeParentSystem,
  createParentSystem,
  newSystemId,
  registerParentSystem,
  rotateSecret,
  secretsOf,
  type ShownSystem,
  SECRETS_KEY,
} from '../support/parent-systems.js';
import { recordLog } from '../support/recorded-log.js';
import { failedStart, type RunningApp, startApp, startServer } from '../support/server.js';

const UNKNOWN_SESSION = '400/1004 INVALID_WALLET_SESSION';

const { logger, lines: log } = recordLog('debug');
let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp({ env: { LOG_LEVEL: 'debug', SECRETS_KEY }, logger });
  url = server.url;
});
afterAll(() => server.stop());

describe('the answer that tells a secret', () => {
  it('is the only thing that ever shows it', async () => {
    const given = await registerParentSystem(url, { secret: 'a-given-secret-to-look-for' });
    const made = await registerParentSystem(url);
    const rotatedTo = await rotateSecret(url, given.id, {
      secret: 'a-second-one-to-look-for',
      graceSeconds: 60,
    });
    const rotatedBy = await rotateSecret(url, made.id, { graceSeconds: 60 });
    const secrets = [given, made, rotatedTo.body as ShownSystem, rotatedBy.body as ShownSystem].map(
      ({ secret }) => secret,
    );
    expect(new Set(secrets).size).toBe(4);

    const others = [
      await changeParentSystem(url, given.id, { name: 'Renamed', allowedAddresses: ['127.0.0.1'] }),
      await createParentSystem(url, { id: given.id, name: 'Again', secret: given.secret }),
      await createParentSystem(url, { id: newSystemId(), name: '', secret: given.secret }),
      await rotateSecret(url, 'not-there', { secret: given.secret, graceSeconds: 0 }),
      await rotateSecret(url, given.id, { secret: given.secret, graceSeconds: -1 }),
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
    for (const { secret, key_id: keyId } of await secretsOf(server.database.url, given.id)) {
      expect(texts['answers']).not.toContain(secret);
      expect(texts['log']).not.toContain(secret);
      expect(keyId).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('leaves a line in the trail that says what was done, without it', async () => {
    const { id } = await registerParentSystem(url, { secret: 'a-secret-for-the-trail' });
    await rotateSecret(url, id, { graceSeconds: 5 });
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

describe('outside of the demo', () => {
  it("the demo's secret is taken for no parent system, by neither way", async () => {
    const owned = await startApp({ env: { ...OWN, SECRETS_KEY } });
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
      expect(await secretsOf(owned.database.url, 'OWN')).toEqual([
        expect.objectContaining({ valid_until: null }),
      ]);
      expect(await secretsOf(owned.database.url, 'demo')).toEqual([]);
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
    ['sealed where SECRETS_KEY is set', { SECRETS_KEY }],
    ['as it is where none is', { SECRETS_KEY: '' }],
  ])('of the environment is stored %s, and signs', async (_, env) => {
    const owned = await startApp({ env: { ...OWN, ...env } });
    try {
      const rows = await secretsOf(owned.database.url, 'OWN');
      const isSealed = env.SECRETS_KEY !== '';
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
  const env = { ...OWN, SECRETS_KEY };

  /** What a start says on secrets that were changed by this statement. */
  async function startAfter(sql: string): Promise<string> {
    const database = await createTestDatabase();
    try {
      const running = await startServer(database.url, env);
      const answer = await send(running.url, {
        method: 'POST',
        target: '/operator/parent-systems',
        headers: { authorization: `Bearer ${OWN.OPERATOR_API_KEY}`, 'content-type': 'application/json' },
        body: '{"id":"SECOND","name":"Second","secret":"the-second-secret"}',
      });
      expect(answer.status).toBe(201);
      await running.stop();
      await query(database.url, sql);
      return await failedStart(database.url, env);
    } finally {
      await database.drop();
    }
  }

  it("copied from another row is refused at the next start: nobody signs for another's", async () => {
    const output = await startAfter(
      ENGINE === 'mysql'
        ? `UPDATE parent_system_secrets a JOIN parent_system_secrets b ON b.parent_system_id = 'SECOND'
           SET a.secret = b.secret WHERE a.parent_system_id = 'OWN'`
        : `UPDATE parent_system_secrets SET secret =
           (SELECT secret FROM parent_system_secrets WHERE parent_system_id = 'SECOND')
           WHERE parent_system_id = 'OWN'`,
    );
    expect(output).toContain('A stored secret was changed after it was encrypted');
    expect(output).not.toMatch(/an-own-signing-secret|the-second-secret/);
  });
});
