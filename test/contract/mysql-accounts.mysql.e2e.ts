import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, dataSourceOptions, loadConfig, OPERATOR_ROLES } from '../support/application.js';
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
import { revokeLaunch } from '../support/launches.js';
import { insertManyBets } from '../support/many-movements.js';
import { makeKey } from '../support/operator.js';
import {
  changeParentSystem,
  registerParentSystem,
  rotateSecret,
  SECRETS_KEY,
} from '../support/parent-systems.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

/*
 * The statements of docs/mysql.md as they stand there, on a database and accounts of the test's own.
 */

const [ACCOUNTS = '', GRANTS = '', TRIGGERS = ''] = [
  ...readFileSync(join(import.meta.dirname, '../../docs/mysql.md'), 'utf8').matchAll(/```sql\n(.*?)```/gs),
].map(([, block = '']) => block);

let database: TestDatabase;
let name: string;
let server: RunningApp;
let url: string;
let office: BackOffice;
const { logger, lines } = recordLog('info');

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

/** Each right that the page gives an account, with its table. */
function rightsOf(user: string): [right: string, table: string][] {
  const grants = GRANTS.matchAll(new RegExp(`GRANT (.*) ON oas\\.(\\w+) TO '${user}'@'%';`, 'g'));
  return [...grants].flatMap(([, rights = '', table = '']) =>
    rights.split(', ').map((right): [string, string] => [right, table]),
  );
}

/** Does this while the account lacks the right. */
async function without<T>(
  user: string,
  [right, table]: readonly [string, string],
  action: () => Promise<T>,
): Promise<T> {
  await runAsRoot(`REVOKE ${right} ON oas.${table} FROM '${user}'@'%'`);
  try {
    return await action();
  } finally {
    await runAsRoot(`GRANT ${right} ON oas.${table} TO '${user}'@'%'`);
  }
}

function serve(secretsKey = SECRETS_KEY): Promise<RunningApp> {
  return startApp({
    database: { ...database, url: accountOf('oas') },
    env: { MIGRATE_ON_START: 'false', SECRETS_KEY: secretsKey },
    logger,
  });
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
  server = await serve('');
  const id = await openFundedSession(server.url, 'from-before-the-key');
  expect((await debit(server.url, id, 'from-before-the-key')).status).toBe(201);
  await server.stop();
  server = await serve();
  ({ url } = server);
  office = new BackOffice(url, await makeKey(url, OPERATOR_ROLES));
});
afterAll(async () => {
  await server.stop();
  await runAsRoot(`DROP USER 'oas'@'%', 'oas_owner'@'%', 'oas_verify'@'%', 'oas_report'@'%'`);
  await database.drop();
});

/* What the account has to be able to do. Each can be done again: what it makes has names of its own. */

async function play(): Promise<void> {
  const walletId = office.newId();
  const id = await openFundedSession(url, walletId);
  expect((await debit(url, id, `bet-${walletId}`)).status).toBe(201);
  expect((await credit(url, id, `win-${walletId}`)).status).toBe(201);
  expect((await rollback(url, id, `bet-back-${walletId}`, `bet-${walletId}`)).status).toBe(200);
  expect((await rollback(url, id, `early-${walletId}`, `never-came-${walletId}`)).body).toMatchObject({
    code: 1002,
  });
  expect((await balance(url, id)).status).toBe(200);
  expect((await closeSession(url, id)).status).toBe(200);
}

async function refuse(): Promise<void> {
  const walletId = office.newId();
  const id = await openFundedSession(url, walletId);
  expect((await debit(url, id, `bet-${walletId}`, { value: '1000000' })).body).toMatchObject({ code: 1007 });
  for (const value of ['10.005', 'text', 'text' /* sent again */]) {
    const body = { externalReference: `win-of-${value}-${walletId}`, value, typeCode: 'GAME_CREDIT' };
    const answer = await callWithBody(url, 'POST', `/movements/credit?walletSessionId=${id}`, body);
    expect(answer.body).toMatchObject({ code: 1010 });
  }
  const { incidentId } = await lateWin(url, office.newId());
  expect((await resolveIncident(url, incidentId, { note: 'paid', post: true })).status).toBe(200);
}

