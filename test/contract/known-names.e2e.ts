import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { errorOf } from '../support/answers.js';
import {
  type Answer,
  balance,
  callOperator,
  callSigned,
  debit,
  openFundedSession,
  send,
} from '../support/gpas.js';
import { callWithKey, contentOf, makeKey } from '../support/operator.js';
import { operationOf, registeredRoutes, type Route, statedAccess } from '../support/routes.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
let document: OpenAPIObject;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
  document = (await send(url, { method: 'GET', target: '/docs/openapi.json' })).body as OpenAPIObject;
});
afterAll(() => server.stop());

const backOfficeRoutes = (): Route[] => {
  const stated = statedAccess(server.app);
  return registeredRoutes(server.app).filter(
    ({ method, path }) => stated.get(`${method} ${path}`)?.caller === 'back-office',
  );
};

const ask = ({ method, path }: Route, query: string): Promise<Answer> =>
  callOperator(
    url,
    method,
    `${path.replace(/:\w+/g, 'nobody')}?${query}`,
    method === 'GET' || method === 'DELETE' ? undefined : {},
  );

const messageOf = ({ body }: Answer): string => (body as { message?: string } | undefined)?.message ?? '';

const documentedNames = ({ method, path }: Route): string[] =>
  (operationOf(document, method, path)?.parameters ?? [])
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => name);

describe('every route of the back office', () => {
  it('refuses a parameter that it does not know, and changes nothing', async () => {
    expect(backOfficeRoutes().length).toBeGreaterThan(25);
    const before = await contentOf(server.database.url);
    for (const route of backOfficeRoutes()) {
      for (const query of [
        'nosuch=1',
        'nosuch',
        'nosuch=1&nosuch=2',
        '__proto__=x',
        '=x',
        `${'limit=1&'.repeat(1_100)}nosuch=1`,
      ]) {
        const answer = await ask(route, query);
        const seen = [route.method, route.path, query, errorOf(answer)];
        expect(seen).toEqual([...seen.slice(0, 3), '400/1010 INVALID_REQUEST']);
        expect(messageOf(answer)).toContain(' is no parameter here; ');
      }
    }
    expect(await contentOf(server.database.url)).toEqual(before);
  });

  it('knows each that is documented, and names it to who writes it otherwise', async () => {
    for (const route of backOfficeRoutes()) {
      for (const name of documentedNames(route)) {
        expect(messageOf(await ask(route, `${name}=1`))).not.toContain('is no parameter here');
        const other = name.toUpperCase();
        expect([route.path, messageOf(await ask(route, `${other}=1`))]).toEqual([
          route.path,
          `${other} is no parameter here; did you mean ${name}?`,
        ]);
      }
    }
  });

  it('asks for the key and its role first', async () => {
    const { key } = await makeKey(url, ['audit']);
    expect(errorOf(await send(url, { method: 'GET', target: '/operator/wallets?nosuch=1' }))).toBe(
      '401/1010 UNAUTHORIZED',
    );
    expect(errorOf(await callWithKey(url, key, 'GET', '/operator/wallets?nosuch=1'))).toBe(
      '403/1010 FORBIDDEN',
    );
  });
});

