import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { AppModule } from '../src/app.module.js';
import { loadConfig } from '../src/config/config.js';
import { ErrorFilter } from '../src/errors/error.filter.js';
import { createTestDatabase } from './support/databases.js';
import { callSigned, send } from './support/gpas.js';
import { type RunningApp, startApp } from './support/server.js';

interface Operation {
  readonly responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, { value: object }> }> }
  >;
  readonly parameters?: { name: string; in: string; required: boolean; example?: unknown; schema?: object }[];
  readonly security?: Record<string, unknown>[];
  readonly tags?: string[];
  readonly summary?: string;
}

let server: RunningApp;
let document: OpenAPIObject;

beforeAll(async () => {
  server = await startApp();
  document = (await send(server.url, { method: 'GET', target: '/docs/openapi.json' })).body as OpenAPIObject;
});
afterAll(() => server.stop());

interface Layer {
  readonly route?: { path: string; methods: Record<string, boolean> };
}

/** Every route Express knows, the documentation's own apart. */
function registeredRoutes(): { method: string; path: string }[] {
  const express = server.app.getHttpAdapter().getInstance();
  const layers = (express.router as unknown as { stack: Layer[] }).stack;
  return layers.flatMap(({ route }) =>
    route && !route.path.startsWith('/docs')
      ? Object.keys(route.methods).map((method) => ({ method: method.toUpperCase(), path: route.path }))
      : [],
  );
}

function operationOf(method: string, path: string): Operation | undefined {
  const key = path.replace(/:(\w+)/g, '{$1}');
  return (document.paths[key] as Record<string, Operation> | undefined)?.[method.toLowerCase()];
}

/** Which callers a route is for, by its path. A route that fits none fails the test. */
function callerOf(path: string): 'gpas' | 'operator' | 'anybody' | undefined {
  if (/^\/(sessions|wallets|movements)(\/|$)/.test(path)) return 'gpas';
  if (path.startsWith('/operator/')) return 'operator';
  return path.startsWith('/health/') ? 'anybody' : undefined;
}

describe('every registered route', () => {
  it('is one of the known kinds', () => {
    expect(registeredRoutes().length).toBeGreaterThan(5);
    expect(registeredRoutes().filter(({ path }) => !callerOf(path))).toEqual([]);
  });

  it('answers nobody who does not say who is calling', async () => {
    for (const { method, path } of registeredRoutes()) {
      const caller = callerOf(path);
      const target = path.replace(/:\w+/g, 'x');
      const answer = await send(server.url, { method, target, body: method === 'GET' ? '' : '{}' });
      const seen = { method, path, status: answer.status, type: (answer.body as { type?: string }).type };
      if (caller === 'gpas') expect(seen).toEqual({ method, path, status: 400, type: 'SYSTEM_ERROR' });
      else if (caller === 'operator')
        expect(seen).toEqual({ method, path, status: 401, type: 'UNAUTHORIZED' });
      else expect(seen).toMatchObject({ status: 200 });
    }
  });

  it('of the protocol wants a signature; of the back office, the right key', async () => {
    for (const { method, path } of registeredRoutes()) {
      const target = path.replace(/:\w+/g, 'x');
      const body = method === 'GET' ? {} : { body: '{}' };
      const unsigned = await callSigned(server.url, method, target, 'a=1', { secretKey: 'wrong', ...body });
      const wrongKey = await callSigned(server.url, method, target, 'a=1', {
        ...body,
        headers: { authorization: 'Bearer demo-operator-key-for-loopback-onlx' },
      });
      if (callerOf(path) === 'gpas') expect(unsigned.body).toMatchObject({ code: 1006 });
      if (callerOf(path) === 'operator') expect(wrongKey.body).toMatchObject({ type: 'UNAUTHORIZED' });
    }
  });

  it('is in the OpenAPI document with its summary, group, security and errors, each with an example', () => {
    for (const { method, path } of registeredRoutes()) {
      const operation = operationOf(method, path);
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

  it('is all there is in the OpenAPI document', () => {
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = registeredRoutes().map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(registered.sort());
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
