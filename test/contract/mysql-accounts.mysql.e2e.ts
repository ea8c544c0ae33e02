import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createApp,
  createLogger,
  DataSource,
  dataSourceOptions,
  loadConfig,
  OPERATOR_ROLES,
} from '../support/application.js';
import { BackOffice, payment } from '../support/back-office.js';
import { command, type Ended } from '../support/command.js';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import {
  balance,
  callOperator,
  callWithBody,
  closeSession,
  credit,
  debit,
  openFundedSession,
  PARENT_SYSTEM_ID,
  rollback,
  send,
} from '../support/gpas.js';
import { lateWin, resolveIncident } from '../support/incidents.js';
import { makeKey } from '../support/operator.js';
import { registerParentSystem, rotateSecret, SECRETS_KEY } from '../support/parent-systems.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

/*
 * The statements of docs/mysql.md as they stand there, on a database and accounts of the test's own.
 */

const [ACCOUNTS = '', GRANTS = '', TRIGGERS = ''] = [
  ...readFileSync(join(import.meta.dirname, '../../docs/mysql.md'), 'utf8').matchAll(/```sql\n(.*?)```/gs),
].map(([, block = '']) => block);

let database: TestDatabase;
let name: string;
let url: string;
let stop: () => Promise<void>;

const named = (text: string): string =>
  text
    .replaceAll(/'oas(_\w)?\w*'@/g, (_, account = '') => `'${name}${account}'@`)
    .replaceAll('oas.', `${name}.`);

async function runAsRoot(block: string): Promise<void> {
  for (const statement of named(block).split(/;\n/)) {
    if (statement.trim() !== '') await query(database.url, statement);
  }
}

/** With the name and the password that the page gives it. */
function accountOf(user: string): string {
  const [, password = ''] = new RegExp(`'${user}'@'%' IDENTIFIED BY '(.*)'`).exec(ACCOUNTS) ?? [];
  const [, username = ''] = /'(.*)'@/.exec(named(`'${user}'@`)) ?? [];
  const url = new URL(database.url);
  Object.assign(url, { username, password });
  return url.href;
}

async function serve(secretsKey: string): Promise<void> {
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: accountOf('oas'),
    MIGRATE_ON_START: 'false',
    SECRETS_KEY: secretsKey,
  });
  const app = await createApp(config, createLogger('silent'), []);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  stop = () => app.close();
}

beforeAll(async () => {
  database = await createTestDatabase();
  name = new URL(database.url).pathname.slice(1);
  await runAsRoot(ACCOUNTS);
  const owner = { env: { DATABASE_URL: accountOf('oas_owner') } };
  expect(await command('migrate', owner)).toMatchObject({ code: 0 });
  const schema = await new DataSource(dataSourceOptions(loadConfig(owner.env).database)).initialize();
  await schema.undoLastMigration();
  await schema.destroy();
  expect(await command('migrate', owner)).toMatchObject({ code: 0 });
  await runAsRoot(GRANTS);
  await runAsRoot(TRIGGERS);
  await serve('');
  const id = await openFundedSession(url, 'from-before-the-key');
  expect((await debit(url, id, 'from-before-the-key')).status).toBe(201);
  await stop();
  await serve(SECRETS_KEY);
});
afterAll(async () => {
  await stop();
  await runAsRoot(`DROP USER 'oas'@'%', 'oas_owner'@'%', 'oas_verify'@'%', 'oas_report'@'%'`);
  await database.drop();
});

