import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from '../support/application.js';
import { ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  callOperator,
  closeSession,
  debit,
  openFundedSession,
  openSession,
  send,
  sessionIdOf,
  WALLET_ID,
} from '../support/gpas.js';
import { Load, sleep, until } from '../support/load.js';
import { MysqlServer } from '../support/mysql-server.js';
import { rounds } from '../support/rounds.js';
import {
  type RunningApp,
  ServerProcess,
  startApp,
  type StartedServer,
  startServer,
} from '../support/server.js';
import { TcpProxy, type Verdict } from '../support/tcp-proxy.js';

const isReady = async (url: string): Promise<boolean> =>
  (await send(url, { method: 'GET', target: '/health/ready' })).status === 200;

async function missingIds(url: string, ids: readonly string[]): Promise<string[]> {
  const rows = await query<{ id: string }>(url, 'SELECT id FROM sessions');
  const stored = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !stored.has(id));
}

const CUTS = rounds(20);
const SYSTEM_ERROR = '500 {"code":1001';

/** The kinds of answer: the status, and of an error how its body begins. */
function statusesOf({ heard }: Load): Set<string> {
  return new Set(
    heard.map((one) => {
      if ('error' in one) return String(one.error);
      return one.answer.status === 201 ? '201' : `${one.answer.status} ${one.answer.text.slice(0, 12)}`;
    }),
  );
}

