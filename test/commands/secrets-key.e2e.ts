import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { MigrationInterface } from 'typeorm';
import { createApp, DataSource, dataSourceOptions, loadConfig, migrations } from '../support/application.js';
import { command, type Ended } from '../support/command.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { callSigned, send } from '../support/gpas.js';
import { contentOf } from '../support/operator.js';
import { OWN as OWN_VALUES } from '../support/own-values.js';
import { recordLog } from '../support/recorded-log.js';
import { failedStart } from '../support/server.js';

const [ONE, TWO, THREE] = ['ab'.repeat(32), 'cd'.repeat(32), '0f'.repeat(32)] as const;

/** What production needs, but for SECRETS_KEY. */
const OWN = { NODE_ENV: 'production', ...OWN_VALUES };
const NO_PRODUCTION = { NODE_ENV: 'test' };
const SECOND = { id: 'SECOND', name: 'Second', secret: 'the-second-signing-secret' };

type Env = Readonly<Record<string, string>>;

interface SecretRow {
  readonly id: string;
  readonly parent_system_id: string;
  readonly secret: string;
  readonly key_id: string | null;
}

let database: TestDatabase;
let app: NestExpressApplication | undefined;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await stop();
  await database.drop();
});

/** The server on the test's database; what it logged from its start on. */
async function start(env: Env): Promise<{ url: string; log: string[] }> {
  const { logger, lines: log } = recordLog('info');
  app = await createApp(loadConfig({ DATABASE_URL: database.url, ...OWN, ...env }), logger);
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), log };
}

async function stop(): Promise<void> {
  await app?.close();
  app = undefined;
}

