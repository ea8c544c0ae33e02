import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http, { type Server } from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  Controller,
  Get,
  Module,
  PublicRoute,
  ReconciliationService,
  StreamableFile,
  UnitOfWork,
} from '../support/application.js';
import { query } from '../support/databases.js';
import {
  callSigned,
  callWithBody,
  openFundedSession,
  OPERATOR_KEY,
  PARENT_SYSTEM_ID,
  SECRET_KEY,
  signatureOf,
} from '../support/gpas.js';
import { sleep, until } from '../support/load.js';
import { exchange, signedDebit } from '../support/raw-http.js';
import { recordLog } from '../support/recorded-log.js';
import { type RunningApp, startApp } from '../support/server.js';

const CLOSE = 'Connection: close';

/** A file without end, as an export is one to a caller who does not read it. */
const MUCH = 'x'.repeat(65_536);
let isFileOver = false;
@Controller('endless')
class EndlessController {
  @Get()
  @PublicRoute()
  file(): InstanceType<typeof StreamableFile> {
    return new StreamableFile(Readable.from(this.parts()));
  }

  async *parts(): AsyncGenerator<string> {
    try {
      for (;;) {
        await sleep(0);
        yield MUCH;
      }
    } finally {
      isFileOver = true;
    }
  }
}
@Module({ controllers: [EndlessController] })
class EndlessModule {}

let server: RunningApp;
let httpServer: Server;
let sessionId: string;
const { logger, lines } = recordLog('info');
beforeAll(async () => {
  server = await startApp({ logger, modules: [EndlessModule] });
  httpServer = server.app.getHttpServer();
  sessionId = await openFundedSession(server.url, 'w', { real: 10_000 });
});
afterAll(() => server.stop());

const statusesIn = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);
const connections = (): Promise<number> =>
  new Promise((resolve) => httpServer.getConnections((_, count) => resolve(count)));

/** The references booked on the wallet, in its order. */
async function bookedOf(prefix: string): Promise<string[]> {
  const rows = await query<{ external_reference: string }>(
    server.database.url,
    'SELECT external_reference FROM movements WHERE external_reference LIKE ? ORDER BY seq',
    [`${prefix}%`],
  );
  return rows.map((row) => row.external_reference);
}

describe('pipelined calls', () => {
  it('are booked and answered one after another', async () => {
    const references = ['a', 'b', 'c', 'd', 'e'].map((name) => `pipelined-${name}`);
    const bets = references.map((reference) => signedDebit(sessionId, reference));
    const last = `GET /health/live HTTP/1.1\r\nHost: localhost\r\n${CLOSE}\r\n\r\n`;
    const text = await exchange(server.url, [bets.join('') + last]);
    expect(statusesIn(text)).toEqual(['201', '201', '201', '201', '201', '200']);
    const left = [...text.matchAll(/"status":"OK".*?"leftBalance":(\d+)/g)].map(([, amount]) =>
      Number(amount),
    );
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(await bookedOf('pipelined-')).toEqual(references);
  });

  it('of GPAS begin before those of others, where they come at the same time', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    // Signed, and answered without the database.
    const ask = (): Promise<{ status: number }> =>
      callWithBody(server.url, 'POST', `/movements/debit?walletSessionId=${sessionId}`, {}, { agent });
    expect((await ask()).status).toBe(400);
    const { port } = httpServer.address() as net.AddressInfo;
    const strangers = Array.from({ length: 30 }, () => net.connect(port, '127.0.0.1'));
    await until(async () => (await connections()) > strangers.length);
    const before = lines.length;
    for (const stranger of strangers) stranger.write('GET /strange HTTP/1.1\r\nHost: x\r\n\r\n');
    await ask();
    await until(() => lines.length > before + strangers.length);
    strangers.forEach((stranger) => stranger.destroy());
    agent.destroy();
    const at = lines.slice(before).findIndex((line) => line.includes('/movements/debit'));
    expect(at).toBeLessThan(15);
  });

  it('by the thousand, never read, leave the server serving, and leave nothing behind', async () => {
    let parsed = 0;
    const count = (): void => void (parsed += 1);
    subscribe('http.server.request.start', count);
    const before = lines.length;
    const { hostname, port } = new URL(server.url);
    // With a key, so that each has its line.
    const request = `GET /operator/wallets?x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${OPERATOR_KEY}\r\n\r\n`;
    const flood = request.repeat(1_700);
    const callers = Array.from({ length: 10 }, () => {
      const socket = net.connect({ port: Number(port), host: hostname }).pause();
      socket.on('error', () => undefined).write(flood);
      return socket;
    });
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await callSigned(server.url, 'GET', '/wallets/balance', `walletSessionId=${sessionId}`);
      expect(answer.status).toBe(200);
    }
    callers.forEach((socket) => socket.resetAndDestroy());
    await until(async () => (await connections()) === 0);
    unsubscribe('http.server.request.start', count);
    // Each that began has its line, so nothing keeps it; of each caller two at most were waiting.
    const begun = lines.length - before;
    expect(begun).toBeGreaterThanOrEqual(5);
    expect(parsed - begun).toBeLessThanOrEqual(2 * callers.length);
  });
});

