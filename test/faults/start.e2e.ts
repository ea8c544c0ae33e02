import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig, withDatabase } from '../support/application.js';
import { createTestDatabase, ENGINE, query, type TestDatabase } from '../support/databases.js';
import {
  balance,
  callOperator,
  callSigned,
  debit,
  openFundedSession,
  openSession,
  PARENT_SYSTEM_ID,
  send,
  WALLET_ID,
} from '../support/gpas.js';
import { OWN } from '../support/own-values.js';
import { failedStart, ServerProcess, startServer } from '../support/server.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

if (ENGINE === 'sqlite') {
  describe('a SQLite file', () => {
    it('is served by one process; a second one says so and ends; after the first, killed, it starts', async () => {
      const first = await ServerProcess.start(database.url);
      expect(await failedStart(database.url)).toContain('is in use by another server process');
      expect((await openSession(first.url, WALLET_ID)).status).toBe(201);
      await first.kill('SIGKILL');
      const second = await startServer(database.url);
      expect((await openSession(second.url, WALLET_ID)).status).toBe(201);
      await second.stop();
    });

    it('is the same one by whatever links it is reached, also where a link made it', async () => {
      const file = database.url.slice('sqlite:'.length);
      const [one, other] = ['one.sqlite', 'other.sqlite'].map((name) => join(dirname(file), name));
      symlinkSync(file, one!);
      symlinkSync(one!, other!);
      const first = await startServer(`sqlite:${one}`);
      for (const url of [database.url, `sqlite:${one}`, `sqlite:${other}`, `sqlite:${relative('.', file)}`]) {
        expect(await failedStart(url)).toContain('is in use by another server process');
      }
      await first.stop();
      const second = await startServer(database.url);
      await second.stop();
    });

    it('with a second name is neither served nor read by either, until one is gone', async () => {
      const file = database.url.slice('sqlite:'.length);
      const other = `${file}-other`;
      const first = await startServer(database.url);
      linkSync(file, other);
      const config = loadConfig({ DATABASE_URL: `sqlite:${other}` });
      expect(await failedStart(`sqlite:${other}`)).toContain('a hard link gives it a second name');
      await expect(withDatabase(config, 'read', () => Promise.resolve())).rejects.toThrow('second name');
      const { id } = (await openSession(first.url, WALLET_ID)).body as { id: string };
      await first.stop();
      expect(await failedStart(database.url)).toContain('a hard link gives it a second name');
      rmSync(other);
      const second = await startServer(database.url);
      expect(await query(database.url, 'SELECT id FROM sessions')).toEqual([{ id }]);
      await second.stop();
    });

    it.each([
      ['that is a folder', '', 'DATABASE_URL must name a file'],
      ['in a folder that is a file', '/oas.sqlite', 'DATABASE_URL must name a file'],
      ['that holds something else', '', 'must name a SQLite database'],
      ['whose lock is a folder', '.lock', 'must name a file'],
      ['whose log is a folder', '-wal', 'Its disk fails, or its file system lacks what SQLite needs'],
      ['whose shared memory is a folder', '-shm', 'must be allowed to write to the file and to its folder'],
    ])('%s is refused in words, and left as it is', async (what, suffix, mend) => {
      const file = database.url.slice('sqlite:'.length);
      const isFolder = what.endsWith('is a folder');
      const other = 'Not a database, whatever its name says. '.repeat(50);
      if (isFolder) mkdirSync(file + suffix);
      else writeFileSync(file, other);
      const text = await failedStart(`sqlite:${isFolder ? file : file + suffix}`);
      expect(text).toMatch(/^The SQLite file of DATABASE_URL cannot be used: .+\. .+\.$/);
      expect(text).toContain(mend);
      if (isFolder) expect(statSync(file + suffix).isDirectory()).toBe(true);
      else expect(readFileSync(file, 'utf8')).toBe(other);
    });

    it('in a folder that may not be written to is refused in words; nothing is lost', async () => {
      const file = database.url.slice('sqlite:'.length);
      const first = await ServerProcess.start(database.url);
      const { id } = (await openSession(first.url, WALLET_ID)).body as { id: string };
      await first.kill('SIGKILL'); // what it was told is in the log only
      chmodSync(dirname(file), 0o555);
      const isRoot = process.geteuid?.() === 0; // who may write anywhere
      if (isRoot) process.seteuid?.('nobody');
      const text = await failedStart(database.url).finally(() => isRoot && process.seteuid?.(0));
      chmodSync(dirname(file), 0o755);
      expect(text).toContain('must be allowed to write to the file and to its folder');
      const second = await startServer(database.url);
      expect(await query(database.url, 'SELECT id FROM sessions')).toEqual([{ id }]);
      await second.stop();
    });
  });
} else {
  describe('several instances', () => {
    it('start at once on an empty database: all serve, each migration and the first rows are there once', async () => {
      const servers = await Promise.all(Array.from({ length: 3 }, () => ServerProcess.start(database.url)));
      const answers = await Promise.all(servers.map(({ url }) => openSession(url, WALLET_ID)));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
      const rows = await query<{ name: string }>(database.url, 'SELECT name FROM migrations');
      expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
      await Promise.all(servers.map((server) => server.kill('SIGTERM')));
    });
  });

  describe('a start that cannot work', () => {
    it('says that nobody answers there', async () => {
      const text = await failedStart('mysql://root@127.0.0.1:1/oas');
      expect(text).toContain('cannot be reached (ECONNREFUSED)');
    });

    it('says that the database is not there', async () => {
      const url = new URL(database.url);
      url.pathname = '/not_there';
      expect(await failedStart(url.href)).toContain('The database server refused DATABASE_URL');
    });

    it('never shows the password', async () => {
      const url = new URL(database.url);
      url.username = 'somebody';
      url.password = 'do-not-print-me';
      expect(await failedStart(url.href)).not.toContain('do-not-print-me');
    });
  });
}

