import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createApp,
  createLogger,
  DataSource,
  dataSourceOptions,
  loadConfig,
  migrations,
} from '../support/application.js';
import { createTestDatabase, query } from '../support/databases.js';
import {
  type Answer,
  callOperator,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../support/gpas.js';
import { auditLinesOf, callWithKey, contentOf, makeKey } from '../support/operator.js';
import {
  changeParentSystem,
  registerParentSystem,
  type ShownSystem,
  signedBy,
} from '../support/parent-systems.js';
import { insertManyBets } from '../support/many-movements.js';
import { planOf, statementsOn } from '../support/statements.js';
import { statedAccess } from '../support/routes.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Key {
  readonly keyId: string;
  readonly key: string;
}

const date = new Date().toISOString().slice(0, 10);
let server: RunningApp;
let url: string;
let other: ShownSystem;
let unbound: Key;
let bound: Key;
let boundToOther: Key;

const createKey = (body: object): Promise<Answer> =>
  callOperator(url, 'POST', '/operator/keys', { name: 'GPAS, reconciliation', ...body });

async function bindKey(parentSystemId: string): Promise<Key> {
  const answer = await createKey({ roles: ['audit'], parentSystemId });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body as Key;
}

beforeAll(async () => {
  server = await startApp();
  ({ url } = server);
  other = await registerParentSystem(url);
  const signed = signedBy(other);
  const session = await openFundedSession(url, 'one-wallet', { real: 1_000 });
  const otherSession = sessionIdOf(await openSession(url, 'one-wallet', signed));
  // Of the same wallet, references, game and currency.
  await debit(url, session, 'bet', { value: '10', gameid: 'agt-1' });
  await debit(url, session, 'bet-back', { value: '4', gameid: 'agt-1' });
  await rollback(url, session, 'back', 'bet-back');
  await credit(url, session, 'win', { value: '3', gameid: 'agt-1' });
  await debit(url, otherSession, 'bet', { value: '100', gameid: 'agt-1' }, signed);
  await debit(url, otherSession, 'bet-2', { value: '200', gameid: 'agt-1' }, signed);
  await credit(url, otherSession, 'win', { value: '50', gameid: 'agt-1' }, signed);
  await credit(url, otherSession, 'win-back', { value: '7', gameid: 'agt-1' }, signed);
  await rollback(url, otherSession, 'back', 'win-back', signed);
  await debit(url, otherSession, 'only-there', { value: '1', gameid: 'xyz-9' }, signed);
  unbound = await makeKey(url, ['audit']);
  bound = await bindKey('BL13GT');
  boundToOther = await bindKey(other.id);
});
afterAll(() => server.stop());

/** The rows that a key is told, each as game, totals and counts. */
async function told({ key }: Key, parameters = `date_from=${date}&date_to=${date}`): Promise<string[]> {
  const { status, text, body } = await callWithKey(url, key, 'GET', `/reconciliation?${parameters}`);
  if (status !== 200) throw new Error(text);
  return (body as { data: Record<string, unknown>[] }).data.map((row) =>
    [
      row['game_id'],
      ...['bet', 'bet_rollback', 'win', 'win_rollback', 'ggr'].map((name) => row[`total_${name}`]),
      ...['bet', 'win', 'rollback'].map((name) => row[`transaction_count_${name}`]),
    ].join(' '),
  );
}

const OWN = ['agt-1 14 4 3 0 7 2 1 1'];
const OTHERS = ['agt-1 300 0 57 7 250 2 2 1', 'xyz-9 1 0 0 0 1 1 0 0'];
const ALL = ['agt-1 314 4 60 7 257 4 3 2', 'xyz-9 1 0 0 0 1 1 0 0'];

describe('reconciliation with a key that is bound to a parent system', () => {
  it('tells its movements alone; with one that is not bound, those of all', async () => {
    expect(await told(bound)).toEqual(OWN);
    expect(await told(boundToOther)).toEqual(OTHERS);
    expect(await told(unbound)).toEqual(ALL);
  });

  it('keeps to it over many days, by provider, and where there is nothing', async () => {
    const from = new Date(Date.now() - 29 * 86_400_000).toISOString().slice(0, 10);
    const days = `date_from=${from}&date_to=${date}`;
    expect(await told(bound, days)).toEqual(OWN);
    expect(await told(bound, `${days}&provider_code=AGT`)).toEqual(OWN);
    expect(await told(boundToOther, `${days}&provider_code=XYZ`)).toEqual(OTHERS.slice(1));
    expect(await told(bound, `${days}&provider_code=XYZ`)).toEqual([]);
    expect(await told(bound, 'date_from=2020-01-01&date_to=2020-01-01')).toEqual([]);
  });

  it('has no parameter that leads past it', async () => {
    for (const name of ['parent_system_id', 'parentSystemId']) {
      const target = `/reconciliation?date_from=${date}&date_to=${date}&${name}=${other.id}`;
      expect((await callWithKey(url, bound.key, 'GET', target)).status).toBe(400);
    }
  });

  it('goes on when the parent system is disabled: what was played is still to be agreed on', async () => {
    const own = await registerParentSystem(url);
    const key = await bindKey(own.id);
    const session = sessionIdOf(await openSession(url, 'one-wallet', signedBy(own)));
    await debit(url, session, 'last', { value: '2', gameid: 'agt-2' }, signedBy(own));
    expect((await changeParentSystem(url, own.id, { status: 'DISABLED' })).status).toBe(200);
    expect(await told(key)).toEqual(['agt-2 2 0 0 0 2 1 0 0']);
    expect(await told(await bindKey(own.id))).toEqual(await told(key));
    await callOperator(url, 'DELETE', `/operator/keys/${key.keyId}`);
    await expect(told(key)).rejects.toThrow('UNAUTHORIZED');
  });

  it('is all that such a key reaches: no other route is of its role', () => {
    const routes = [...statedAccess(server.app)].filter(
      ([, access]) => access?.caller === 'back-office' && access.roles.join() === 'audit',
    );
    expect(routes.map(([route]) => route)).toEqual(['GET /reconciliation']);
  });
});

