import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type net from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  answering,
  answersIn,
  connect,
  endAll,
  get,
  MUCH,
  paths,
  serve,
  until,
} from '../../../test/support/bounded-connections.js';

afterEach(endAll);

/** Counts what Node's parser makes of all that arrives, begun or not. */
async function parsedDuring(work: () => Promise<void>): Promise<number> {
  let parsed = 0;
  const count = (): void => void (parsed += 1);
  subscribe('http.server.request.start', count);
  try {
    await work();
  } finally {
    unsubscribe('http.server.request.start', count);
  }
  return parsed;
}

describe('pipelined requests', () => {
  it('begin when the one before is answered, and are not even parsed before', async () => {
    const open: ServerResponse[] = [];
    const asked: string[] = [];
    await serve(({ url = '' }, response) => {
      asked.push(url);
      if (asked.length === 1) open.push(response);
      else response.end(`<${url}>`);
    });
    const sent = paths(1_500);
    const client = await connect();
    const parsed = await parsedDuring(async () => {
      client.socket.write(sent.map(get).join(''));
      await until(() => open.length === 1);
      const other = await connect();
      other.socket.write(get('/other'));
      await until(() => other.heard().includes('</other>'));
    });
    expect(asked).toEqual(['/0', '/other']);
    expect(parsed).toBeLessThanOrEqual(4);
    open[0]?.end('</0>');
    await until(() => answersIn(client.heard()).length === sent.length);
    expect(answersIn(client.heard())).toEqual(sent);
  });

  it('let others have their turn', async () => {
    let begun = 0;
    let begunInOneTurn = 0;
    await serve((_, response) => {
      begun += 1;
      if (begun === 1) setImmediate(() => (begunInOneTurn = begun));
      response.end('x');
    });
    const { socket } = await connect();
    socket.write(paths(200).map(get).join(''));
    await until(() => begun === 200);
    expect(begunInOneTurn).toBeLessThanOrEqual(2);
  });

  it('that wait are let go with their connection', async () => {
    const open: ServerResponse[] = [];
    await serve((_, response) => void open.push(response));
    const { socket } = await connect();
    socket.write(paths(500).map(get).join(''));
    await until(() => open.length === 1);
    let isClosed = false;
    open[0]?.once('close', () => (isClosed = true));
    socket.resetAndDestroy();
    await until(() => isClosed);
    open[0]?.end('too late');
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(open).toHaveLength(1);
  });

  it('do not begin behind an answer that closes the connection', async () => {
    const asked: string[] = [];
    await serve(({ url = '' }, response) => {
      asked.push(url);
      response.setHeader('Connection', 'close').end(`<${url}>`);
    });
    const { socket, closed, heard } = await connect();
    socket.write(paths(3).map(get).join(''));
    await closed;
    expect([asked, answersIn(heard())]).toEqual([['/0'], ['/0']]);
  });

  it('wait behind an answer that is read slowly', async () => {
    const asked: string[] = [];
    await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url !== '/0') return void response.end(`<${request.url}>`);
      const write = (left: number): void => {
        if (left === 0) response.end('</0>');
        else if (response.write(MUCH)) write(left - 1);
        else response.once('drain', () => write(left - 1));
      };
      write(200);
    });
    const client = await connect();
    client.socket.pause().write(paths(50).map(get).join(''));
    await until(() => asked.length === 1);
    for (let part = 50; part < 100; part += 1) client.socket.write(get(`/${part}`));
    await sleep(50);
    expect(asked).toEqual(['/0']);
    client.socket.resume();
    await until(() => answersIn(client.heard()).length === 100);
    expect(answersIn(client.heard())).toEqual(paths(100));
  });

  it('end the connection where they pass the bounds by line ends that HTTP does not have', async () => {
    let begun = 0;
    await serve(() => void (begun += 1), {}, { insecureHTTPParser: true });
    const { socket, closed } = await connect();
    const parsed = await parsedDuring(async () => {
      socket.write('GET / HTTP/1.1\nHost: x\n\n'.repeat(2_700));
      await closed;
    });
    expect(begun).toBeLessThanOrEqual(1);
    expect(parsed).toBeLessThan(100);
  });

  it('are answered in order however they are cut, with bodies that look like requests', async () => {
    await serve((request, response) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      request.on('end', () => response.end(`<${request.url}:${length}>`));
    });
    const body = fc.constantFrom('', 'x', '\r\n\r\n', get('/evil').repeat(3), 'y'.repeat(5_000));
    const requests = fc.array(fc.record({ body, isChunked: fc.boolean() }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(requests, fc.array(fc.nat(), { maxLength: 8 }), async (sent, cuts) => {
        const text = sent.map(({ body, isChunked }, index) => post(`/${index}`, body, isChunked)).join('');
        const places = [0, ...cuts.map((cut) => cut % text.length).sort((a, b) => a - b), text.length];
        const { socket, heard } = await connect();
        for (const [index, place] of places.slice(1).entries()) {
          socket.write(text.slice(places[index], place), 'latin1');
          await turn();
        }
        await until(() => answersIn(heard()).length === sent.length);
        expect(answersIn(heard())).toEqual(sent.map(({ body }, index) => `/${index}:${body.length}`));
        socket.destroy();
      }),
      { numRuns: 60 },
    );
  });
});

