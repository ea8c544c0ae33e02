import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, createLogger, FailedSignatures, loadConfig } from '../support/application.js';
import { ENGINE, query } from '../support/databases.js';
import { callOperator, send } from '../support/gpas.js';
import { until } from '../support/load.js';
import { SECRETS_KEY } from '../support/parent-systems.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Row {
  readonly incidentId: string;
  readonly times: number;
  readonly [name: string]: unknown;
}

const { logger, lines } = recordLog('debug');
let server: RunningApp;
beforeAll(async () => {
  server = await startApp({ logger });
  for (const id of ['burst', 'flood', 'both', 'stopped']) {
    const { status } = await callOperator(server.url, 'POST', '/operator/parent-systems', { id, name: id });
    expect(status).toBe(201);
  }
});
afterAll(() => server.stop());

async function sendWrong(parentSystemId: string, times: number): Promise<void> {
  const headers = { 'x-parent-system-id': parentSystemId, 'x-signature': 'A'.repeat(40) };
  const answers = await Promise.all(
    Array.from({ length: times }, () =>
      send(server.url, { method: 'GET', target: '/wallets/balance?walletSessionId=x', headers }),
    ),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text.slice(0, 12)}`)).size).toBe(1);
}

/** Of one parent system; two where the hour has just ended. */
async function incidentsOf(parentSystemId: string): Promise<Row[]> {
  const { body } = await callOperator(server.url, 'GET', '/operator/incidents?kind=SIGNATURE_FAILURES');
  return (body as { data: Row[] }).data.filter((row) => row['parentSystemId'] === parentSystemId);
}
const timesOf = async (parentSystemId: string): Promise<number> =>
  (await incidentsOf(parentSystemId)).reduce((sum, { times }) => sum + times, 0);

describe('failed signatures', () => {
  it('are no incident while they are few, nor in the name of nobody', async () => {
    await sendWrong('burst', 9);
    await sendWrong('nobody', 25);
    expect(await incidentsOf('burst')).toEqual([]);
    expect(await incidentsOf('nobody')).toEqual([]);
  });

  it('become one when they are many, which says whose name was used and from where', async () => {
    await sendWrong('burst', 1);
    await until(async () => (await timesOf('burst')) === 10);
    const [incident] = await incidentsOf('burst');
    expect(incident).toMatchObject({
      kind: 'SIGNATURE_FAILURES',
      status: 'OPEN',
      externalReference: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d$/),
      callerAddress: expect.stringContaining('127.0.0.1'),
      movementKind: null,
      walletId: null,
      answer: 'SIGNATURE_FAILED',
    });
    expect(
      lines.filter((line) => line.includes('SIGNATURE_FAILURES: 10 calls in the name of burst')),
    ).toHaveLength(1);
    const { text } = await callOperator(server.url, 'GET', '/metrics');
    expect(text).toMatch(/oas_incidents_total\{kind="SIGNATURE_FAILURES"\} [1-9]/);
  });

  it('are sampled when they are a flood', async () => {
    await sendWrong('flood', 250);
    await until(async () => (await timesOf('flood')) === 100);
    expect((await incidentsOf('flood')).length).toBeLessThanOrEqual(2);
    expect(lines.filter((line) => line.includes('in the name of flood'))).toHaveLength(2);
  });

  it('are resolved with a note, and never with money', async () => {
    const [incident] = await incidentsOf('burst');
    const resolve = (body: object) =>
      callOperator(server.url, 'POST', `/operator/incidents/${incident?.incidentId ?? ''}/resolve`, body);
    expect(await resolve({ note: 'paid?', post: true })).toMatchObject({ status: 400, body: { code: 1010 } });
    expect(await resolve({ note: 'their secret was old' })).toMatchObject({
      status: 200,
      body: { status: 'RESOLVED' },
    });
  });

  it('of the last moment are kept before the server stops', async () => {
    const stopping = await startApp();
    const failed = stopping.app.get(FailedSignatures);
    for (let count = 0; count < 10; count += 1) failed.note('stopped', '192.0.2.1');
    await stopping.app.close();
    const rows = await query<{ times: number }>(stopping.database.url, `SELECT times FROM incidents`);
    await stopping.database.drop();
    expect(rows.map(({ times }) => times)).toEqual([10]);
  });

  // Two servers on one file are refused on SQLite.
  const servers = ENGINE === 'mysql' ? 2 : 1;
  it(`at ${servers} servers at once are counted together`, async () => {
    const others = await Promise.all(
      Array.from({ length: servers - 1 }, async () => {
        const env = {
          NODE_ENV: 'test',
          LOG_LEVEL: 'silent',
          DATABASE_URL: server.database.url,
          SECRETS_KEY,
        };
        const app = await createApp(loadConfig(env), createLogger('silent'));
        return app.init();
      }),
    );
    const all = [server.app, ...others].map((app) => app.get(FailedSignatures));
    for (let count = 0; count < 10; count += 1) for (const failed of all) failed.note('both', '2001:db8::1');
    await until(async () => (await timesOf('both')) === 10 * servers);
    expect((await incidentsOf('both')).length).toBeLessThanOrEqual(2);
    for (const app of others) await app.close();
  });
});