describe('a start', () => {
  it('without migrations says so; with MIGRATE_ON_START=false it does not migrate', async () => {
    const text = await failedStart(database.url, { MIGRATE_ON_START: 'false' });
    expect(text).toContain('npm run migration:run');
  });

  it('keeps the stored secret of the first parent system and warns', async () => {
    const plain = { ...OWN, SECRETS_KEY: '' };
    const first = await startServer(database.url, { ...plain, GPAS_SECRET_KEY: 'the-first-secret-of-20' });
    await first.stop();
    const second = await startServer(database.url, { ...plain, GPAS_SECRET_KEY: 'another-secret-of-20' });
    expect(second.output.join('\n')).toContain('the stored one counts');
    expect(second.output.join('\n')).not.toMatch(/the-first-secret-of-20|another-secret-of-20/);
    const rows = await query(database.url, 'SELECT secret FROM parent_system_secrets');
    expect(rows).toEqual([{ secret: 'the-first-secret-of-20' }]);
    await second.stop();
  });

  it('on a HOST of another machine says so, and blames no database', async () => {
    const text = await failedStart(database.url, { ...OWN, HOST: '192.0.2.1' });
    expect(text).toContain('cannot listen on HOST and PORT');
    const unknown = await failedStart(database.url, { ...OWN, HOST: 'no-such-host.invalid' });
    expect(unknown).toContain('cannot listen on HOST and PORT');
  });
});