function post(path: string, body: string, isChunked = false): string {
  const chunk = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  const [header, content] = isChunked
    ? ['Transfer-Encoding: chunked', `${chunk}0\r\n\r\n`]
    : [`Content-Length: ${body.length}`, body];
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n${content}`;
}

describe('a body that nobody reads', () => {
  it.each([
    ['announced as large', 'Content-Length: 300000000\r\n\r\n', 'x'.repeat(65_536)],
    [
      'announced as large, on a connection that closes',
      'Content-Length: 300000000\r\nConnection: close\r\n\r\n',
      'x'.repeat(65_536),
    ],
    ['in chunks without end', 'Transfer-Encoding: chunked\r\n\r\n', `ffff\r\n${'x'.repeat(65_535)}\r\n`],
  ])('%s does not keep the connection: the answer comes first', async (_, headers, more) => {
    const taken: net.Socket[] = [];
    await serve(({ socket }, response) => {
      taken.push(socket);
      response.end('<answered>');
    });
    const { socket, closed, heard } = await connect();
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${headers}`);
    const send = (): void => {
      socket.write(more, 'latin1', () => {
        if (!socket.destroyed) setImmediate(send);
      });
    };
    send();
    await closed;
    expect(answersIn(heard())).toEqual(['answered']);
    await until(() => taken[0]?.destroyed === true);
    expect(taken[0]?.bytesRead).toBeLessThan(1_000_000);
  });

  it('announced as large, has the answer say that the connection closes', async () => {
    await serve(answering([]));
    const { socket, closed, heard } = await connect();
    socket.write('POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n');
    await closed;
    expect(heard()).toMatch(/^Connection: close\r$/m);
    expect(answersIn(heard())).toEqual(['/large']);
  });

  it('if it is small may come behind the answer, and is no request', async () => {
    const asked: string[] = [];
    await serve(answering(asked));
    const { socket, heard } = await connect();
    const body = get('/evil').repeat(20);
    for (const [path, isChunked] of [['/a', false] as const, ['/b', true] as const]) {
      const text = post(path, body, isChunked);
      const cut = text.indexOf('\r\n\r\n') + 4;
      socket.write(text.slice(0, cut));
      await until(() => answersIn(heard()).includes(path));
      socket.write(text.slice(cut));
    }
    socket.write(get('/next'));
    await until(() => answersIn(heard()).includes('/next'));
    expect(asked).toEqual(['/a', '/b', '/next']);
  });
});

describe('a caller who ended his side behind his requests', () => {
  it('is answered, each in turn, and the connection ends', async () => {
    await serve((request: IncomingMessage, response) => {
      setTimeout(() => response.end(`<${request.url}>`), 20);
    });
    const { socket, closed, heard } = await connect();
    socket.end(paths(5).map(get).join(''));
    await closed;
    expect(answersIn(heard())).toEqual(paths(5));
  });
});