describe('the target of a request', () => {
  it.each([
    ['GET http://localhost/health/live HTTP/1.1\r\nHost: other', '200'],
    ['GET HTTP://localhost:3000/health/live HTTP/1.1\r\nHost: other', '200'],
    ['GET http://localhost HTTP/1.1\r\nHost: localhost', '404'],
    ['GET http://localhost?x=1 HTTP/1.1\r\nHost: localhost', '404'],
    ['GET http:// HTTP/1.1\r\nHost: localhost', '404'],
    ['GET http://[ HTTP/1.1\r\nHost: localhost', '404'],
    ['GET //#@http:// HTTP/1.1\r\nHost: localhost', '404'],
    ['GET http://a:b:c/health/live HTTP/1.1\r\nHost: localhost', '404'],
    ['GET https:///health/live HTTP/1.1\r\nHost: localhost', '404'],
    ['OPTIONS * HTTP/1.1\r\nHost: localhost', '404'],
    ['GET * HTTP/1.1\r\nHost: localhost', '404'],
    ['GET /health/live HTTP/1.1', '400'],
    ['GET /health/live HTTP/1.1\r\nHost:', '200'],
    ['GET /health/live HTTP/1.0', '200'],
    ['GET /health/ready HTTP/1.0', '200'],
    ['HEAD /health/live HTTP/1.0', '200'],
    ['HEAD /health/ready HTTP/1.1\r\nHost: localhost', '200'],
    ['HEAD http:// HTTP/1.1\r\nHost: localhost', '404'],
  ])('%j is %s, in our form, with its id and its line', async (head, status) => {
    const text = await exchange(server.url, [`${head}\r\n${CLOSE}\r\n\r\n`]);
    expect(statusesIn(text)).toEqual([status]);
    const [, id = 'none'] = /x-request-id: (\S+)/.exec(text) ?? [];
    await until(() => lines.some((line) => line.includes(id)));
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    if (head.startsWith('HEAD')) expect(body).toBe('');
    else expect(body).toMatch(status === '200' ? /^\{"status":"up"\}$/ : /^\{"code":1010,"type":"[A-Z_]+",/);
  });

  it('with a host in front leaves what is signed as it was', async () => {
    const text = `walletSessionId=${sessionId}`;
    const answer = await exchange(server.url, [
      [
        `GET http://localhost/wallets/balance?${text} HTTP/1.1`,
        'Host: localhost',
        `x-parent-system-id: ${PARENT_SYSTEM_ID}`,
        `x-signature: ${signatureOf(text, SECRET_KEY)}`,
        CLOSE,
        '\r\n',
      ].join('\r\n'),
    ]);
    expect(statusesIn(answer)).toEqual(['200']);
  });

  it('whatever it is, is never answered with HTML', async () => {
    const piece = fc.constantFrom(
      ...[
        'http://',
        'https://',
        'ftp://',
        '//',
        '/',
        '[',
        ']',
        '::',
        '@',
        ':',
        '%',
        '%zz',
        '#',
        '?',
        '\\',
        '*',
      ],
      ...['x', '..', '%2e', '%00', ';', '|', '^', '{', 'health/live', 'operator/wallets', '\u00e9', '"', '<'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const head = `GET ${pieces.join('')} HTTP/1.1\r\nHost: localhost\r\n${CLOSE}\r\n\r\n`;
        const text = await exchange(server.url, [head]);
        expect(text).toMatch(/^HTTP\/1\.1 (200|400|401|403|404) /); // 403: a host in front that is none of the demo's
        expect(text).toMatch(/x-request-id: /);
        expect(text).not.toMatch(/text\/html|<html|<!doctype/i);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a caller who ends his side behind his call', () => {
  it('is answered', async () => {
    const text = await exchange(server.url, [signedDebit(sessionId, 'half-closed')], { isEnded: true });
    expect(statusesIn(text)).toEqual(['201']);
    expect(await bookedOf('half-closed')).toEqual(['half-closed']);
  });
});

describe('a body', () => {
  const head = (...headers: string[]): string =>
    [
      'POST /operator/wallets HTTP/1.1',
      'Host: localhost',
      `Authorization: Bearer ${OPERATOR_KEY}`,
      ...headers,
      '\r\n',
    ].join('\r\n');

  it('in chunks beyond the limit is 413 before it ends', async () => {
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`;
    const text = await exchange(server.url, [head('Transfer-Encoding: chunked') + chunk.repeat(3)]);
    expect(statusesIn(text)).toEqual(['413']);
    expect(text).toContain('"type":"PAYLOAD_TOO_LARGE"');
    expect(text).toMatch(/^Connection: close\r$/m);
  });

  it.each(['GET /health/live', 'POST /sessions?walletId=w', 'GET /operator/wallets', 'POST /nowhere'])(
    'of 300 MB, on %s, is not taken, and the connection ends',
    async (line) => {
      const text = await exchange(server.url, [
        `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000000\r\n\r\n${'x'.repeat(50_000)}`,
      ]);
      expect(statusesIn(text)).toHaveLength(1);
    },
  );

  it('that does not come is a 408 in our form', async () => {
    Object.assign(httpServer, { headersTimeout: 100, requestTimeout: 100 });
    const text = await exchange(server.url, [`${head('Content-Length: 100', CLOSE)}{"wallet`]);
    Object.assign(httpServer, { headersTimeout: 10_000, requestTimeout: 30_000 });
    expect(statusesIn(text)).toEqual(['408']);
    expect(text).toContain(
      '{"code":1010,"type":"REQUEST_TIMEOUT","message":"The request did not arrive in time"}',
    );
  });

  it('is asked for where it is read, and only there', async () => {
    const expecting = 'Expect: 100-continue';
    const bet = signedDebit(sessionId, 'expected', [expecting, CLOSE]);
    const at = bet.indexOf('\r\n\r\n') + 4;
    const text = await exchange(server.url, [bet.slice(0, at), bet.slice(at)], { pauseMs: 50 });
    expect(statusesIn(text)).toEqual(['100', '201']);
    const refused = await exchange(server.url, [head('Content-Length: 1000000', expecting)]);
    expect(statusesIn(refused)).toEqual(['413']);
  });
});

describe('a file that nobody reads', () => {
  it('ends, and what makes it', async () => {
    const { timeout } = httpServer;
    httpServer.setTimeout(100);
    const { hostname, port } = new URL(server.url);
    const caller = net.connect({ port: Number(port), host: hostname }).pause();
    caller.on('error', () => undefined).write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => isFileOver);
    httpServer.setTimeout(timeout);
    expect(timeout).toBe(30_000);
    caller.destroy();
  });
});

describe('a report', () => {
  it('is read no further when its caller has gone', async () => {
    const unitOfWork = server.app.get(UnitOfWork);
    const read = unitOfWork.read.bind(unitOfWork);
    const before = lines.length;
    const isGone = (): boolean => lines.slice(before).some((line) => line.includes('"status":"aborted"'));
    const reports = jest.spyOn(server.app.get(ReconciliationService), 'report');
    const reads = jest.spyOn(unitOfWork, 'read').mockImplementationOnce(async (work) => {
      asking.socket?.resetAndDestroy();
      await until(isGone);
      return read(work);
    });
    const day = new Date().toISOString().slice(0, 10);
    const asking = http
      .get(`${server.url}/reconciliation?date_from=${day}&date_to=${day}`, {
        headers: { authorization: `Bearer ${OPERATOR_KEY}` },
        agent: false,
      })
      .on('error', () => undefined);
    await until(() => reports.mock.results.length > 0);
    await Promise.allSettled([reports.mock.results[0]?.value]);
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
    reports.mockRestore();
  });
});
