import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { OperatorRole } from '../../src/operator-keys/operator-key.types.js';
import {
  AppModule,
  Controller,
  ErrorFilter,
  Get,
  loadConfig,
  NestFactory,
  OPERATOR_ROLES,
} from '../support/application.js';
import { createTestDatabase } from '../support/databases.js';
import { type Answer, callSigned, OPERATOR_KEY, send } from '../support/gpas.js';
import { callWithKey, contentOf, makeKey } from '../support/operator.js';
import { type Operation, operationOf, registeredRoutes, statedAccess } from '../support/routes.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let document: OpenAPIObject;

beforeAll(async () => {
  server = await startApp();
  document = (await send(server.url, { method: 'GET', target: '/docs/openapi.json' })).body as OpenAPIObject;
});
afterAll(() => server.stop());

/** Which callers a route is for, by its path. A route that fits none fails the test. */
function callerOf(path: string): 'gpas' | 'back-office' | 'anybody' | undefined {
  if (/^\/(sessions|wallets|movements)(\/|$)/.test(path)) return 'gpas';
  if (path.startsWith('/operator/') || ['/reconciliation', '/metrics'].includes(path)) return 'back-office';
  return path.startsWith('/health/') ? 'anybody' : undefined;
}

describe('every registered route', () => {
  it('is one of the known kinds', () => {
    expect(registeredRoutes(server.app).length).toBeGreaterThan(5);
    expect(registeredRoutes(server.app).filter(({ path }) => !callerOf(path))).toEqual([]);
  });

  it('answers nobody who does not say who is calling', async () => {
    for (const { method, path } of registeredRoutes(server.app)) {
      const caller = callerOf(path);
      const target = path.replace(/:\w+/g, 'x');
      const answer = await send(server.url, {
        method,
        target,
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: '{}' }),
      });
      const seen = { method, path, status: answer.status, type: (answer.body as { type?: string }).type };
      if (caller === 'gpas') expect(seen).toEqual({ method, path, status: 400, type: 'SYSTEM_ERROR' });
      else if (caller === 'back-office')
        expect(seen).toEqual({ method, path, status: 401, type: 'UNAUTHORIZED' });
      else expect(seen).toMatchObject({ status: 200 });
    }
  });

  it('of the protocol wants a signature; of the back office, the right key', async () => {
    for (const { method, path } of registeredRoutes(server.app)) {
      const target = path.replace(/:\w+/g, 'x');
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' };
      const unsigned = await callSigned(server.url, method, target, 'a=1', { secretKey: 'wrong', ...body });
      const wrongKey = await callSigned(server.url, method, target, 'a=1', {
        ...body,
        headers: { authorization: 'Bearer demo-operator-key-for-loopback-onlx' },
      });
      if (callerOf(path) === 'gpas') expect(unsigned.body).toMatchObject({ code: 1006 });
      if (callerOf(path) === 'back-office') expect(wrongKey.body).toMatchObject({ type: 'UNAUTHORIZED' });
    }
  });

  it('is in the OpenAPI document with its summary, group, security and errors, each with an example', () => {
    for (const { method, path } of registeredRoutes(server.app)) {
      const operation = operationOf(document, method, path);
      expect({ path, there: operation !== undefined }).toEqual({ path, there: true });
      expect(operation?.summary).toBeTruthy();
      expect(operation?.tags).toHaveLength(1);
      expect(operation?.security?.length).toBeGreaterThan(0);
      const errors = Object.entries(operation?.responses ?? {}).filter(([status]) => Number(status) >= 400);
      expect(errors.length).toBeGreaterThan(0);
      for (const [status, { content }] of errors.filter(([code]) => code !== '503')) {
        const examples = Object.values(content?.['application/json']?.examples ?? {});
        expect({ path, status, examples: examples.length > 0 }).toEqual({ path, status, examples: true });
        for (const { value } of examples)
          expect(Object.keys(value).sort()).toEqual(['code', 'message', 'type']);
      }
    }
  });

  it('says in the OpenAPI document of what type each field of its body is', () => {
    const bodies = registeredRoutes(server.app).flatMap(({ method, path }) => {
      const body = operationOf(document, method, path)?.requestBody;
      return body ? [body.content['application/json'].schema.$ref.split('/').at(-1)!] : [];
    });
    expect(bodies.length).toBeGreaterThan(10);
    const vague = bodies.flatMap((name) => {
      const { properties = {} } = document.components?.schemas?.[name] as {
        properties?: Record<string, { type?: string; oneOf?: object[]; additionalProperties?: boolean }>;
      };
      return Object.entries(properties)
        .filter(([, { type, oneOf, additionalProperties }]) =>
          type === 'object' ? !additionalProperties : type === undefined && !oneOf,
        )
        .map(([field]) => `${name}.${field}`);
    });
    expect(vague).toEqual([]);
  });

  it('says in the OpenAPI document that too much is refused, whoever calls', async () => {
    for (const { method, path } of registeredRoutes(server.app)) {
      const target = path.replace(/:\w+/g, 'x');
      const { status } = await send(server.url, { method, target, headers: { 'content-length': '20000' } });
      const documented = operationOf(document, method, path)?.responses[status] !== undefined;
      expect({ method, path, status, documented }).toEqual({ method, path, status: 413, documented: true });
    }
  });

  it('is all there is in the OpenAPI document', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = registeredRoutes(server.app).map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(registered.sort());
  });
});