async function registerSecond(url: string): Promise<void> {
  const answer = await send(url, {
    method: 'POST',
    target: '/operator/parent-systems',
    headers: { authorization: `Bearer ${OWN.OPERATOR_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(SECOND),
  });
  expect(answer.status).toBe(201);
}

/** A call of each parent system gets past the signature: to the session, which nobody opened. */
async function expectBothToSign(url: string): Promise<void> {
  for (const [parentSystemId, secretKey] of [
    ['OWN', OWN.GPAS_SECRET_KEY],
    [SECOND.id, SECOND.secret],
  ] as const) {
    const own = { parentSystemId, secretKey };
    const right = await callSigned(url, 'GET', '/wallets/balance', 'walletSessionId=x', own);
    expect([parentSystemId, right.body]).toEqual([parentSystemId, expect.objectContaining({ code: 1004 })]);
    const forged = { parentSystemId, secretKey: `${secretKey}x` };
    const wrong = await callSigned(url, 'GET', '/wallets/balance', 'walletSessionId=x', forged);
    expect([parentSystemId, wrong.body]).toEqual([parentSystemId, expect.objectContaining({ code: 1006 })]);
  }
}

/** A start that must work, with both secrets; returns its warnings. */
async function startAndSign(env: Env): Promise<string[]> {
  const { url, log } = await start(env);
  await expectBothToSign(url);
  await stop();
  return log.filter((line) => line.includes('"level":"warn"'));
}

/** A database with both secrets, made under these settings. */
async function prepare(env: Env): Promise<void> {
  const { url } = await start(env);
  await registerSecond(url);
  await stop();
}

const refusedStart = (env: Env): Promise<string> => failedStart(database.url, { ...OWN, ...env });

/** `npm run secrets:encrypt` under these settings. */
const encrypt = (env: Env): Promise<Ended> =>
  command('encrypt-secrets', { env: { DATABASE_URL: database.url, ...OWN, ...env } });

const rows = (): Promise<SecretRow[]> =>
  query<SecretRow>(database.url, 'SELECT * FROM parent_system_secrets ORDER BY id');
const keyIds = async (): Promise<(string | null)[]> => (await rows()).map(({ key_id: keyId }) => keyId);

const OUTDATED = 'Secrets are stored under another key than SECRETS_KEY, or none: npm run secrets:encrypt';

describe('SECRETS_KEY replaced by another', () => {
  it('is read as SECRETS_KEY_PREVIOUS until the secrets are under the new one; after that nobody needs it', async () => {
    await prepare({ SECRETS_KEY: ONE });
    const before = await rows();
    expect(await startAndSign({ SECRETS_KEY: ONE })).toEqual([]);

    const both = { SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: ONE };
    expect(await startAndSign(both)).toEqual([expect.stringContaining(OUTDATED)]);
    expect(await rows()).toEqual(before);

    expect(await encrypt(both)).toEqual({
      code: 0,
      output: '3 secrets changed; all are under SECRETS_KEY\n',
    });
    const after = await rows();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(new Set([...before, ...after].map(({ key_id: keyId }) => keyId)).size).toBe(2);
    expect(new Set([...before, ...after].map(({ secret }) => secret)).size).toBe(4);
    expect(JSON.stringify(after)).not.toMatch(/an-own-signing-secret|the-second-signing-secret/);

    expect(await startAndSign({ SECRETS_KEY: TWO })).toEqual([]);
    expect(await encrypt({ SECRETS_KEY: TWO })).toEqual({
      code: 0,
      output: '0 secrets changed; all are under SECRETS_KEY\n',
    });
    expect(await rows()).toEqual(after);
  });

  it('without the one before: neither server nor command goes on, both say how to mend it, nothing changes', async () => {
    await prepare({ SECRETS_KEY: ONE });
    const before = await contentOf(database.url);
    const started = await refusedStart({ SECRETS_KEY: TWO });
    const { code, output } = await encrypt({ SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: THREE });
    expect(code).toBe(2);
    for (const text of [started, output]) {
      expect(text).toContain('neither SECRETS_KEY nor SECRETS_KEY_PREVIOUS');
      expect(text).toContain('Set the key it was encrypted under as SECRETS_KEY_PREVIOUS');
      expect(text).toContain('npm run secrets:encrypt');
      expect(text).not.toMatch(/an-own-signing-secret|(cd){8}|(0f){8}|(ab){8}/);
      expect(text).not.toMatch(/^\s+at /m);
    }
    expect(await contentOf(database.url)).toEqual(before);
    // As it says.
    expect(await startAndSign({ SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: ONE })).toHaveLength(1);
  });

  it('changes none of the secrets where one of them cannot be opened', async () => {
    await prepare({ SECRETS_KEY: ONE });
    const [, last] = await rows();
    const tampered = `${last?.secret.slice(0, -4)}${last?.secret.endsWith('AAA=') ? 'BBB=' : 'AAA='}`;
    await query(database.url, 'UPDATE parent_system_secrets SET secret = ? WHERE id = ?', [
      tampered,
      last?.id,
    ]);
    const before = await rows();
    const { code, output } = await encrypt({ SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: ONE });
    expect([code, output]).toEqual([2, expect.stringContaining('was changed after it was encrypted')]);
    expect(await rows()).toEqual(before);
  });

  if (ENGINE === 'mysql') {
    it('while a server runs that knows both: calls go on, before, meanwhile and after', async () => {
      await prepare({ SECRETS_KEY: ONE });
      const both = { SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: ONE };
      const { url } = await start(both);
      const progress = { isDone: false };
      const command = encrypt(both).finally(() => (progress.isDone = true));
      let rounds = 0;
      for (; !progress.isDone; rounds += 1) await expectBothToSign(url);
      expect(rounds).toBeGreaterThan(0);
      expect((await command).code).toBe(0);
      await expectBothToSign(url);
      await new Promise((resolve) => setTimeout(resolve, 1_100)); // by then the server has read them again
      await expectBothToSign(url);
    });
  } else {
    it('while a server runs is refused, as its file has one user, and says so', async () => {
      await prepare({ SECRETS_KEY: ONE });
      const both = { SECRETS_KEY: TWO, SECRETS_KEY_PREVIOUS: ONE };
      const { url } = await start(both);
      const before = await rows();
      const { code, output } = await encrypt(both);
      expect([code, output]).toEqual([2, expect.stringContaining('is in use by another server process')]);
      expect(await rows()).toEqual(before);
      await expectBothToSign(url);
    });
  }
});

describe('secrets:encrypt without a database', () => {
  it('says what is missing, and makes none', async () => {
    const { code, output } = await encrypt({ SECRETS_KEY: ONE });
    expect(code).toBe(2);
    if (ENGINE === 'mysql') {
      expect(output).toMatch(/lacks tables .*migration:run/);
    } else {
      const path = database.url.slice('sqlite:'.length);
      expect(output).toBe(
        `The secrets could not be encrypted: There is no SQLite file ${path}. Set DATABASE_URL.\n`,
      );
      expect(existsSync(path)).toBe(false);
    }
  });
});

describe('without SECRETS_KEY', () => {
  it('production does not start, and names it', async () => {
    const [text, without, unusable] = await Promise.all([
      refusedStart({ SECRETS_KEY: '' }),
      encrypt({}),
      encrypt({ SECRETS_KEY: 'ab'.repeat(31) }),
    ]);
    expect(text).toContain('SECRETS_KEY must be set in production');
    expect(text).toContain('openssl rand -hex 32');
    expect(without).toEqual({
      code: 2,
      output: expect.stringContaining('SECRETS_KEY must be set in production'),
    });
    expect(unusable).toEqual({
      code: 2,
      output: expect.stringContaining('SECRETS_KEY must be 32 bytes in hex'),
    });
    expect(unusable.output).not.toContain('ab'.repeat(31));
  });

  it('secrets are stored as they are; production reads them with a warning, and they can be encrypted', async () => {
    await prepare(NO_PRODUCTION);
    expect((await rows()).map(({ secret, key_id: keyId }) => [secret, keyId])).toEqual([
      [OWN.GPAS_SECRET_KEY, null],
      [SECOND.secret, null],
    ]);
    expect(await startAndSign({ SECRETS_KEY: ONE })).toEqual([expect.stringContaining(OUTDATED)]);
    expect(await keyIds()).toEqual([null, null]);
    expect(await encrypt({ SECRETS_KEY: ONE })).toEqual({
      code: 0,
      output: '2 secrets changed; all are under SECRETS_KEY\n',
    });
    expect(JSON.stringify(await contentOf(database.url))).not.toMatch(
      /an-own-signing-secret|the-second-signing/,
    );
    expect(await startAndSign({ SECRETS_KEY: ONE })).toEqual([]);
  });

  it('secrets that are encrypted are opened by no start, and not put in the clear again beside the sealed ledger', async () => {
    await prepare({ SECRETS_KEY: ONE });
    await expect(start(NO_PRODUCTION)).rejects.toMatchObject({
      name: 'UnsafeDatabaseError',
      message: expect.stringContaining('neither SECRETS_KEY nor SECRETS_KEY_PREVIOUS'),
    });
    await stop();
    const before = await contentOf(database.url);
    expect(await encrypt({ ...NO_PRODUCTION, SECRETS_KEY_PREVIOUS: ONE })).toMatchObject({
      code: 2,
      output: expect.stringContaining('its key is never kept in the clear: set SECRETS_KEY'),
    });
    expect(await contentOf(database.url)).toEqual(before);
  });
});

describe('the migration that moves the secrets', () => {
  let dataSource: DataSource | undefined;

  afterEach(async () => {
    await dataSource?.destroy();
    dataSource = undefined;
  });

  /** A connection that knows the first `count` migrations. */
  async function connect(count = migrations.length): Promise<DataSource> {
    await dataSource?.destroy();
    dataSource = await new DataSource({
      ...dataSourceOptions(loadConfig({ DATABASE_URL: database.url }).database),
      migrations: (migrations as (new () => MigrationInterface)[]).slice(0, count),
    }).initialize();
    return dataSource;
  }

  const CREATED = '2026-01-02 03:04:05.678';
  const OLD = [
    { id: 'A', secret_key: 'secret of A', created_at: CREATED },
    { id: 'OWN', secret_key: OWN.GPAS_SECRET_KEY, created_at: CREATED },
    { id: 'a', secret_key: 'Ñandú \' " \\ 🌙'.padEnd(200, '!'), created_at: CREATED },
  ];
  const oldRows = (): Promise<object[]> =>
    query(database.url, 'SELECT id, secret_key, created_at FROM parent_systems ORDER BY id');

  /** A database of the version before, with its data. */
  async function prepareOld(): Promise<void> {
    await (await connect(2)).runMigrations();
    for (const { id, secret_key: secret } of OLD) {
      await query(database.url, 'INSERT INTO parent_systems (id, secret_key, created_at) VALUES (?, ?, ?)', [
        id,
        secret,
        CREATED,
      ]);
    }
    expect(await oldRows()).toEqual(OLD);
  }

  /** Undoes what came after the migration that these tests are about. */
  async function undoLater(): Promise<void> {
    const names = migrations.map(({ name }) => name);
    for (const _ of names.slice(names.findIndex((name) => name.startsWith('Onboarding')) + 1)) {
      await dataSource?.undoLastMigration();
    }
  }

  it('takes each to the table of secrets as it is, and undone brings it back', async () => {
    await prepareOld();
    await (await connect()).runMigrations();
    const moved = await query<Record<string, unknown>>(
      database.url,
      'SELECT * FROM parent_system_secrets ORDER BY parent_system_id',
    );
    expect(moved).toEqual(
      OLD.map(({ id, secret_key: secret }) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        parent_system_id: id,
        secret,
        key_id: null,
        created_at: CREATED,
        valid_until: null,
      })),
    );
    const [first] = await query<Record<string, unknown>>(
      database.url,
      'SELECT * FROM parent_systems ORDER BY id',
    );
    expect(first).toEqual({
      id: 'A',
      name: '',
      status: 'ACTIVE',
      allowed_addresses: null,
      created_at: CREATED,
    });

    await undoLater();
    await dataSource?.undoLastMigration();
    expect(await oldRows()).toEqual(OLD);
    await (await connect()).runMigrations();
    expect(await query(database.url, 'SELECT secret FROM parent_system_secrets')).toHaveLength(OLD.length);
  });

  it('undone during a rotation brings back the secret in use, not the one that ends', async () => {
    await prepareOld();
    await (await connect()).runMigrations();
    await query(
      database.url,
      `INSERT INTO parent_system_secrets (id, parent_system_id, secret, created_at, valid_until)
       VALUES ('ffffffff', 'A', 'one that ends', ?, '2099-01-01 00:00:00.000'),
              ('00000000', 'OWN', 'another that ends', ?, '2099-01-01 00:00:00.000')`,
      [CREATED, CREATED],
    );
    await undoLater();
    await dataSource?.undoLastMigration();
    expect(await oldRows()).toEqual(OLD);
  });

  it('leaves a server that starts on it with the secrets of before', async () => {
    await prepareOld();
    await query(database.url, 'INSERT INTO parent_systems (id, secret_key, created_at) VALUES (?, ?, ?)', [
      SECOND.id,
      SECOND.secret,
      CREATED,
    ]);
    expect(await startAndSign({ SECRETS_KEY: ONE })).toEqual([expect.stringContaining(OUTDATED)]);
  });

  it('is not undone while a secret is encrypted: it says how to decrypt, and the database stays as it is', async () => {
    await prepare({ SECRETS_KEY: ONE });
    const source = await connect();
    await undoLater();
    const before = await contentOf(database.url);
    await expect(source.undoLastMigration()).rejects.toMatchObject({
      message: expect.stringMatching(
        /encrypted.*npm run secrets:encrypt without SECRETS_KEY and with SECRETS_KEY_PREVIOUS/,
      ),
    });
    expect(await contentOf(database.url)).toEqual(before);
    await dataSource?.destroy();
    dataSource = undefined;

    // As it says; and what was refused works then.
    expect((await encrypt({ ...NO_PRODUCTION, SECRETS_KEY_PREVIOUS: ONE })).code).toBe(0);
    await (await connect()).undoLastMigration();
    expect(await query(database.url, 'SELECT id, secret_key FROM parent_systems ORDER BY id')).toEqual([
      { id: 'OWN', secret_key: OWN.GPAS_SECRET_KEY },
      { id: SECOND.id, secret_key: SECOND.secret },
    ]);
  });
});
