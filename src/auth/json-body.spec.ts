import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { GpasError } from '../errors/gpas-error.js';
import type { IncomingRequest } from './incoming-request.js';
import { MAX_BODY_BYTES, readJsonBody } from './json-body.js';

/** What readJsonBody made of a request. */
interface Reading {
  readonly body?: unknown;
  readonly rawBody?: Buffer;
  readonly refusal?: string;
  readonly message?: string;
}

let last: Promise<Reading>;
/** Whether a body is read when all of it is there, as most are, or from its headers on. */
let isThere = false;

async function read(request: http.IncomingMessage, response: http.ServerResponse): Promise<Reading> {
  const incoming = request as IncomingRequest;
  while (isThere && !request.complete) await setImmediate();
  try {
    await readJsonBody(incoming, response as Response);
    return { body: incoming.body as unknown, ...(incoming.rawBody ? { rawBody: incoming.rawBody } : {}) };
  } catch (error) {
    if (!(error instanceof GpasError)) throw error;
    return { refusal: error.errorName, message: error.message };
  } finally {
    response.setHeader('connection', 'close').end();
  }
}

const server = http.createServer((request, response) => {
  last = read(request, response);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const port = (): number => (server.address() as AddressInfo).port;

/** Sends `chunks`, one write each; without a content-length header they go out chunked. */
async function send(
  chunks: readonly (string | Buffer)[],
  headers: http.OutgoingHttpHeaders = {},
): Promise<Reading> {
  const request = http.request({ port: port(), method: 'POST', headers, agent: false });
  for (const chunk of chunks) request.write(chunk);
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  return last;
}

const post = (body: string | Buffer, headers: http.OutgoingHttpHeaders = {}): Promise<Reading> =>
  send([body], { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });

/** A JSON object of exactly so many bytes. */
const objectOf = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;
/** An object so many levels deep. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;

describe.each([
  ['that comes', false],
  ['that is there', true],
])('%s:', (_when, there) => {
  beforeAll(() => {
    isThere = there;
  });
  afterAll(() => {
    isThere = false;
  });

  describe('a body', () => {
    it('is handed over as an object and as the bytes that were sent', async () => {
      const text = '{ "value": 1.0, "big": 1e2, "text": "\\u00e9é😀", "list": [1, {"b": null}] }\n';
      const { body, rawBody } = await post(text);
      expect(body).toEqual({ value: 1, big: 100, text: 'éé😀', list: [1, { b: null }] });
      expect(rawBody).toEqual(Buffer.from(text));
    });

    it('is the same in one piece and in pieces that cut a character', async () => {
      const bytes = Buffer.from('{"text":"é😀"}');
      const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
      const { body, rawBody } = await send(pieces, { 'content-type': 'application/json' });
      expect(body).toEqual({ text: 'é😀' });
      expect(rawBody).toEqual(bytes);
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', ''])(
      'is read as JSON in UTF-8 whatever its content type says (%p)',
      async (type) => {
        const { body, rawBody } = await post('{"a":"é"}', { 'content-type': type });
        expect(body).toEqual({ a: 'é' });
        expect(rawBody).toEqual(Buffer.from('{"a":"é"}'));
      },
    );

    it('may not set the prototype of what is made of it', async () => {
      const { body } = await post('{"__proto__":{"admin":true}}');
      expect((body as { admin?: boolean }).admin).toBeUndefined();
    });
  });

  describe('the size of a body', () => {
    it('may be 16 KB', async () => {
      expect(MAX_BODY_BYTES).toBe(16_384);
      const text = objectOf(MAX_BODY_BYTES);
      expect((await post(text)).rawBody).toEqual(Buffer.from(text));
      expect((await send([text])).rawBody).toEqual(Buffer.from(text));
    });

    it('may not be a byte more, by its length or by what arrives', async () => {
      const text = objectOf(MAX_BODY_BYTES + 1);
      expect(await post(text)).toMatchObject({ refusal: 'PAYLOAD_TOO_LARGE' });
      expect(await send([text])).toMatchObject({ refusal: 'PAYLOAD_TOO_LARGE' });
      expect(await send([text.slice(0, 9_000), text.slice(9_000)])).toMatchObject({
        refusal: 'PAYLOAD_TOO_LARGE',
      });
    });

    it('is counted in bytes, not in characters', async () => {
      expect(await send([objectOf(MAX_BODY_BYTES - 1).replace('x', '😀')])).toMatchObject({
        refusal: 'PAYLOAD_TOO_LARGE',
      });
    });
  });
});

describe('a body is refused', () => {
  it.each(['gzip', 'GZIP', 'deflate', 'br', 'zstd', 'gzip, identity', 'x'])(
    'when it is encoded (%s), even where it is within the limit',
    async (encoding) => {
      const body = encoding === 'x' ? Buffer.from('{}') : gzipSync('{"a":1}');
      expect(await post(body, { 'content-encoding': encoding })).toEqual({
        refusal: 'INVALID_REQUEST',
        message: 'Content-Encoding is not accepted: send the body as it is',
      });
    },
  );

  it('not when its encoding is none', async () => {
    expect((await post('{}', { 'content-encoding': 'identity' })).body).toEqual({});
  });

  it.each([
    ['a lone continuation byte', Buffer.from([0x80])],
    ['latin1', Buffer.from('é', 'latin1')],
    ['a cut character', Buffer.from('😀').subarray(0, 3)],
    ['an overlong form', Buffer.from([0xc0, 0xaf])],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['beyond Unicode', Buffer.from([0xf5, 0x80, 0x80, 0x80])],
  ])('when it is not UTF-8: %s', async (_, wrong) => {
    expect(await post(Buffer.concat([Buffer.from('{"a":"'), wrong, Buffer.from('"}')]))).toEqual({
      refusal: 'INVALID_REQUEST',
      message: 'The body must be UTF-8',
    });
  });

  it('when a byte order mark stands before it', async () => {
    expect(await post('\uFEFF{"a":1}')).toMatchObject({ message: 'The body is not valid JSON' });
  });

  it('when it is UTF-16', async () => {
    expect(await post(Buffer.from('{"a":1}', 'utf16le'))).toMatchObject({ refusal: 'INVALID_REQUEST' });
  });

  it.each([
    '{',
    '{"a":1',
    '{"a":1}}',
    '{"a":1}{"a":2}',
    "{'a':1}",
    '{a:1}',
    '{"a":1,}',
    '{"a":01}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":1}//',
    ']{"a":1}[',
    'a=1',
    ' ',
    '"',
    '"\\',
  ])('when it is not JSON: %p', async (text) => {
    expect(await post(text)).toEqual({ refusal: 'INVALID_REQUEST', message: 'The body is not valid JSON' });
  });

  it.each(['[]', '[{"a":1}]', 'null', '"text"', '1', 'true', '""'])(
    'when it is JSON but no object: %s',
    async (text) => {
      expect(await post(text)).toEqual({
        refusal: 'INVALID_REQUEST',
        message: 'The body must be a JSON object',
      });
    },
  );

  it('when there is none', async () => {
    const missing = { refusal: 'INVALID_REQUEST', message: 'A JSON body is required' };
    expect(await post('')).toEqual(missing);
    expect(await send([])).toEqual(missing);
    expect(await send([], { 'transfer-encoding': 'chunked' })).toEqual(missing);
  });

  it('when it ends before its length', async () => {
    const arrived = once(server, 'request');
    const socket = net.connect(port(), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 7\r\n\r\n{"a"');
    await arrived;
    socket.destroy();
    expect(await last).toEqual({ refusal: 'INVALID_REQUEST', message: 'The body did not arrive whole' });
  });
});

describe('the depth of a body', () => {
  const tooDeep = { refusal: 'INVALID_REQUEST', message: 'The body is nested more than 32 deep' };

  it('may be 32', async () => {
    expect((await post(nested(32))).body).toEqual(JSON.parse(nested(32)));
    const lists = `{"a":${'['.repeat(31)}${']'.repeat(31)}}`;
    expect((await post(lists)).body).toEqual(JSON.parse(lists));
  });

  it('may not be 33, of objects or of lists', async () => {
    expect(await post(nested(33))).toEqual(tooDeep);
    expect(await post(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`)).toEqual(tooDeep);
  });

  it.each([
    ['objects', nested(1_330)],
    ['lists', `{"a":${'['.repeat(1_329)}${']'.repeat(1_329)}}`],
    ['lists that never end', '['.repeat(16_000)],
    ['lists behind an escaped quote', `{"\\"":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['lists behind an escaped backslash', `{"\\\\":${'['.repeat(32)}${']'.repeat(32)}}`],
  ])('of 1,330 and the like is refused, whatever it is made of: %s', async (_, text) => {
    expect(await post(text)).toEqual(tooDeep);
  });

  it('is of what nests, not of how many brackets there are', async () => {
    const wide = `{"a":[${Array.from({ length: 1_000 }, () => '[{}]').join()}]}`;
    expect((await post(wide)).body).toEqual(JSON.parse(wide));
  });

  it.each([`{"a":"${'[{'.repeat(100)}"}`, `{"${'[{'.repeat(100)}":1}`, `{"a":"\\"${'['.repeat(100)}"}`])(
    'does not count brackets inside texts: %s',
    async (text) => {
      expect((await post(text)).body).toEqual(JSON.parse(text));
    },
  );
});