/** What each route of the back office asks of a key: one role, or every one. A new route gets its line here. */
const ROLES_OF_ROUTES: Record<string, OperatorRole | 'every'> = {
  'GET /metrics': 'read',
  'GET /operator/audit': 'read',
  'GET /operator/games': 'read',
  'PUT /operator/games/:gameId': 'write',
  'GET /operator/incidents': 'read',
  'GET /operator/incidents/:incidentId': 'read',
  'POST /operator/incidents/:incidentId/resolve': 'write',
  'GET /operator/keys': 'read',
  'POST /operator/keys': 'every',
  'DELETE /operator/keys/:keyId': 'every',
  'POST /operator/launches': 'write',
  'DELETE /operator/launches/:launchId': 'write',
  'GET /operator/movements': 'read',
  'GET /operator/movements/export': 'read',
  'GET /operator/movements/references/:externalReference': 'read',
  'GET /operator/parent-systems': 'read',
  'POST /operator/parent-systems': 'every',
  'PATCH /operator/parent-systems/:id': 'every',
  'POST /operator/parent-systems/:id/secrets': 'every',
  'GET /operator/reconciliation': 'read',
  'GET /operator/reconciliation/sessions': 'read',
  'GET /operator/sessions': 'read',
  'POST /operator/sessions/:sessionId/close': 'write',
  'GET /operator/wallets': 'read',
  'POST /operator/wallets': 'write',
  'GET /operator/wallets/:walletId': 'read',
  'GET /operator/wallets/:walletId/movements': 'read',
  'GET /operator/wallets/:walletId/refusals': 'read',
  'PATCH /operator/wallets/:walletId': 'write',
  'POST /operator/wallets/:walletId/deposits': 'write',
  'POST /operator/wallets/:walletId/withdrawals': 'write',
  'GET /reconciliation': 'audit',
};

