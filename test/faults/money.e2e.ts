import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, ENGINE, query } from '../support/databases.js';
import {
  type Answer,
  credit,
  debit,
  openFundedSession,
  rollback,
  totalOf,
  callOperator,
} from '../support/gpas.js';
import { sleep, until } from '../support/load.js';
import { MysqlServer } from '../support/mysql-server.js';
import { rounds } from '../support/rounds.js';
import { ServerProcess, type StartedServer, startServer } from '../support/server.js';
import { TcpProxy, type Verdict } from '../support/tcp-proxy.js';
import { verifyLedger } from '../support/verify-ledger.js';

/** One call of GPAS's, sent again and again until it is settled, as GPAS does. */
interface Settled {
  readonly reference: string;
  readonly walletId: string;
  /** In minor units: what the wallet must have lost or won. */
  readonly deltaMinor: number;
  readonly answer: Answer;
}

const WALLETS = ['a', 'b', 'c', 'd'];
/** On SQLite the server is the database as well; MariaDB and MySQL, each a run of its own, make up the same number. */
const KILLS = rounds(ENGINE === 'mysql' ? 3 : 6);
const DATABASE_KILLS = rounds(3);
const CUTS = rounds(10);

/** GPAS's side under failures: bets, wins and rollbacks, each retried until it has an answer below 500. */
class Gpas {
  readonly settled: Settled[] = [];
  url = '';
  private stopped = false;
  private clients: Promise<void>[] = [];
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

  constructor(private readonly sessionIds: Record<string, string>) {}

  start(clients: number): void {
    this.clients = Array.from({ length: clients }, (_, client) => this.play(client));
  }

  /** Returns when this many more calls are settled. */
  async playOn(count: number): Promise<void> {
    const goal = this.settled.length + count;
    await until(() => this.settled.length >= goal);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
    this.agent.destroy();
  }

  private async play(client: number): Promise<void> {
    const options = { agent: this.agent };
    for (let turn = 0; !this.stopped; turn += 1) {
      const walletId = WALLETS[(client + turn) % WALLETS.length]!;
      const id = this.sessionIds[walletId]!;
      const name = `${client}-${turn}`;
      await this.settle(`bet-${name}`, walletId, -100, (reference) =>
        debit(this.url, id, reference, { value: 1 }, options),
      );
      if (turn % 3 === 0) {
        await this.settle(`win-${name}`, walletId, 200, (reference) =>
          credit(this.url, id, reference, { value: '2.00' }, options),
        );
      } else if (turn % 3 === 1) {
        await this.settle(`back-${name}`, walletId, 100, (reference) =>
          rollback(this.url, id, reference, `bet-${name}`, options),
        );
      }
    }
  }

  private async settle(
    reference: string,
    walletId: string,
    deltaMinor: number,
    call: (reference: string) => Promise<Answer>,
  ): Promise<void> {
    for (;;) {
      const answer = await call(reference).catch(() => undefined);
      if (answer && answer.status < 500) {
        this.settled.push({ reference, walletId, deltaMinor, answer });
        return;
      }
      await sleep(100); // a start in the meantime needs the processor more
    }
  }
}

/** Every settled call is in the ledger once, nothing else is, and the wallets have what that makes. */
async function expectExact(databaseUrl: string, gpas: Gpas): Promise<void> {
  expect(await verifyLedger(databaseUrl)).toMatchObject({ code: 0 });
  // Booked at once, or booked by a try whose answer was lost: the next one is then told 1003.
  const wrong = gpas.settled.filter(({ answer }) => answer.status >= 400 && !answer.text.includes('1003'));
  expect(wrong).toEqual([]);
  const rows = await query<{ external_reference: string }>(
    databaseUrl,
    `SELECT external_reference FROM movements WHERE parent_system_id = 'BL13GT'`,
  );
  expect(rows.map((row) => row.external_reference).sort()).toEqual(
    gpas.settled.map(({ reference }) => reference).sort(),
  );
  for (const walletId of WALLETS) {
    const expected = gpas.settled
      .filter((one) => one.walletId === walletId)
      .reduce((sum, { deltaMinor }) => sum + deltaMinor, 1_000_000_00);
    const [wallet] = await query<{ total: number }>(
      databaseUrl,
      'SELECT real_minor + bonus_minor AS total FROM wallets WHERE id = ?',
      [walletId],
    );
    expect(Number(wallet?.total)).toBe(expected);
  }
}

