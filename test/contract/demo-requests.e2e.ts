import { runInThisContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UiRequest } from '../../src/demo/demo-requests.js';
import { send } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
}

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

/** Swagger UI's interceptor as a browser gets it: by text, not by import. */
async function interceptorFrom(
  url: string,
): Promise<((request: UiRequest) => Promise<UiRequest>) | undefined> {
  const { status, text } = await send(url, { method: 'GET', target: '/docs/before.js' });
  if (status === 404) return undefined;
  return runInThisContext(`${text}\nswaggerUiOptions.requestInterceptor`) as (
    request: UiRequest,
  ) => Promise<UiRequest>;
}

describe('"Execute" in Swagger UI on demo values', () => {
  it('signs and authorizes the calls of the protocol and of the back office', async () => {
    const sign = await interceptorFrom(server.url);
    const execute = async (method: string, target: string, body?: string): Promise<Response> => {
      const request = await sign!({
        url: server.url + target,
        method,
        headers: {},
        ...(body ? { body } : {}),
      });
      return fetch(request.url, { method, headers: request.headers, ...(body ? { body } : {}) });
    };
    const opened = await execute('POST', '/sessions?walletId=2sdf1sd');
    expect(opened.status).toBe(201);
    const { id } = (await opened.json()) as { id: string };
    const bet = '{"externalReference":"ui-bet","value":"100","typeCode":"GAME_DEBIT"}';
    expect((await execute('POST', `/movements/debit?walletSessionId=${id}`, bet)).status).toBe(201);
    expect((await execute('GET', `/wallets/balance?walletSessionId=${id}`)).status).toBe(200);
    expect((await execute('GET', '/operator/wallets/2sdf1sd')).status).toBe(200);
    expect((await execute('PATCH', `/sessions/close?id=${id}`)).status).toBe(200);
  });

  it('asks again for what routes want after it could not', async () => {
    const sign = await interceptorFrom(server.url);
    const balance = (url: string): UiRequest => ({
      url: `${url}/wallets/balance?walletSessionId=x`,
      method: 'GET',
      headers: {},
    });
    await expect(sign!(balance('http://127.0.0.1:1'))).rejects.toThrow();
    expect((await sign!(balance(server.url))).headers).toHaveProperty('x-signature');
  });

  it('sends no call that its route refuses for want of a key, a token or a signature', async () => {
    const sign = await interceptorFrom(server.url);
    const document = JSON.parse(
      (await send(server.url, { method: 'GET', target: '/docs/openapi.json' })).text,
    ) as {
      paths: Record<string, Record<string, { requestBody?: object; parameters?: Parameter[] }>>;
    };
    const refused: string[] = [];
    let calls = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [name, { requestBody, parameters = [] }] of Object.entries(operations)) {
        const method = name.toUpperCase();
        const query = parameters
          .filter((one) => one.in === 'query' && one.required)
          .map(({ name: key }) => `${key}=x`);
        const target = `${path.replace(/\{[^}]+\}/g, 'x')}?${query.join('&')}`;
        const body = requestBody ? '{}' : undefined;
        const request = await sign!({
          url: server.url + target,
          method,
          headers: {},
          ...(body ? { body } : {}),
        });
        const answer = await fetch(request.url, {
          method,
          headers: request.headers,
          ...(body ? { body } : {}),
        });
        const text = await answer.text();
        calls += 1;
        if ([401, 403].includes(answer.status) || /"code":(1001|1006)/.test(text))
          refused.push(`${method} ${path}: ${text}`);
      }
    }
    expect(refused).toEqual([]);
    expect(calls).toBeGreaterThan(30);
  });

  it('is not there where the server has values of its own', async () => {
    const own = await startApp({
      env: {
        GPAS_PARENT_SYSTEM_ID: 'OWN',
        GPAS_SECRET_KEY: 'a-secret-of-its-own-0',
        OPERATOR_API_KEY: 'k'.repeat(32),
        AUTH_TOKEN_SECRET: 't'.repeat(32),
      },
    });
    expect(await interceptorFrom(own.url)).toBeUndefined();
    const page = await send(own.url, { method: 'GET', target: '/docs' });
    const script = await send(own.url, { method: 'GET', target: '/docs/swagger-ui-init.js' });
    expect(page.text + script.text).not.toMatch(/a-secret-of-its-own-0|kkkkkkkk|tttttttt/);
    await own.stop();
  });
});
