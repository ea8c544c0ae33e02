import { readFileSync } from 'node:fs';
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
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import {
  balance,
  callOperator,
  callWithBody,
  closeSession,
  credit,
  debit,
  openFundedSession,
  rollback,
  send,
} from '../support/gpas.js';
import { lateWin, resolveIncident } from '../support/incidents.js';
import { makeKey } from '../support/operator.js';
import { registerParentSystem, rotateSecret, SECRETS_KEY } from '../support/parent-systems.js';
import { verifyLedger } from '../support/verify-ledger.js';

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

async function runAsRoot(block: string): Promise<void> {
  const text = block
    .replaceAll(`'oas_owner'`, `'${name}_o'`)
    .replaceAll(`'oas'`, `'${name}'`)
    .replaceAll('oas.', `${name}.`);
  for (const statement of text.split(/;\n/).filter((each) => each.trim() !== '')) {
    await query(database.url, statement);
  }
}

function urlOf(user: string, password: string): string {
  const account = new URL(database.url);
  Object.assign(account, { username: user, password });
  return account.href;
}

beforeAll(async () => {
  database = await createTestDatabase();
  name = new URL(database.url).pathname.slice(1);
  await runAsRoot(ACCOUNTS);
  const owner = urlOf(`${name}_o`, 'a password of your own');
  const schema = await new DataSource(
    dataSourceOptions(loadConfig({ DATABASE_URL: owner }).database),
  ).initialize();
  await schema.runMigrations();
  await schema.destroy();
  await runAsRoot(GRANTS);
  await runAsRoot(TRIGGERS);
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: urlOf(name, 'another password'),
    MIGRATE_ON_START: 'false',
    SECRETS_KEY,
  };
  const app = await createApp(loadConfig(env), createLogger('silent'), []);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  stop = () => app.close();
});
afterAll(async () => {
  await stop();
  await query(database.url, `DROP USER '${name}'@'%', '${name}_o'@'%'`);
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
    const account = urlOf(name, 'another password');
    for (const table of ['movements', 'reference_bindings', 'audit_entries']) {
      const column = table === 'audit_entries' ? 'action' : 'kind';
      for (const statement of [`UPDATE ${table} SET ${column} = ${column}`, `DELETE FROM ${table}`]) {
        await expect(query(account, statement)).rejects.toMatchObject({ errno: 1142 });
        await expect(query(database.url, statement)).rejects.toMatchObject({ errno: 1644 });
      }
    }
  });

  it('leaves a ledger that agrees, as an account sees that only reads, and no secrets', async () => {
    const tables = await query<{ name: string }>(
      database.url,
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    const reader = `${name}_r`;
    await query(database.url, `CREATE USER '${reader}'@'%' IDENTIFIED BY 'a third one'`);
    const grant = (table: string): Promise<object[]> =>
      query(database.url, `GRANT SELECT ON ${name}.${table} TO '${reader}'@'%'`);
    const secret = ['ledger_keys', 'parent_system_secrets'];
    for (const table of tables) if (!secret.includes(table.name)) await grant(table.name);
    const url = urlOf(reader, 'a third one');
    expect(await verifyLedger(url, [], { SECRETS_KEY: '' })).toMatchObject({ code: 0 });
    expect((await verifyLedger(url)).output).toContain('ledger_keys');
    await grant('ledger_keys');
    expect(await verifyLedger(url)).toMatchObject({ code: 0 });
    await query(database.url, `DROP USER '${reader}'@'%'`);
  });
});
