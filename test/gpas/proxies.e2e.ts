import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf, leftOf } from '../support/answers.js';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { freePort } from '../support/free-port.js';
import {
  balance,
  callOperator,
  callSigned,
  callWithBody,
  closeSession,
  credit,
  debit,
  openFundedSession,
  openSession,
  OPERATOR_KEY,
  rollback,
  send,
  sessionIdOf,
  totalOf,
} from '../support/gpas.js';
import { until } from '../support/load.js';
import { insertManyBets } from '../support/many-movements.js';
import { registerParentSystem, signedBy } from '../support/parent-systems.js';
import { FrontProxy, obstacleOf, PROXIES, type ProxyName } from '../support/proxies.js';
import { exchange } from '../support/raw-http.js';
import { ServerProcess } from '../support/server.js';

/*
 * docs/proxies.md: its configurations, run by the programs that they are for.
 */

const BASE_PATH = '/casino/oas';
const EXPORTED = 4_000;

let database: TestDatabase;
let port: number;
let server: ServerProcess;
const startServer = (): Promise<ServerProcess> =>
  ServerProcess.start(database.url, { PORT: String(port), TRUSTED_PROXIES: '127.0.0.1', BASE_PATH });

beforeAll(async () => {
  database = await createTestDatabase();
  port = await freePort();
  server = await startServer();
  await openFundedSession(server.url, 'exported');
  await insertManyBets(database.url, {
    name: 'old',
    walletId: 'exported',
    count: EXPORTED,
    at: '2020-01-01 12:00:00.000',
  });
});
afterAll(async () => {
  await server.kill('SIGTERM');
  await database.drop();
});

/** Calls that come from this address of loopback. */
const from = (localAddress: string): { agent: http.Agent } => ({ agent: new http.Agent({ localAddress }) });

const GONE: Record<ProxyName, number> = { nginx: 502, haproxy: 503 };

for (const name of PROXIES) {
  const obstacle = obstacleOf(name);
  if (obstacle === undefined) describe(`behind ${name}`, () => behind(name));
  else if (process.env['CI'] === 'true') it(`${name} is installed`, () => expect(obstacle).toBeUndefined());
  else describe.skip(`behind ${name}, ${obstacle}`, () => behind(name));
}

