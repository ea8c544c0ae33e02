import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DataSource,
  dataSourceOptions,
  loadConfig,
  migrate,
  migrations,
  revertLast,
  TableColumn,
  TableIndex,
  tellOfLongWork,
} from '../support/application.js';
import { command } from '../support/command.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import { contentOf } from '../support/operator.js';
import { insertManyBets } from '../support/many-movements.js';

/** A statement that leaves something behind. */
const CHANGES = /^\s*(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b/i;
const NOW = '2026-02-05 00:00:00.000';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});

/** How many changes are let through before the process is killed. */
let changesLeft = Infinity;
let lastChange = '';
let restore = (): void => undefined;

/** After the last change that is let through the connection is gone, as it is with the process that has it. */
beforeAll(async () => {
  const scratch = await createTestDatabase();
  await onDatabase(scratch.url, (dataSource) => {
    const prototype = Object.getPrototypeOf(dataSource.createQueryRunner()) as {
      query(this: Runner, ...statement: unknown[]): Promise<unknown>;
    };
    const { query: original } = prototype;
    prototype.query = async function (this: Runner, ...statement: unknown[]): Promise<unknown> {
      const result = await original.apply(this, statement);
      if (!CHANGES.test(String(statement[0]))) return result;
      changesLeft -= 1;
      lastChange = String(statement[0]);
      if (changesLeft > 0) return result;
      if (ENGINE === 'mysql') (await this.connect()).destroy();
      throw new Error('killed');
    };
    restore = () => (prototype.query = original);
    return Promise.resolve();
  });
  await scratch.drop();
});
afterAll(() => restore());

interface Runner {
  connect(): Promise<{ destroy(): void }>;
}