describe('every route of the back office that takes a body', () => {
  const withBody = (): Route[] =>
    backOfficeRoutes().filter(({ method }) => !['GET', 'DELETE'].includes(method));
  const send = ({ method, path }: Route, body: object): Promise<Answer> =>
    callOperator(url, method, path.replace(/:\w+/g, 'nobody'), body);
  const fieldsOf = ({ method, path }: Route): string[] => {
    const body = operationOf(document, method, path)?.requestBody;
    const name = body?.content['application/json'].schema.$ref.split('/').at(-1) ?? '';
    const { properties = {} } = (document.components?.schemas?.[name] ?? {}) as { properties?: object };
    return Object.keys(properties);
  };

  it('refuses a field that it does not know, and changes nothing', async () => {
    expect(withBody().length).toBeGreaterThan(10);
    const before = await contentOf(server.database.url);
    for (const route of withBody()) {
      for (const body of [{ nosuch: 1 }, { nosuch: undefined, '': 1 }, { ['__proto__']: 1 }]) {
        const answer = await send(route, body);
        expect([route.path, errorOf(answer)]).toEqual([route.path, '400/1010 INVALID_REQUEST']);
        expect(messageOf(answer)).toContain(' is no field here; ');
      }
    }
    expect(await contentOf(server.database.url)).toEqual(before);
  });

  it('knows each that is documented, and names it to who writes it otherwise', async () => {
    for (const route of withBody()) {
      for (const name of fieldsOf(route)) {
        expect(messageOf(await send(route, { [name]: [] }))).not.toContain('is no field here');
        const other = name.toUpperCase();
        const message = messageOf(await send(route, { [other]: 1 }));
        expect([route.path, message]).toEqual([
          route.path,
          `${other} is no field here; did you mean ${name}?`,
        ]);
      }
    }
  });

  it('does not take a slip for a change that was made', async () => {
    await openFundedSession(url, 'slip');
    const answer = await callOperator(url, 'PATCH', '/operator/wallets/slip', { stauts: 'BLOCKED' });
    expect([errorOf(answer), messageOf(answer)]).toEqual([
      '400/1010 INVALID_REQUEST',
      'stauts is no field here; did you mean status?',
    ]);
  });
});

describe('a filter that a route does not have', () => {
  it.each([
    ['/operator/sessions?walletid=x', 'walletid is no parameter here; did you mean walletId?'],
    ['/operator/movements/export?wallet_id=x', 'wallet_id is no parameter here'],
    ['/operator/movements/export?walletId=x', 'walletId is no parameter here'],
    ['/operator/movements/export?limit=1', 'limit is no parameter here'],
    ['/operator/movements?sessionID=x', 'sessionID is no parameter here; did you mean sessionId?'],
    ['/metrics?name=x', 'name is no parameter here; there is none'],
    [
      '/reconciliation?date_from=2026-02-05&date_to=2026-02-05&provider=AGT',
      'provider is no parameter here; did you mean provider_code?',
    ],
  ])('%s answers nobody’s rows', async (target, message) => {
    const answer = await callOperator(url, 'GET', target);
    expect([errorOf(answer), messageOf(answer)]).toEqual([
      '400/1010 INVALID_REQUEST',
      expect.stringContaining(message),
    ]);
  });

  it('is none where the other has it: search and export filter by the same', () => {
    const search = documentedNames({ method: 'GET', path: '/operator/movements' });
    const filters = search.filter((name) => !['limit', 'after'].includes(name));
    expect(filters.length).toBeGreaterThan(5);
    expect(documentedNames({ method: 'GET', path: '/operator/movements/export' })).toEqual(filters);
  });

  it('and that it has finds the same in the search and in the export', async () => {
    const id = await openFundedSession(url, 'both');
    for (const game of ['agt-1', 'agt-2']) {
      for (const value of ['1', '2.50']) await debit(url, id, `${game}-${value}`, { value, gameid: game });
    }
    const day = new Date().toISOString().slice(0, 10);
    for (const query of [
      `sessionId=${id}`,
      'externalReference=agt-1-1',
      'gameId=agt-2',
      'kind=DEBIT',
      'value=2.50',
      `from=${day}T00:00:00Z`,
      `until=${day}T00:00:00Z`,
      `sessionId=${id}&gameId=agt-1&kind=DEBIT&value=1&from=${day}T00:00:00Z`,
    ]) {
      const search = await callOperator(url, 'GET', `/operator/movements?${query}`);
      const found = (search.body as { data: { movementId: string }[] }).data;
      const file = await callOperator(url, 'GET', `/operator/movements/export?${query}`);
      const lines = file.text.split('\r\n').slice(1, -1);
      const ids = lines.map((line) => line.split(',')[1]);
      expect([query, ids]).toEqual([query, found.map(({ movementId }) => movementId)]);
    }
  });
});

describe("a call of GPAS's", () => {
  it('ignores what it does not know, and signs it', async () => {
    const id = await openFundedSession(url, 'of-gpas');
    expect((await balance(url, `${id}&nosuch=1`)).status).toBe(200);
    expect((await callSigned(url, 'PATCH', '/sessions/close', `nosuch=1&id=${id}`)).status).toBe(200);
  });
});