if (ENGINE === 'mysql') {
  describe('the database server', () => {
    let mysql: MysqlServer;
    /** One that lives through most of this. */
    let url: string;
    let server: ServerProcess;
    beforeAll(async () => {
      mysql = await MysqlServer.start();
      url = await mysql.createDatabase();
      server = await ServerProcess.start(url);
    });
    afterAll(async () => {
      await server.kill();
      await mysql.destroy();
    });

    it.each([
      ['stopped', () => mysql.stop()],
      ['killed', () => mysql.kill()],
    ])(
      '%s and started again under load: 500/1001 meanwhile, then service again, nothing lost',
      async (_, end) => {
        const load = new Load([server.url], 16);
        await until(() => load.opened.length > 100);
        await end();
        await until(() => statusesOf(load).has(SYSTEM_ERROR));
        await until(async () => !(await isReady(server.url)));
        const before = load.opened.length;
        await mysql.startAgain();
        await until(() => load.opened.length > before + CUTS);
        await load.stop();
        await until(() => isReady(server.url)); // it is looked up once a second
        expect(statusesOf(load)).toEqual(new Set(['201', SYSTEM_ERROR]));
        expect(await missingIds(url, load.opened)).toEqual([]);
      },
    );

    it('silent for a while: everybody gets an answer in bounded time, and service comes back', async () => {
      await openSession(server.url, WALLET_ID);
      mysql.pause();
      const startedAt = performance.now();
      const answers = await Promise.all(Array.from({ length: 50 }, () => openSession(server.url, WALLET_ID)));
      const ms = performance.now() - startedAt;
      mysql.resume();
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([500]));
      expect(ms).toBeLessThan(15_000);
      await until(async () => (await openSession(server.url, WALLET_ID)).status === 201);
    });

    it('silent for good: SIGTERM still ends the server within 10 s, and everybody has an answer', async () => {
      const silenced = await ServerProcess.start(await mysql.createDatabase());
      await openSession(silenced.url, WALLET_ID);
      mysql.pause();
      const calls = Promise.all(Array.from({ length: 20 }, () => openSession(silenced.url, WALLET_ID)));
      await sleep(200);
      const startedAt = performance.now();
      await silenced.kill('SIGTERM');
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set([500]));
      mysql.resume();
    });

    it('not strict and not durable: the server is strict by itself, and warns', async () => {
      const lax = await mysql.createDatabase();
      await mysql.query(`SET GLOBAL sql_mode = '', GLOBAL innodb_flush_log_at_trx_commit = 2`);
      const warned = await startServer(lax);
      expect(warned.output.join('\n')).toContain('innodb_flush_log_at_trx_commit is not 1');
      await warned.stop();
      await mysql.query('SET GLOBAL innodb_flush_log_at_trx_commit = 1');
    });

    it('with a stuck row: its session waits and fails, the others go on', async () => {
      const ids = await Promise.all(
        Array.from({ length: 6 }, async () => sessionIdOf(await openSession(server.url, WALLET_ID))),
      );
      const { createConnection } = await import('mysql2/promise');
      const stuck = await createConnection(url);
      await stuck.query('START TRANSACTION');
      await stuck.query('SELECT * FROM sessions WHERE id = ? FOR UPDATE', [ids[0]]);
      const [first, ...others] = await Promise.all(ids.map((id) => closeSession(server.url, id)));
      expect(first?.status).toBe(500);
      expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      await stuck.query('ROLLBACK');
      stuck.destroy();
      expect((await closeSession(server.url, ids[0]!)).status).toBe(200);
    });

    describe('whose answer to a COMMIT is cut off', () => {
      let proxy: TcpProxy;
      let behind: StartedServer;
      beforeAll(async () => {
        proxy = await TcpProxy.start(mysql.port);
        behind = await startServer(url.replace(`:${mysql.port}/`, `:${proxy.port}/`));
      });
      afterAll(async () => {
        await behind.stop();
        await proxy.close();
      });

      /** Cuts the next COMMIT only. */
      const cutNextCommit = (verdict: Verdict): void => {
        proxy.onClientData = (chunk) => {
          if (!chunk.includes('COMMIT')) return 'forward';
          proxy.onClientData = () => 'forward';
          return verdict;
        };
      };

      it.each<Verdict>(['cut-before', 'cut-after'])(
        `%s, ${CUTS} times: an open is answered truly`,
        async (verdict) => {
          const count = async (): Promise<number> =>
            Number((await query<{ n: number }>(url, 'SELECT COUNT(*) AS n FROM sessions'))[0]?.n);
          const before = await count();
          const opened: string[] = [];
          for (let round = 0; round < CUTS; round += 1) {
            cutNextCommit(verdict);
            opened.push(sessionIdOf(await openSession(behind.url, WALLET_ID)));
          }
          expect(await missingIds(url, opened)).toEqual([]);
          expect(await count()).toBe(before + CUTS);
        },
      );

      it.each<Verdict>(['cut-before', 'cut-after'])(
        `%s, ${CUTS} times: a close is answered truly`,
        async (verdict) => {
          for (let round = 0; round < CUTS; round += 1) {
            const id = sessionIdOf(await openSession(behind.url, WALLET_ID));
            cutNextCommit(verdict);
            expect((await closeSession(behind.url, id)).status).toBe(200);
            expect((await closeSession(behind.url, id)).status).toBe(400);
          }
        },
      );

      it('and every connection cut at random under load: every 201 is true', async () => {
        const load = new Load([behind.url], 16);
        for (let round = 0; round < 20 || load.opened.length <= 50; round += 1) {
          await sleep(50 + Math.random() * 200);
          proxy.cut();
        }
        await load.stop();
        expect(await missingIds(url, load.opened)).toEqual([]);
      });
    });

    it('with a stuck wallet that many bets wait for: the others are served, and SIGTERM leaves nobody unanswered', async () => {
      const stuckId = await openFundedSession(server.url, 'stuck');
      const healthy = await Promise.all(
        Array.from({ length: 10 }, (_, index) => openFundedSession(server.url, `healthy-${index}`)),
      );
      const { createConnection } = await import('mysql2/promise');
      const holder = await createConnection(url);
      await holder.query('START TRANSACTION');
      await holder.query("SELECT * FROM wallets WHERE id = 'stuck' FOR UPDATE");

      const startedAt = performance.now();
      const timed = async (call: Promise<Answer>): Promise<{ status: number; ms: number }> => ({
        status: (await call).status,
        ms: performance.now() - startedAt,
      });
      const waiting = Array.from({ length: 12 }, (_, index) =>
        timed(debit(server.url, stuckId, `stuck-${index}`)),
      );
      const served = await Promise.all(
        healthy.map((id, index) => timed(debit(server.url, id, `healthy-${index}`))),
      );
      expect(new Set(served.map(({ status }) => status))).toEqual(new Set([201]));
      // Two lock waits of the batch, and then alone. Whoever comes later is not in a batch with the stuck one at all.
      expect(Math.max(...served.map(({ ms }) => ms))).toBeLessThan(5_500);
      const again = performance.now();
      const late = debit(server.url, stuckId, 'stuck-late');
      expect((await debit(server.url, healthy[0]!, 'healthy-late')).status).toBe(201);
      expect(performance.now() - again).toBeLessThan(1_000);

      const stopped = server.kill('SIGTERM');
      expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([500]));
      expect(Math.max(...(await Promise.all(waiting)).map(({ ms }) => ms))).toBeLessThan(10_000);
      expect((await late).status).toBe(500);
      expect(await stopped).toEqual({ code: 0, signal: null });
      holder.destroy();
    });
  });
} else {
  describe('a SQLite disk that is full', () => {
    let server: RunningApp;
    beforeAll(async () => {
      server = await startApp();
    });
    afterAll(() => server.stop());

    it('is 500/1001; when there is room again, service goes on and nothing acknowledged is lost', async () => {
      const { url } = server;
      const dataSource = server.app.get(DataSource);
      const [{ page_count: pages } = { page_count: 0 }] =
        await dataSource.query<{ page_count: number }[]>('PRAGMA page_count');
      const limitTo = (count: number): Promise<unknown> =>
        dataSource.query(`PRAGMA max_page_count = ${count}`);
      await limitTo(pages + 12);
      const load = new Load([url], 8);
      await until(() => load.heard.some((one) => 'answer' in one && one.answer.status === 500));
      await sleep(200);
      const full = load.opened.length;
      await limitTo(1_000_000);
      await until(() => load.opened.length > full + 100);
      await load.stop();
      expect(full).toBeGreaterThan(10);
      expect(new Set(load.heard.map((one) => ('answer' in one ? one.answer.status : 0)))).toEqual(
        new Set([201, 500]),
      );
      expect(await missingIds(server.database.url, load.opened)).toEqual([]);
      const count = async (): Promise<number | undefined> =>
        (await query<{ n: number }>(server.database.url, 'SELECT COUNT(*) AS n FROM sessions'))[0]?.n;
      expect(await count()).toBe(load.opened.length);
      // A transaction that fails after that is rolled back whole, and the next one is committed.
      const wallet = { walletId: WALLET_ID, playerId: 'p', currency: 'BRL' };
      expect((await callOperator(url, 'POST', '/operator/wallets', wallet)).status).toBe(409);
      expect((await openSession(url, WALLET_ID)).status).toBe(201);
      expect(await count()).toBe(load.opened.length + 1);
    });
  });
}