describe('an account that may only add', () => {
  it('is ready, and takes every call of GPAS, and every refusal with its incident', async () => {
    expect((await send(url, { method: 'GET', target: '/health/ready' })).status).toBe(200);
    const id = await openFundedSession(url, 'w-1');
    expect((await debit(url, id, 'bet')).status).toBe(201);
    expect((await credit(url, id, 'win')).status).toBe(201);
    expect((await rollback(url, id, 'bet-back', 'bet')).status).toBe(200);
    expect((await rollback(url, id, 'early', 'never-came')).body).toMatchObject({ code: 1002 });
    expect((await debit(url, id, 'too-much', { value: '1000000' })).body).toMatchObject({ code: 1007 });
    for (const value of ['10.005', 'text']) {
      const body = { externalReference: `win-of-${value}`, value, typeCode: 'GAME_CREDIT' };
      const answer = await callWithBody(url, 'POST', `/movements/credit?walletSessionId=${id}`, body);
      expect(answer.body).toMatchObject({ code: 1010 });
    }
    expect((await balance(url, id)).status).toBe(200);
    expect((await closeSession(url, id)).status).toBe(200);
    const { incidentId } = await lateWin(url, 'w-2');
    expect((await resolveIncident(url, incidentId, { note: 'paid', post: true })).status).toBe(200);
  });

  it('does every change of the back office', async () => {
    const { id, secret } = await registerParentSystem(url);
    expect(secret).toBeDefined();
    expect((await rotateSecret(url, id, { graceSeconds: 0 })).status).toBe(201);
    const office = new BackOffice(url, await makeKey(url, OPERATOR_ROLES));
    const walletId = await office.makeWallet(50);
    await office.makeLaunch(walletId);
    await office.prepare('POST', `wallets/${walletId}/withdrawals`, payment('out', 1));
    await office.prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
    await office.prepare('PUT', 'games/agt-54', { name: 'Book', providerCode: 'AGT', enabled: true });
    const { keyId } = await office.prepare<{ keyId: string }>('POST', 'keys', {
      name: 'GPAS',
      roles: ['audit'],
    });
    expect((await callOperator(url, 'DELETE', `/operator/keys/${keyId}`)).status).toBe(200);
  });

  it('cannot change or delete what is in the ledger, the bindings and the trail', async () => {
    const account = accountOf('oas');
    for (const table of ['movements', 'reference_bindings', 'audit_entries']) {
      const column = table === 'audit_entries' ? 'action' : 'kind';
      for (const statement of [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`]) {
        await expect(query(account, statement)).rejects.toMatchObject({ errno: 1142 });
        await expect(query(database.url, statement)).rejects.toMatchObject({ errno: 1644 });
      }
    }
  });
});

const folder = new TemporaryFolder('oas-accounts-');
afterAll(() => folder.remove());

const date = new Date().toISOString().slice(0, 10);
const run = (user: string, name: string, ...parameters: string[]): Promise<Ended> =>
  command(name, { parameters, folder: folder.path, env: { DATABASE_URL: accountOf(user), SECRETS_KEY } });

describe('every command', () => {
  beforeAll(() => {
    writeFileSync(join(folder.path, 'games.csv'), 'game_id,name,provider_code,enabled\nagt-99,Book,AGT,1\n');
    const head = 'date,game_id,currency,external_reference,type,value\n';
    writeFileSync(join(folder.path, 'gpas.csv'), `${head}${date},agt-54,EUR,bet-of-gpas,bet,1\n`);
  });

  it.each([
    ['oas_owner', 'migrate', [], /^nothing to migrate\n$/],
    ['oas', 'games-import', ['--file', 'games.csv'], /^1 games created/],
    ['oas', 'seal-ledger', [], /^\d+ wallets with \d+ movements sealed/],
    ['oas', 'rebuild-totals', [], /^the totals of \d+ hours were made\n$/],
    ['oas_owner', 'encrypt-secrets', [], /^\d+ secrets changed; all are under SECRETS_KEY\n$/],
    ['oas_verify', 'verify-ledger', [], /, all agree\n$/],
    ['oas_report', 'reconcile', ['--file', 'gpas.csv', '--date', date], /bet-of-gpas: .* at GPAS only\n/],
  ] as const)('of %s can be done with its rights: %s %j', async (user, name, parameters, output) => {
    const ended = await run(user, name, ...parameters);
    expect(ended.output).toMatch(output);
    expect(ended.code).toBe(name === 'reconcile' ? 1 : 0);
  });

  const readers = [
    ['oas_verify', 'verify-ledger', []],
    ['oas_report', 'reconcile', ['--file', 'gpas.csv', '--date', date, '--parent-system', PARENT_SYSTEM_ID]],
  ] as const;
  it.each(readers)(
    'of %s needs each of them, and says which it lacks: %s',
    async (user, name, parameters) => {
      const grants = [...GRANTS.matchAll(new RegExp(`GRANT SELECT ON oas\\.(\\w+) TO '${user}'.*;`, 'g'))];
      expect(grants.length).toBeGreaterThan(2);
      for (const [grant, table = ''] of grants) {
        await runAsRoot(grant.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM ').replace(';', ''));
        const { code, output } = await run(user, name, ...parameters);
        await runAsRoot(grant.replace(';', ''));
        expect({ table, code }).toEqual({ table, code: 2 });
        expect(output).toMatch(
          new RegExp(`lacks a right: SELECT command .*\\b${table}['\`]?\\. docs/mysql.md `),
        );
      }
    },
  );

  it('of those who only read can read no secret, and change nothing', async () => {
    for (const user of ['oas_verify', 'oas_report']) {
      const account = accountOf(user);
      for (const table of ['parent_system_secrets', 'operator_keys', 'launches']) {
        await expect(query(account, `SELECT * FROM ${table}`)).rejects.toMatchObject({ errno: 1142 });
      }
      await expect(query(account, 'UPDATE wallets SET status = status')).rejects.toMatchObject({
        errno: 1142,
      });
    }
  });
});
