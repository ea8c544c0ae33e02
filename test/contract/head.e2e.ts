import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type http from 'node:http';
import { errorOf } from '../support/answers.js';
import { ModulesContainer, UnitOfWork } from '../support/application.js';
import { type Answer, callSigned, debit, openFundedSession, OPERATOR_KEY, send } from '../support/gpas.js';
import { makeKey } from '../support/operator.js';
import { registeredRoutes, type Route, statedAccess } from '../support/routes.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
let session: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
  session = await openFundedSession(url, 'headed');
  for (let index = 0; index < 5; index += 1) await debit(url, session, `bet-${index}`);
});
afterAll(() => server.stop());

const day = new Date().toISOString().slice(0, 10);
/** What a route needs in its query to answer 200. */
const QUERIES: Record<string, string> = {
  '/reconciliation': `?date_from=${day}&date_to=${day}`,
  '/operator/reconciliation': `?date=${day}`,
  '/operator/reconciliation/sessions': `?date=${day}&gameId=agt-54&currency=EUR`,
};

const targetOf = (path: string): string =>
  path.replace(':walletId', 'headed').replace(/:\w+/g, 'x') + (QUERIES[path] ?? '');

function ask(method: string, path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
  if (path.startsWith('/wallets/')) return callSigned(url, method, path, `walletSessionId=${session}`);
  return send(url, {
    method,
    target: targetOf(path),
    headers: { authorization: `Bearer ${OPERATOR_KEY}`, ...headers },
  });
}

const routesOf = (...methods: string[]): Route[] =>
  registeredRoutes(server.app).filter(({ method }) => methods.includes(method));

/** Of an answer, what does not differ from call to call. */
function lasting({ headers }: Answer, path: string): http.IncomingHttpHeaders {
  const { date: _, 'x-request-id': __, 'transfer-encoding': ___, ...rest } = headers;
  if (path !== '/metrics') return rest;
  const { 'content-length': ____, ...others } = rest; // what is measured moves on
  return others;
}

describe('HEAD of every route that has GET', () => {
  it('answers the status and the headers of GET, and no body', async () => {
    expect(routesOf('GET').length).toBeGreaterThan(15);
    for (const { path } of routesOf('GET')) {
      const [get, head] = [await ask('GET', path), await ask('HEAD', path)];
      expect([path, head.status, head.text]).toEqual([path, get.status, '']);
      expect([path, lasting(head, path)]).toEqual([path, lasting(get, path)]);
      expect(head.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(get.text).not.toBe('');
    }
  });

  it('asks who is calling, as GET does', async () => {
    const stated = statedAccess(server.app);
    const { key } = await makeKey(url, ['write']);
    for (const { path } of routesOf('GET')) {
      const caller = stated.get(`GET ${path}`)?.caller;
      const unnamed = await send(url, { method: 'HEAD', target: targetOf(path) });
      const status = { gpas: 400, 'back-office': 401, anybody: 200 }[caller ?? 'anybody'];
      expect([path, unnamed.status, unnamed.text]).toEqual([path, status, '']);
      if (caller !== 'back-office') continue;
      expect((await ask('HEAD', path, { authorization: `Bearer ${key}` })).status).toBe(403);
    }
    const forged = await callSigned(url, 'HEAD', '/wallets/balance', `walletSessionId=${session}`, {
      secretKey: 'wrong',
    });
    expect([forged.status, forged.text]).toEqual([400, '']);
  });

  it('of Balance is signed over the query, and of a session that is not there is no 200', async () => {
    const known = await callSigned(url, 'HEAD', '/wallets/my/balance', `walletSessionId=${session}`);
    expect([known.status, Number(known.headers['content-length']) > 0]).toEqual([200, true]);
    const unknown = await callSigned(url, 'HEAD', '/wallets/balance', 'walletSessionId=not-there');
    expect(unknown.status).toBe(400);
  });

  it('of the documentation is answered too', async () => {
    for (const target of ['/docs', '/docs/openapi.json', '/docs/openapi.yaml']) {
      const { status, text } = await send(url, { method: 'HEAD', target });
      expect([target, status, text]).toEqual([target, 200, '']);
    }
  });

  it('of an export reads no movement', async () => {
    const reads = jest.spyOn(server.app.get(UnitOfWork), 'readGently');
    const head = await ask('HEAD', '/operator/movements/export');
    expect([head.status, reads.mock.calls.length]).toEqual([200, 0]);
    expect(head.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="movements.csv"',
    });
    const get = await ask('GET', '/operator/movements/export');
    expect(reads.mock.calls.length).toBeGreaterThan(0);
    expect(get.text.split('\r\n').length).toBeGreaterThan(6);
    reads.mockRestore();
  });
});

describe('An interceptor', () => {
  it('stands on the routes that need one, and not before every call', () => {
    const tokens = [...server.app.get(ModulesContainer).values()].flatMap(({ providers }) => [
      ...providers.keys(),
    ]);
    expect(tokens.length).toBeGreaterThan(50);
    expect(tokens.map(String).filter((token) => token.startsWith('APP_INTERCEPTOR'))).toEqual([]);
  });
});

describe('HEAD of a route without GET', () => {
  it('is a wrong method', async () => {
    const gets = new Set(routesOf('GET').map(({ path }) => path));
    const others = routesOf('POST', 'PATCH', 'PUT', 'DELETE').filter(({ path }) => !gets.has(path));
    expect(others.length).toBeGreaterThan(10);
    for (const { path } of others) {
      const answer = await ask('HEAD', path);
      expect([path, answer.status, answer.text]).toEqual([path, 404, '']);
    }
    expect(errorOf(await send(url, { method: 'GET', target: '/sessions' }))).toBe('404/1010 NOT_FOUND');
  });
});