function behind(name: ProxyName): void {
  let proxy: FrontProxy;
  let url: string;
  beforeAll(async () => {
    proxy = await FrontProxy.start(name, { ports: [port] });
    ({ url } = proxy);
  });
  afterAll(() => proxy.stop());

  it('a player plays, over kept connections', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    await openFundedSession(url, `plays-${name}`);
    const session = sessionIdOf(await openSession(url, `plays-${name}`, { agent }));
    const left = leftOf(await debit(url, session, `${name}-bet`, { value: '30' }, { agent }));
    expect(left).toBe(70);
    const win = { value: 5.5, extra: { description: 'Gewinn für José 🎰 + 100 %' } };
    expect(leftOf(await credit(url, session, `${name}-win`, win, { agent }))).toBe(75.5);
    expect(leftOf(await rollback(url, session, `${name}-back`, `${name}-bet`, { agent }))).toBe(105.5);
    expect(errorOf(await debit(url, session, `${name}-bet`, { value: '30' }, { agent }))).toBe(
      '400/1003 DUPLICATE_TX_ID',
    );
    expect(leftOf(await balance(url, session, { agent }))).toBe(105.5);
    const closed = await closeSession(url, session, { agent });
    expect([closed.status, closed.text]).toEqual([200, '']);
    expect(errorOf(await balance(url, session, { agent }))).toBe('400/1004 INVALID_WALLET_SESSION');
    agent.destroy();
  });

  it.each([
    ['escapes, a plus and what is not ASCII', 'a=1+2&b=%20%2B%25&c=%C3%A9%F0%9F%8E%B0'],
    ['order, repeats and nothing', 'b=2&a=1&a=1&&c=&d'],
    ['what looks like a path', 'x=/../%2e%2e//a/%2F?y=//'],
    ['escapes of what needs none', 'x=%7e~%7E&q=%26%3D%3f'],
    ['signs', "x='a'(b)*!$,;:@"],
    ['4 KB', `long=${'a%2F'.repeat(1_000)}`],
  ])('the query passes as it was signed: %s', async (_, odd) => {
    const session = sessionIdOf(await openSession(url, 'exported'));
    for (const query of [`walletSessionId=${session}&${odd}`, `${odd}&walletSessionId=${session}`])
      expect((await callSigned(url, 'GET', '/wallets/balance', query)).status).toBe(200);
  });

  it('refusals are ours, each with its id, which stands in the log of the proxy', async () => {
    const session = await openFundedSession(url, `refused-${name}`);
    const refused = [
      await balance(url, session, { secretKey: 'wrong' }),
      await send(url, { method: 'GET', target: '/nowhere?x=%2f' }),
      await callWithBody(url, 'POST', `/movements/debit?walletSessionId=${session}`, 'x'.repeat(17_000)),
      await callOperator(url, 'POST', '/operator/wallets', { walletId: 'x'.repeat(17_000) }),
      await openSession(url, `refused-${name}`, { headers: { authorization: 'Bearer none' } }),
      await callSigned(url, 'DELETE', '/wallets/balance', `walletSessionId=${session}`),
    ];
    expect(refused.map(errorOf)).toEqual([
      '400/1006 SIGNATURE_FAILED',
      '404/1010 NOT_FOUND',
      '413/1010 PAYLOAD_TOO_LARGE',
      '413/1010 PAYLOAD_TOO_LARGE',
      '401/1010 INVALID_AUTH_TOKEN',
      '404/1010 NOT_FOUND',
    ]);
    for (const { headers } of refused)
      await until(() => proxy.log.includes(String(headers['x-request-id'])), 5_000);
  });

  it('a body in chunks beyond the limit is 413 in our form', async () => {
    const head = `POST /operator/wallets HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${OPERATOR_KEY}\r\n`;
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    const text = await exchange(url, [
      `${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`,
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('"type":"PAYLOAD_TOO_LARGE"');
  });

  it('HEAD is answered as GET, without a body', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const head = (target: string) => send(url, { method: 'HEAD', target }, agent);
    const answers = [await head('/health/ready'), await head('/nowhere'), await head('/docs')];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ''],
      [404, ''],
      [200, ''],
    ]);
    agent.destroy();
  });

  it("allowedAddresses are the callers', and nobody names his own", async () => {
    const system = await registerParentSystem(url, { allowedAddresses: ['127.0.0.2'] });
    const open = (address: string, headers: Record<string, string> = {}) =>
      openSession(url, 'exported', { ...signedBy(system), ...from(address), headers });
    expect(errorOf(await open('127.0.0.2'))).toBe('201');
    expect(errorOf(await open('127.0.0.3'))).toBe('403/1010 FORBIDDEN');
    for (const forged of ['127.0.0.2', '127.0.0.2, 127.0.0.1', '127.0.0.2:80'])
      expect(errorOf(await open('127.0.0.3', { 'x-forwarded-for': forged }))).toBe('403/1010 FORBIDDEN');
    expect(errorOf(await open('127.0.0.2', { 'x-forwarded-for': '127.0.0.3' }))).toBe('201');
  });

  it('the back office works, and an export comes whole', async () => {
    const target = '/operator/movements/export?gameId=old';
    const [direct, through] = [
      await callOperator(server.url, 'GET', target),
      await callOperator(url, 'GET', target),
    ];
    expect(through.status).toBe(200);
    expect(through.text.split('\r\n')).toHaveLength(EXPORTED + 2);
    expect(through.text === direct.text).toBe(true);
    expect(errorOf(await send(url, { method: 'GET', target }))).toBe('401/1010 UNAUTHORIZED');
  });

  it('a caller who leaves in the middle of his answer ends it on the server too', async () => {
    const headers = { authorization: `Bearer ${OPERATOR_KEY}` };
    const before = server.output.length;
    const asking = http.get(`${url}/operator/movements/export?gameId=old`, { headers, agent: false });
    const [answer] = (await once(asking, 'response')) as [http.IncomingMessage];
    await once(answer, 'data');
    asking.on('error', () => undefined).destroy();
    const isEnded = (line: string): boolean => line.includes('/export') && line.includes('"aborted"');
    await until(() => server.output.slice(before).some(isEnded), 10_000);
  });

  it('a caller who leaves behind his bet, and asks again, is charged once', async () => {
    const walletId = `leaves-${name}`;
    const session = await openFundedSession(url, walletId);
    const bet = (): Promise<unknown> => debit(url, session, `${name}-left`, { value: '1' });
    const leaving = new http.Agent({ keepAlive: true });
    const left = debit(url, session, `${name}-left`, { value: '1' }, { agent: leaving });
    setTimeout(() => leaving.destroy(), 2);
    await Promise.allSettled([left]);
    await bet();
    expect(await totalOf(url, walletId)).toBe(99);
  });

  it('BASE_PATH may be left before the path, or taken away', async () => {
    const taking = await FrontProxy.start(name, { ports: [port], isPathTaken: true });
    try {
      const session = await openFundedSession(url, `path-${name}`);
      const query = `walletSessionId=${session}&x=${BASE_PATH}/%2F`;
      expect((await debit(url, session, `${name}/../bet`)).status).toBe(201);
      for (const one of [url, taking.url]) {
        expect((await callSigned(one, 'GET', `${BASE_PATH}/wallets/balance`, query)).status).toBe(200);
        expect((await callSigned(one, 'GET', '/wallets/balance', query)).status).toBe(200);
        const story = `${BASE_PATH}/operator/movements/references/${name}%2F..%2fbet`;
        expect((await callOperator(one, 'GET', story)).status).toBe(200);
      }
      const twice = { method: 'GET', target: `${BASE_PATH}${BASE_PATH}/health/live` };
      expect((await send(url, twice)).status).toBe(404);
      expect((await send(taking.url, twice)).status).toBe(200);
    } finally {
      await taking.stop();
    }
  });

  it('the back office and the documentation can be kept for the operator', async () => {
    const kept = await FrontProxy.start(name, { ports: [port], operatorAddress: '127.0.0.9' });
    const statusOf = async (address: string, target: string) =>
      (await send(kept.url, { method: 'GET', target }, from(address).agent)).status;
    try {
      for (const path of ['/docs', '/docs/openapi.json', `${BASE_PATH}/docs`]) {
        expect([path, await statusOf('127.0.0.9', path)]).toEqual([path, 200]);
        expect([path, await statusOf('127.0.0.8', path)]).toEqual([path, 403]);
      }
      for (const path of ['/operator/wallets', '/metrics', `${BASE_PATH}/operator/audit`]) {
        expect([path, await statusOf('127.0.0.9', path)]).toEqual([path, 401]);
        expect([path, await statusOf('127.0.0.8', path)]).toEqual([path, 403]);
      }
      for (const path of [
        '//operator/wallets',
        '/./operator/wallets',
        '/%6fperator/wallets',
        '/OPERATOR/wallets',
      ])
        expect([path, await statusOf('127.0.0.8', path)]).toEqual([
          path,
          name === 'nginx' && path !== '/OPERATOR/wallets' ? 403 : 404,
        ]);
      expect(await statusOf('127.0.0.8', '/health/ready')).toBe(200);
      expect(await statusOf('127.0.0.8', '/wallets/balance?walletSessionId=x')).toBe(400);
    } finally {
      await kept.stop();
    }
  });

  it('what a server was sent that goes without an answer is sent to no other', async () => {
    const heard: string[] = [];
    const going = await Promise.all(
      [1, 2].map(async () => {
        const listening = net.createServer((socket) => {
          socket.on('error', () => undefined);
          socket.on('data', (chunk: Buffer) => {
            const text = chunk.toString();
            if (text.includes('/health/ready'))
              return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
            heard.push(text);
            socket.resetAndDestroy();
          });
        });
        await once(listening.listen(0, '127.0.0.1'), 'listening');
        return listening;
      }),
    );
    const [first, second] = going.map((one) => (one.address() as AddressInfo).port);
    const other = await FrontProxy.start(name, { ports: [first!, second!] });
    try {
      for (let bet = 1; bet <= 4; bet += 1) {
        expect((await debit(other.url, 'none', `${name}-${bet}`)).status).toBe(502);
        expect(heard).toHaveLength(bet);
      }
      expect((await balance(other.url, 'none')).status).toBe(502);
      expect(heard).toHaveLength(5);
    } finally {
      await other.stop();
      going.forEach((one) => one.close());
    }
  });

  it('connections to the server are kept', async () => {
    const connections = new Set<net.Socket>();
    const upstream = http.createServer((request, response) => {
      if (request.url !== '/health/ready') connections.add(request.socket);
      response.end();
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    const other = await FrontProxy.start(name, { ports: [(upstream.address() as AddressInfo).port] });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let calls = 0; calls < 20; calls += 1) await send(other.url, { method: 'GET', target: '/' }, agent);
    agent.destroy();
    await other.stop();
    upstream.close();
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  it(`a server that is gone is ${GONE[name]}, and calls go on when it is back`, async () => {
    const session = await openFundedSession(url, `gone-${name}`);
    await server.kill();
    expect((await debit(url, session, `${name}-gone`, { value: '1' })).status).toBe(GONE[name]);
    server = await startServer();
    await until(
      async () => (await send(url, { method: 'GET', target: '/health/ready' })).status === 200,
      30_000,
    );
    expect((await debit(url, session, `${name}-gone`, { value: '1' })).status).toBe(201);
    expect((await balance(url, session)).body).toMatchObject({ leftBalance: 99 });
  });
}