describe('every route of the back office', () => {
  const operatorRoutes = (): { method: string; path: string }[] =>
    registeredRoutes(server.app).filter(({ path }) => callerOf(path) === 'back-office');

  /** Well formed but for its body: it changes nothing, whoever asks. */
  const ask = (
    key: string | undefined,
    { method, path }: { method: string; path: string },
  ): Promise<Answer> => {
    const target = path.replace(/:\w+/g, 'nobody');
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    return key === undefined
      ? send(server.url, { method, target, ...(body ? { body: '{}' } : {}) })
      : callWithKey(server.url, key, method, target, body);
  };

  it('states the role that the table has, and the table has every route', () => {
    const stated = statedAccess(server.app);
    expect([...stated.keys()].sort()).toEqual(
      registeredRoutes(server.app)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    );
    const roles = operatorRoutes().map(({ method, path }) => {
      const access = stated.get(`${method} ${path}`);
      if (access?.caller !== 'back-office') return [`${method} ${path}`, access];
      const all = access.roles.length === OPERATOR_ROLES.length;
      return [`${method} ${path}`, all ? 'every' : access.roles.join()];
    });
    expect(Object.fromEntries(roles)).toEqual(ROLES_OF_ROUTES);
  });

  it('answers 401 without a key, with a wrong one and with a revoked one', async () => {
    const { key: revoked, keyId } = await makeKey(server.url, OPERATOR_ROLES);
    expect((await callWithKey(server.url, revoked, 'DELETE', `/operator/keys/${keyId}`)).status).toBe(200);
    const unknown = `oas_${'A'.repeat(43)}`;
    const before = await contentOf(server.database.url);
    const askWithEach = async (route: { method: string; path: string }): Promise<void> => {
      for (const key of [undefined, `${OPERATOR_KEY}x`, unknown, revoked]) {
        const answer = await ask(key, route);
        expect([route.method, route.path, key, answer.status, answer.body]).toEqual([
          route.method,
          route.path,
          key,
          401,
          {
            code: 1010,
            type: 'UNAUTHORIZED',
            message: 'A valid operator key is required as Authorization: Bearer <key>',
          },
        ]);
      }
    };
    await Promise.all(operatorRoutes().map(askWithEach)); // keys that are not known wait for one look at the table
    expect(await contentOf(server.database.url)).toEqual(before);
  });

  const [read, write, audit] = OPERATOR_ROLES;
  it.each<{ roles: OperatorRole[] }>([
    { roles: [read] },
    { roles: [write] },
    { roles: [audit] },
    { roles: [read, write] },
    { roles: [read, audit] },
    { roles: [write, audit] },
    { roles: [read, write, audit] },
  ])('lets a key with $roles do what it may, and answers 403 to the rest', async ({ roles }) => {
    const { key } = await makeKey(server.url, roles);
    const before = await contentOf(server.database.url);
    for (const route of operatorRoutes()) {
      const name = `${route.method} ${route.path}`;
      const role = ROLES_OF_ROUTES[name] ?? 'no line in the table';
      const isAllowed = role === 'every' ? roles.length === 3 : (roles as string[]).includes(role);
      const { status, body } = await ask(key, route);
      if (isAllowed) expect([name, [200, 400, 404].includes(status), status]).toEqual([name, true, status]);
      else {
        const needed = role === 'every' ? 'read, write, audit' : role;
        const message = `This key does not have the role ${needed}`;
        expect([name, status, body]).toEqual([name, 403, { code: 1010, type: 'FORBIDDEN', message }]);
      }
    }
    expect(await contentOf(server.database.url)).toEqual(before);
  });
});

describe('a route that states no access', () => {
  @Controller('forgotten')
  class ForgottenController {
    @Get()
    read(): string {
      return 'open to everybody';
    }
  }

  it('is refused to everybody', async () => {
    const database = await createTestDatabase();
    const config = loadConfig({ DATABASE_URL: database.url });
    const module = {
      module: ForgottenController,
      imports: [AppModule.forRoot(config)],
      controllers: [ForgottenController],
    };
    const app = await NestFactory.create(module, { logger: false });
    app.useGlobalFilters(new ErrorFilter());
    await app.listen(0, '127.0.0.1');
    const answer = await send(await app.getUrl(), { method: 'GET', target: '/forgotten' });
    expect([answer.status, answer.text]).toEqual([500, expect.not.stringContaining('everybody')]);
    await app.close();
    await database.drop();
  });
});

describe('the documentation', () => {
  it('names every parameter with an example', () => {
    for (const item of Object.values(document.paths)) {
      for (const operation of Object.values(item) as Operation[]) {
        for (const parameter of operation.parameters ?? []) {
          expect(JSON.stringify(parameter)).toContain('example');
        }
      }
    }
  });

  it('is served at /docs, and holds no secret', async () => {
    const page = await send(server.url, { method: 'GET', target: '/docs' });
    expect([page.status, page.text.includes('swagger-ui')]).toEqual([200, true]);
    expect(JSON.stringify(document)).not.toMatch(/Ax34deSfgdB|demo-operator-key|demo-auth-token/);
  });
});