async function changeParentSystems(): Promise<void> {
  const { id, secret } = await registerParentSystem(url);
  expect(secret).toBeDefined();
  expect((await rotateSecret(url, id, { graceSeconds: 0 })).status).toBe(201);
  expect((await changeParentSystem(url, id, { status: 'DISABLED' })).status).toBe(200);
}

async function changeWallets(): Promise<void> {
  const walletId = await office.makeWallet(50);
  await office.prepare('POST', `wallets/${walletId}/withdrawals`, payment(`out-${walletId}`, 1));
  await office.prepare('PATCH', `wallets/${walletId}`, { status: 'BLOCKED' });
}

async function changeLaunches(): Promise<void> {
  const launchId = await office.makeLaunch(await office.makeWallet());
  expect((await revokeLaunch(url, launchId)).status).toBe(200);
}

async function changeGames(): Promise<void> {
  await office.prepare('PUT', 'games/agt-54', { name: 'Book', providerCode: 'AGT', enabled: true });
}

async function changeKeys(): Promise<void> {
  const { keyId } = await makeKey(url, ['audit'], 'GPAS');
  expect((await callOperator(url, 'DELETE', `/operator/keys/${keyId}`)).status).toBe(200);
}

async function readTrail(): Promise<void> {
  await changeGames();
  await office.prepare('GET', 'audit');
}

async function start(): Promise<void> {
  const another = await serve();
  try {
    const ready = await send(another.url, { method: 'GET', target: '/health/ready' });
    expect(ready).toMatchObject({ status: 200, body: { status: 'up' } });
  } finally {
    await another.stop();
  }
}

/** The start that makes the key of the ledger, which is refused where anything has a seal. */
async function startWithoutKey(): Promise<void> {
  await query(database.url, 'UPDATE wallets SET seal = NULL');
  await query(database.url, 'DELETE FROM ledger_keys');
  await start();
}

async function rebuildTotals(): Promise<void> {
  await query(database.url, 'DELETE FROM movement_hours');
  expect(await run('oas', 'rebuild-totals')).toEqual({
    code: 0,
    output: expect.stringMatching(/^the totals of [1-9]\d* hours were made$/m),
  });
}

describe('an account that may only add', () => {
  it('is ready, and takes every call of GPAS, and every refusal with its incident', async () => {
    await start();
    await play();
    await refuse();
  });

  it('does every change of the back office', async () => {
    await changeParentSystems();
    await changeWallets();
    await changeLaunches();
    await changeGames();
    await changeKeys();
    await readTrail();
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
      const rights = rightsOf(user);
      expect(rights.length).toBeGreaterThan(2);
      for (const right of rights) {
        const [, table] = right;
        const { code, output } = await without(user, right, () => run(user, name, ...parameters));
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

describe('the account of the server', () => {
  const needing: Readonly<Record<string, () => Promise<void>>> = {
    parent_systems: changeParentSystems,
    wallets: changeWallets,
    sessions: play,
    games: changeGames,
    parent_system_secrets: changeParentSystems,
    ledger_keys: startWithoutKey,
    operator_keys: changeKeys,
    launches: changeLaunches,
    incidents: refuse,
    incident_sightings: refuse,
    movements: play,
    reference_bindings: play,
    audit_entries: readTrail,
    movement_hours: rebuildTotals,
    movement_totals: rebuildTotals,
    migrations: start,
  };

  beforeAll(async () => {
    const at = new Date(Date.now() - 2 * 3_600_000).toISOString().replace('T', ' ').replace('Z', '');
    const walletId = await office.makeWallet();
    await insertManyBets(database.url, { name: 'of-an-hour-that-is-over', walletId, count: 3, at });
  });

  it.each(rightsOf('oas'))('needs %s on %s', async (...right) => {
    const [, table] = right;
    const action = needing[table];
    if (!action) throw new Error(`nothing is known to need ${table}`);
    lines.length = 0;
    const failure = await without('oas', right, () => action().then(() => null, String));
    expect(failure).not.toBeNull();
    const said = [failure, ...lines].join('\n');
    expect(said).toMatch(new RegExp(`command denied .*\\b${table}\\b`));
    await action();
  });
});