describe('a start in production on the database of a demo', () => {
  const production = { NODE_ENV: 'production', SECRETS_KEY: 'ab'.repeat(32), ...OWN };

  let used: TestDatabase;
  beforeAll(async () => {
    used = await createTestDatabase();
    const demo = await startServer(used.url);
    expect((await openSession(demo.url, WALLET_ID)).status).toBe(201);
    await demo.stop();
  });
  afterAll(() => used.drop());

  it("does not trust the demo's parent system", async () => {
    const server = await startServer(used.url, production);
    const [session] = await query<{ id: string }>(used.url, 'SELECT id FROM sessions');
    const id = session!.id;
    for (const answer of [
      await balance(server.url, id),
      await openSession(server.url, WALLET_ID),
      await callSigned(server.url, 'PATCH', '/sessions/close', `id=${id}`),
    ]) {
      expect([answer.status, answer.body]).toEqual([400, expect.objectContaining({ code: 1001 })]);
    }
    // An own one is: the same call gets as far as the session, which is another's.
    const own = { parentSystemId: OWN.GPAS_PARENT_SYSTEM_ID, secretKey: OWN.GPAS_SECRET_KEY };
    expect((await balance(server.url, id, own)).body).not.toMatchObject({ code: 1001 });
    await server.stop();
  });

  it('refuses to go on under its id, and names the table to mend', async () => {
    const text = await failedStart(used.url, { ...production, GPAS_PARENT_SYSTEM_ID: PARENT_SYSTEM_ID });
    expect(text).toContain(`Parent system ${PARENT_SYSTEM_ID} is stored with the demo's secret`);
    expect(text).toContain('delete its rows of parent_systems and parent_system_secrets');
  });
});

/** The driver of MySQL has a time zone of its own, SQLite's stores the text that it is given. */
const TIME_ZONES = ENGINE === 'mysql' ? ['Pacific/Apia', 'America/St_Johns'] : ['America/St_Johns'];

describe('time', () => {
  /** Each table's row of a movement has an instant of UTC, to the millisecond, of while it was made. */
  async function expectUtc(reference: string, before: number, after: number): Promise<void> {
    for (const table of ['movements', 'reference_bindings']) {
      const [row] = await query<{ created_at: string }>(
        database.url,
        `SELECT created_at FROM ${table} WHERE external_reference = ?`,
        [reference],
      );
      expect(row?.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
      const instant = Date.parse(`${row!.created_at.replace(' ', 'T')}Z`);
      expect(instant).toBeGreaterThanOrEqual(before);
      expect(instant).toBeLessThanOrEqual(after);
    }
  }

  it('is the same UTC instant in the answer and in the tables, whatever the time zones', async () => {
    if (ENGINE === 'mysql') await query(database.url, `SET GLOBAL time_zone = '-09:30'`);
    try {
      for (const TZ of TIME_ZONES) {
        const server = await ServerProcess.start(database.url, { TZ });
        const before = Date.now();
        const { body } = await openSession(server.url, WALLET_ID);
        const { id, created } = body as { id: string; created: string };
        expect(Math.abs(Date.parse(created) - before)).toBeLessThan(5_000);
        const [row] = await query<{ created_at: string }>(
          database.url,
          'SELECT created_at FROM sessions WHERE id = ?',
          [id],
        );
        expect(row?.created_at).toBe(created.replace('T', ' ').replace('Z', ''));
        const wallet = await callOperator(server.url, 'GET', `/operator/wallets/${WALLET_ID}`);
        expect(Math.abs(Date.parse((wallet.body as { created: string }).created) - before)).toBeLessThan(
          60_000,
        );
        const funded = await openFundedSession(server.url, `wallet-in-${TZ.replace('/', '-')}`);
        for (let turn = 0; turn < 5; turn += 1) {
          const betAt = Date.now();
          expect((await debit(server.url, funded, `bet-${TZ}-${turn}`, { value: 1 })).status).toBe(201);
          await expectUtc(`bet-${TZ}-${turn}`, betAt, Date.now());
        }
        expect((await send(server.url, { method: 'GET', target: '/health/ready' })).status).toBe(200);
        await server.kill('SIGTERM');
      }
    } finally {
      if (ENGINE === 'mysql') await query(database.url, `SET GLOBAL time_zone = 'SYSTEM'`);
    }
  });
});