async function fundedSessions(url: string): Promise<Record<string, string>> {
  const ids = await Promise.all(
    WALLETS.map(
      async (walletId) => [walletId, await openFundedSession(url, walletId, { real: 1_000_000 })] as const,
    ),
  );
  return Object.fromEntries(ids);
}

describe(`the server killed with -9 at random moments under load, ${KILLS} times`, () => {
  it('leaves every settled movement there once, and nothing else', async () => {
    const database = await createTestDatabase();
    let server = await ServerProcess.start(database.url);
    const gpas = new Gpas(await fundedSessions(server.url));
    gpas.url = server.url;
    gpas.start(16);
    for (let round = 0; round < KILLS; round += 1) {
      await gpas.playOn(8);
      await sleep(Math.random() * 100);
      await server.kill('SIGKILL');
      server = await ServerProcess.start(database.url);
      gpas.url = server.url;
    }
    await gpas.stop();
    await server.kill('SIGTERM');
    await expectExact(database.url, gpas);
    await database.drop();
  }, 600_000);
});

if (ENGINE === 'mysql') {
  describe('the database', () => {
    let mysql: MysqlServer;
    beforeAll(async () => {
      mysql = await MysqlServer.start();
    });
    afterAll(() => mysql.destroy());

    it(`killed at random moments under load, ${DATABASE_KILLS} times: every settled movement is there once`, async () => {
      const url = await mysql.createDatabase();
      const server = await startServer(url);
      const gpas = new Gpas(await fundedSessions(server.url));
      gpas.url = server.url;
      gpas.start(16);
      for (let round = 0; round < DATABASE_KILLS; round += 1) {
        await gpas.playOn(25);
        await sleep(Math.random() * 300);
        await mysql.kill();
        await mysql.startAgain();
      }
      await gpas.playOn(25);
      await gpas.stop();
      await server.stop();
      await expectExact(url, gpas);
    }, 600_000);

    describe('with a commit whose answer is cut off by a proxy', () => {
      let proxy: TcpProxy;
      let server: StartedServer;
      beforeAll(async () => {
        const url = await mysql.createDatabase();
        proxy = await TcpProxy.start(mysql.port);
        server = await startServer(url.replace(`:${mysql.port}/`, `:${proxy.port}/`));
      });
      afterAll(async () => {
        await server.stop();
        await proxy.close();
      });

      const cutNextCommit = (verdict: Verdict): void => {
        proxy.onClientData = (chunk) => {
          if (!chunk.includes('COMMIT')) return 'forward';
          proxy.onClientData = () => 'forward';
          return verdict;
        };
      };

      it.each<Verdict>(['cut-before', 'cut-after'])(
        `%s, ${CUTS} times for every kind: the answer is true, and a repeat settles it`,
        async (verdict) => {
          const { url } = server;
          const walletId = `cut-${verdict}`;
          const id = await openFundedSession(url, walletId, { real: 1_000 });
          for (let round = 0; round < CUTS; round += 1) {
            const name = `${verdict}-${round}`;
            const calls: [string, () => Promise<Answer>, number][] = [
              ['bet', () => debit(url, id, `bet-${name}`), 201],
              ['win', () => credit(url, id, `win-${name}`), 201],
              ['back', () => rollback(url, id, `back-${name}`, `bet-${name}`), 200],
              [
                'deposit',
                () =>
                  callOperator(url, 'POST', `/operator/wallets/${walletId}/deposits`, {
                    externalReference: `deposit-${name}`,
                    value: 1,
                    subWallet: 'BONUS',
                  }),
                201,
              ],
            ];
            for (const [kind, call, status] of calls) {
              cutNextCommit(verdict);
              const answer = await call();
              const again = await call();
              expect({ kind, status: answer.status, again: again.text.slice(0, 12) }).toEqual({
                kind,
                status,
                again: '{"code":1003',
              });
            }
          }
          // Each round: bet and rollback cancel out, a win of 10 and a deposit of 1 stay.
          expect(await totalOf(url, walletId)).toBe(1_000 + CUTS * 11);
        },
        600_000,
      );
    });
  });
}
