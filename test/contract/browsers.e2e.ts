import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { errorOf } from '../support/answers.js';
import { callOperator, openSession, send, SECRET_KEY, WALLET_ID } from '../support/gpas.js';
import { OWN } from '../support/own-values.js';
import { exchange } from '../support/raw-http.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
let url: string;
beforeAll(async () => {
  server = await startApp();
  url = server.url;
});
afterAll(() => server.stop());

const get = (target: string, headers: Record<string, string> = {}) =>
  send(url, { method: 'GET', target, headers });

/** The bytes as they are sent: `send` reads text. */
function bytesOf(target: string, encoding: string): Promise<{ answer: http.IncomingMessage; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    http
      .get(url + target, { headers: { 'accept-encoding': encoding } }, (answer) => {
        buffer(answer).then((bytes) => resolve({ answer, bytes }), reject);
      })
      .on('error', reject);
  });
}

const PAGES = [
  '/docs',
  '/docs/openapi.json',
  '/docs/openapi.yaml',
  '/docs/swagger-ui-init.js',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/docs/favicon-32x32.png',
];

describe('the documentation', () => {
  it.each(PAGES)('has %s once: it is not sent to who has it', async (target) => {
    const whole = await get(target);
    const { etag } = whole.headers;
    expect([whole.status, whole.headers['cache-control'], etag]).toEqual([
      200,
      'no-cache',
      expect.stringMatching(/^W\/"[\w-]{43}"$/),
    ]);
    const again = await get(target, { 'if-none-match': etag ?? '' });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
    expect((await get(target, { 'if-none-match': 'W/"another"' })).status).toBe(200);
  });

  it.each(PAGES)('sends %s compressed to who takes it so, and it is the same', async (target) => {
    const sent = [];
    for (const encoding of ['identity', 'gzip, deflate, br', 'gzip;q=0.5, br;q=0']) {
      const { answer, bytes } = await bytesOf(target, encoding);
      expect([answer.statusCode, answer.headers.vary]).toEqual([200, 'Accept-Encoding']);
      sent.push({ encoding: answer.headers['content-encoding'], bytes });
    }
    const [plain, brotli, gzipped] = sent.map(({ bytes }) => bytes) as [Buffer, Buffer, Buffer];
    expect(sent.map(({ encoding }) => encoding)).toEqual([undefined, 'br', 'gzip']);
    expect(brotliDecompressSync(brotli).equals(plain)).toBe(true);
    expect(gunzipSync(gzipped).equals(plain)).toBe(true);
  });

  it('is the same as YAML and as JSON', async () => {
    const { text } = await get('/docs/openapi.yaml');
    expect(load(text)).toEqual((await get('/docs/openapi.json')).body);
  });

  it('leads to its page by the other names that it had, and has nothing else', async () => {
    const slash = await get('/docs/');
    expect([slash.status, slash.headers.location]).toEqual([302, '../docs']);
    for (const target of [
      '/docs/package.json',
      '/docs/swagger-ui.css.map',
      '/docs/../package.json',
      '/docs/x',
    ]) {
      expect([target, errorOf(await get(target))]).toEqual([target, '404/1010 NOT_FOUND']);
    }
  });

  it('lets no script run but those it is served with, and stands in no frame', async () => {
    const { headers, text } = await get('/docs');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|javascript:|https?:/);
    for (const [, path] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect([path, (await get(`/${path}`)).status]).toEqual([path, 200]);
    }
  });
});

describe('what tells of money or keys', () => {
  it('is kept by nobody: every answer but the documentation says so, errors too', async () => {
    const opened = await openSession(url, WALLET_ID);
    const answers = [
      opened,
      await openSession(url, 'not-there'),
      await callOperator(url, 'GET', `/operator/wallets/${WALLET_ID}`),
      await callOperator(url, 'POST', '/operator/keys', { name: 'a key', roles: ['read'] }),
      await callOperator(url, 'GET', '/operator/movements/export'),
      await callOperator(url, 'GET', '/metrics'),
      await callOperator(url, 'GET', '/reconciliation?date_from=2026-02-01&date_to=2026-02-01'),
      await get('/operator/wallets'),
      await get('/health/ready'),
      await get('/docs/before.js'),
      await get('/nowhere'),
      await send(url, { method: 'OPTIONS', target: '/operator/wallets' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      201, 400, 200, 201, 200, 200, 200, 401, 200, 200, 404, 404,
    ]);
    expect(new Set(answers.map(({ headers }) => headers['cache-control']))).toEqual(new Set(['no-store']));
  });
});

describe('the demo', () => {
  const by = (host: string, target = '/docs/before.js') => get(target, { host });

  it('answers by names that lead nowhere but here', async () => {
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:3000', '127.1.2.3', '[::1]', '[::1]:3000']) {
      const { status, text } = await by(host);
      expect([host, status, text.includes(SECRET_KEY)]).toEqual([host, 200, true]);
    }
  });

  it('answers by no other: a page of that name must not read its secret', async () => {
    for (const host of [
      'evil.example',
      'evil.example:3000',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'evil.example#localhost',
      'localhost@evil.example',
      '::1',
      '[::1',
      '10.0.0.1',
    ]) {
      for (const target of ['/docs', '/docs/before.js', '/health/live', '/operator/wallets', '/nowhere']) {
        const { status, text } = await by(host, target);
        expect([host, target, status, text.includes(SECRET_KEY)]).toEqual([host, target, 403, false]);
      }
    }
  });

  it('answers who names nobody: no browser does', async () => {
    for (const line of ['GET /health/live HTTP/1.1\r\nHost:', 'GET /health/live HTTP/1.0']) {
      expect([line, await exchange(url, [`${line}\r\nConnection: close\r\n\r\n`])]).toEqual([
        line,
        expect.stringMatching(/^HTTP\/1\.1 200 /),
      ]);
    }
  });

  it('is what does so: a server with values of its own answers by the name that its operator gave it', async () => {
    const own = await startApp({ env: OWN });
    try {
      const headers = { host: 'wallet.operator.example' };
      expect((await send(own.url, { method: 'GET', target: '/health/live', headers })).status).toBe(200);
      expect((await send(own.url, { method: 'GET', target: '/docs', headers })).status).toBe(200);
    } finally {
      await own.stop();
    }
  });
});