async function onDatabase<T>(
  url: string,
  work: (dataSource: DataSource) => Promise<T>,
  count?: number,
): Promise<T> {
  const { database: config } = loadConfig({ DATABASE_URL: url });
  const options = { ...dataSourceOptions(config), migrations: migrations.slice(0, count) };
  const dataSource = await new DataSource(options).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

const migrateUp = (url: string): Promise<string[]> =>
  onDatabase(url, (dataSource) => migrate(dataSource, loadConfig({ DATABASE_URL: url }).database));

const migrateDown = (url: string): Promise<unknown> =>
  onDatabase(url, (dataSource) => revertLast(dataSource, loadConfig({ DATABASE_URL: url }).database));

async function executed(url: string): Promise<string[]> {
  const rows = await query<{ name: string }>(url, 'SELECT name FROM migrations ORDER BY id').catch(() => []);
  return rows.map(({ name }) => name);
}

/** What there is when a migration has run, for those after it. */
const SEEDS: Readonly<Record<string, readonly string[]>> = {
  ParentSystemsWalletsSessions1764000000000: [
    `INSERT INTO parent_systems (id, secret_key, created_at) VALUES ('A', 'secret of A', '${NOW}'), ('B', 'secret of B', '${NOW}')`,
    `INSERT INTO wallets (id, player_id, code, currency, decimals, status, created_at)
     VALUES ('w-1', 'p', 'CASINO', 'EUR', 2, 'ACTIVE', '${NOW}'), ('w-2', 'p', 'CASINO', 'EUR', 2, 'ACTIVE', '${NOW}')`,
    `INSERT INTO sessions (id, parent_system_id, wallet_id, status, created_at) VALUES ('s-1', 'A', 'w-1', 'CLOSE', '${NOW}')`,
  ],
  Movements1764100000000: [
    `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
       real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, created_at)
     VALUES ('m-1', 'OPERATOR', 'd-1', 'DEPOSIT', 'w-1', 1, 500, 500, 0, 500, 0, '${NOW}')`,
    `UPDATE wallets SET real_minor = 500, seq = 1 WHERE id = 'w-1'`,
    `INSERT INTO reference_bindings (parent_system_id, external_reference, ordinal, kind, wallet_id, session_id,
       amount_minor, refusal, command_id, created_at)
     VALUES ('A', 'late', 0, 'CREDIT', 'w-1', 's-1', 700, 'INVALID_WALLET_SESSION', 'c-1', '${NOW}')`,
  ],
};

/** Plants what is due; what is planted is not planted again. */
async function seed(url: string, done: readonly string[], planted: Set<string>): Promise<void> {
  for (const name of done) {
    if (planted.has(name)) continue;
    planted.add(name);
    for (const statement of SEEDS[name] ?? []) await query(url, statement);
  }
}

/** Tables and rows, without what is made anew each time. */
async function stateOf(url: string): Promise<object> {
  const content = await contentOf(url);
  const schema: Record<string, unknown> = {};
  for (const table of Object.keys(content)) {
    const [made] = await query<Record<string, unknown>>(
      url,
      ENGINE === 'mysql'
        ? `SHOW CREATE TABLE ${table}`
        : `SELECT sql FROM sqlite_master WHERE name = '${table}'`,
    );
    schema[table] = String(made?.['Create Table'] ?? made?.['sql']).replace(/ AUTO_INCREMENT=\d+/, '');
  }
  const ids = new Set(['parent_system_secrets', 'incidents', 'migrations', 'sqlite_sequence']);
  const rows = Object.entries(content).map(([table, all]) => [
    table,
    ids.has(table) ? all.map((row) => ({ ...row, id: '', seq: '' })) : all,
  ]);
  return { schema, rows };
}

/**
 * Goes on with `step` from where it was killed, until it ends by itself: on MySQL each time after one more change, on SQLite,
 * which takes a whole migration back, after each of its changes.
 * @returns how often it was killed
 */
async function walk(
  step: () => Promise<unknown>,
  afterKill?: (done: readonly string[]) => Promise<void>,
): Promise<number> {
  let done = 0;
  const seen = new Set<string>();
  for (let kills = 0, changes = 1; ; kills += 1) {
    changesLeft = changes;
    const isKilled = await step().then(
      () => false,
      (error: unknown) => {
        if (!String(error).includes('killed')) throw error;
        return true;
      },
    );
    changesLeft = Infinity;
    if (!isKilled) return kills;
    const names = await executed(database.url);
    await afterKill?.(names);
    if (names.length !== done) seen.clear();
    // What is done again, or was rolled back: one change further.
    const isAgain = ENGINE === 'sqlite' ? names.length === done : seen.has(lastChange);
    changes = isAgain ? changes + 1 : 1;
    done = names.length;
    seen.add(lastChange);
  }
}

describe('migrations', () => {
  it('finish wherever they were killed, and make what they would have made; so do their ways back', async () => {
    const whole = await createTestDatabase();
    const plantedThere = new Set<string>();
    for (let count = 1; count <= migrations.length; count += 1) {
      await onDatabase(whole.url, (dataSource) => dataSource.runMigrations({ transaction: 'each' }), count);
      await seed(whole.url, await executed(whole.url), plantedThere);
    }
    const expected = await stateOf(whole.url);
    await whole.drop();

    const planted = new Set<string>();
    const kills = await walk(
      () => migrateUp(database.url),
      (done) => seed(database.url, done, planted),
    );
    expect(kills).toBeGreaterThan(migrations.length * 2);
    expect(await stateOf(database.url)).toEqual(expected);

    for (let count = migrations.length; count > 1; count -= 1) {
      // Killed behind its last change, it is done.
      await walk(async () => (await executed(database.url)).length === count && migrateDown(database.url));
    }
    const secrets = await query(database.url, 'SELECT id, secret_key FROM parent_systems ORDER BY id');
    expect(secrets).toEqual([
      { id: 'A', secret_key: 'secret of A' },
      { id: 'B', secret_key: 'secret of B' },
    ]);
    await migrateUp(database.url);
    expect(
      await query(database.url, 'SELECT parent_system_id, secret FROM parent_system_secrets ORDER BY 1'),
    ).toEqual([
      { parent_system_id: 'A', secret: 'secret of A' },
      { parent_system_id: 'B', secret: 'secret of B' },
    ]);
    expect(await query(database.url, 'SELECT id FROM wallets')).toHaveLength(2);
  });

  it('are taken back one after the other by npm run migration:revert', async () => {
    await migrateUp(database.url);
    for (const { name } of [...migrations].reverse()) {
      const ended = await command('revert-migration', { env: { DATABASE_URL: database.url } });
      expect(ended).toEqual({ code: 0, output: `taken back: ${name}\n` });
    }
    const none = await command('revert-migration', { env: { DATABASE_URL: database.url } });
    expect(none).toEqual({ code: 0, output: 'nothing to take back\n' });
  });

  it('say what is there and what to do where one fails', async () => {
    await onDatabase(database.url, () => query(database.url, 'CREATE TABLE games (another INT)'));
    const env = { DATABASE_URL: database.url };
    const failed = await command('migrate', { env });
    expect(failed.code).toBe(2);
    expect(failed.output).toMatch(
      /Migration Movements\d+ stopped \(the table games that is there is another's: .+\)\. All before it are done; of this one .+ is there/,
    );
    expect(failed.output).toContain('npm run migration:run: it goes on from there');
    await query(database.url, 'DROP TABLE games');
    expect(await command('migrate', { env })).toMatchObject({ code: 0 });
  });
});

it('a change of a large table is told of before', async () => {
  await migrateUp(database.url);
  await insertManyBets(database.url, { name: 'many', walletId: 'w', count: 2_000, at: NOW });
  if (ENGINE === 'mysql') await query(database.url, 'ANALYZE TABLE movements');
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  await onDatabase(database.url, async (dataSource) => {
    const runner = dataSource.createQueryRunner();
    tellOfLongWork(runner, { warn: tell, log: tell }, 1_000);
    for (const table of ['wallets', 'movements']) {
      const column = new TableColumn({ name: 'more', type: 'integer', isNullable: true });
      await runner.addColumn(table, column);
      await runner.createIndex(table, new TableIndex({ name: `ix_${table}_more`, columnNames: ['more'] }));
    }
    await runner.release();
  });
  const large = /^movements has about [12]\d{3} rows, so this may take minutes: (.*)$/;
  const statements = told.map((text) => large.exec(text)?.[1]);
  const adds =
    ENGINE === 'mysql' ? /^ALTER TABLE `movements` ADD `more`/ : /^INSERT INTO "temporary_movements"/;
  expect(statements[0]).toMatch(adds);
  expect(statements.at(-1)).toMatch(/^CREATE INDEX .ix_movements_more/);
  expect(statements).not.toContain(undefined);
});
