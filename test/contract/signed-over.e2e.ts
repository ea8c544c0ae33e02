import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { send } from '../support/gpas.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

interface Operation {
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly 'x-signed-over'?: string;
}

it('the OpenAPI document says of each call of the protocol what its signature covers, and of no other', async () => {
  const { text } = await send(server.url, { method: 'GET', target: '/docs/openapi.json' });
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Operation>> };
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ call: `${method} ${path}`, ...operation })),
  );
  const signed = operations.filter(({ security }) => security.some((scheme) => 'signature' in scheme));
  expect(Object.fromEntries(signed.map((operation) => [operation.call, operation['x-signed-over']]))).toEqual(
    {
      'post /sessions': 'query',
      'patch /sessions/close': 'query',
      'get /wallets/balance': 'query',
      'get /wallets/my/balance': 'query',
      'post /movements/debit': 'body',
      'post /movements/credit': 'body',
      'patch /movements/rollback': 'body',
    },
  );
  expect(operations.filter((operation) => 'x-signed-over' in operation)).toHaveLength(signed.length);
});