describe('a bound key', () => {
  it('is shown with its parent system when made, in the list, in the trail and when revoked', async () => {
    const answer = await createKey({ roles: ['audit'], parentSystemId: other.id });
    const { keyId } = answer.body as Key;
    const shown = expect.objectContaining({ keyId, parentSystemId: other.id }) as unknown;
    expect(answer.body).toEqual(shown);
    const list = await callOperator(url, 'GET', '/operator/keys');
    expect((list.body as { data: unknown[] }).data).toContainEqual(shown);
    const revoked = await callOperator(url, 'DELETE', `/operator/keys/${keyId}`);
    expect(revoked.body).toEqual(shown);
    const lines = (await auditLinesOf(server.database.url)).filter(({ subject_id }) => subject_id === keyId);
    expect(lines.map((line) => [line.action, JSON.parse(line.after_change ?? '') as unknown])).toEqual([
      ['operator-key.create', shown],
      ['operator-key.revoke', shown],
    ]);
  });

  it.each([null, undefined])(
    'is none where parentSystemId is %s, whatever its roles',
    async (parentSystemId) => {
      for (const roles of [['audit'], ['read', 'write', 'audit']]) {
        const { status, body } = await createKey({ roles, parentSystemId });
        expect([status, body]).toEqual([201, expect.objectContaining({ roles, parentSystemId: null })]);
      }
    },
  );

  it.each<[string, object, string]>([
    ['read', { roles: ['read'] }, 'parentSystemId is for a key whose only role is audit'],
    ['write', { roles: ['write'] }, 'parentSystemId is for a key whose only role is audit'],
    ['read, audit', { roles: ['read', 'audit'] }, 'parentSystemId is for a key whose only role is audit'],
    [
      'every role',
      { roles: ['read', 'write', 'audit'] },
      'parentSystemId is for a key whose only role is audit',
    ],
    [
      'an unknown parent system',
      { roles: ['audit'], parentSystemId: 'bl13gt' },
      'parentSystemId names no parent system',
    ],
    [
      "the operator's own payments",
      { roles: ['audit'], parentSystemId: 'operator (reserved)' },
      'parentSystemId must be 1 to 128 visible ASCII characters without spaces',
    ],
    ['what is no id', { roles: ['audit'], parentSystemId: ['BL13GT'] }, 'parentSystemId must be one value'],
  ])('is not made of %s', async (_of, body, message) => {
    const before = await contentOf(server.database.url);
    const answer = await createKey({ parentSystemId: 'BL13GT', ...body });
    expect([answer.status, answer.body]).toEqual([400, { code: 1010, type: 'INVALID_REQUEST', message }]);
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});

describe('what a bound key asks for', () => {
  it('is read by the index of days, however much the parent system played on others', async () => {
    await insertManyBets(server.database.url, {
      name: 'long-ago',
      walletId: 'one-wallet',
      count: 30_000,
      at: '2020-02-02 12:00:00.000',
    });
    const statements = statementsOn(server.app.get(DataSource), 'FROM movements');
    expect(await told(bound)).toEqual(OWN);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      expect(await planOf(server.database.url, statement)).toContain('ix_movements_day');
    }
  });
});

describe('a database of the version before', () => {
  it('opens with its keys, which are shown all; undone, a bound key is good for nothing', async () => {
    const database = await createTestDatabase();
    const { database: config } = loadConfig({ DATABASE_URL: database.url });
    const index = migrations.findIndex(({ name }) => name.startsWith('BoundAuditKeys'));
    const migrate = async (work: (source: DataSource) => Promise<unknown>, count?: number): Promise<void> => {
      const options = { ...dataSourceOptions(config), migrations: migrations.slice(0, count) };
      const source = await new DataSource(options).initialize();
      await work(source).finally(() => source.destroy());
    };
    const insertKey = (id: string, columns = '', values = ''): Promise<unknown> =>
      query(
        database.url,
        `INSERT INTO operator_keys (id, name, roles, key_hash, created_at${columns})
         VALUES (?, 'GPAS', 'audit', ?, '2026-01-01 00:00:00.000'${values})`,
        [
          id,
          createHash('sha256')
            .update(`oas_${id.repeat(43)}`)
            .digest('hex'),
        ],
      );
    await migrate((source) => source.runMigrations(), index);
    await insertKey('a');
    const app = await createApp(
      loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: database.url }),
      createLogger('silent'),
    );
    await app.listen(0, '127.0.0.1');
    const target = `/reconciliation?date_from=${date}&date_to=${date}`;
    const answer = await callWithKey(await app.getUrl(), `oas_${'a'.repeat(43)}`, 'GET', target);
    expect([answer.status, answer.body]).toEqual([200, { status: 'success', data: [] }]);
    await app.close();

    await insertKey('b', ', parent_system_id', `, 'BL13GT'`);
    await migrate(async (source) => {
      for (const _ of migrations.slice(index)) await source.undoLastMigration();
    });
    const rows = await query<{ id: string; revoked_at: string | null }>(
      database.url,
      'SELECT id, revoked_at FROM operator_keys ORDER BY id',
    );
    expect(rows.map(({ id, revoked_at }) => [id, revoked_at !== null])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    await database.drop();
  });
});
