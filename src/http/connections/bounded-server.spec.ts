import type { RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  answering,
  answersIn,
  type Client,
  connect,
  endAll,
  get,
  MUCH,
  serve,
  until,
} from '../../../test/support/bounded-connections.js';

afterEach(endAll);

describe('every connection has an end:', () => {
  const endless: RequestListener = (_, response) => {
    const write = (): void => {
      while (!response.destroyed && response.write(MUCH));
    };
    response.on('drain', write);
    write();
  };

  it('an answer that is not read', async () => {
    const closes: unknown[] = [];
    await serve(
      (request, response) => {
        response.once('close', () => closes.push(request.url));
        endless(request, response);
      },
      { idleMs: 100 },
    );
    const { socket } = await connect();
    socket.pause().write(get('/'));
    await until(() => closes.length === 1);
  });

  it('an answer that is read for ever', async () => {
    let isClosed = false;
    await serve(
      (request, response) => {
        response.once('close', () => (isClosed = true));
        endless(request, response);
      },
      { answerMs: 200 },
    );
    (await connect()).socket.write(get('/'));
    await until(() => isClosed);
  });

  it('one whose caller ended his side and may be gone', async () => {
    let isClosed = false;
    await serve((_, response) => void response.once('close', () => (isClosed = true)), { halfClosedMs: 50 });
    (await connect()).socket.end(get('/'));
    await until(() => isClosed);
  });

  it('one that sends nothing, and hears nothing', async () => {
    await serve(answering([]), { headersMs: 50 });
    const { closed, heard } = await connect();
    await closed;
    expect(heard()).toBe('');
  });

  it('one that is idle behind an answer', async () => {
    await serve(answering([]), { keepAliveMs: 10, idleMs: 20 });
    const { socket, closed, heard } = await connect();
    socket.write(get('/only'));
    await closed;
    expect(answersIn(heard())).toEqual(['/only']);
  });

  it('but not one whose answer takes its time', async () => {
    await serve((_, response) => void setTimeout(() => response.end('<late>'), 300), { idleMs: 20 });
    const { socket, heard } = await connect();
    socket.write(get('/'));
    await until(() => answersIn(heard()).includes('late'));
  });

  it('headers that do not come are a 408 in our form', async () => {
    await serve(answering([]), { headersMs: 50 });
    const { socket, closed, heard } = await connect();
    socket.write('GET / HTTP/1.1\r\nHost');
    await closed;
    expect(heard()).toMatch(
      /^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*Connection: close\r\n\r\n\{"code":1010,"type":"REQUEST_TIMEOUT","message":"The request did not arrive in time"\}$/,
    );
  });
});

describe('where there are as many as there may be', () => {
  const asking = async (path: string): Promise<Client> => {
    const client = await connect();
    client.socket.write(get(path));
    await until(() => client.heard().includes(`<${path}>`));
    return client;
  };
  const ask = async ({ socket, heard }: Client, path: string): Promise<void> => {
    socket.write(get(path));
    await until(() => heard().includes(`<${path}>`));
  };

  it('the one that was idle for longest gives way to a new one', async () => {
    await serve(answering([]), { connections: 3 });
    const [used, silent, once] = [await connect(), await connect(), await asking('/once')];
    await ask(used, '/used');
    const fourth = await asking('/fourth');
    await silent.closed;
    const fifth = await asking('/fifth');
    await once.closed;
    for (const client of [used, fourth, fifth]) await ask(client, '/again');
  });

  it('one whose request does not come whole gives way, and none that is worked on', async () => {
    const held: ServerResponse[] = [];
    await serve(
      ({ url }, response) => {
        if (url === '/') held.push(response);
        else response.end(`<${url}>`);
      },
      {
        connections: 3,
      },
    );
    const slow = await connect();
    slow.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1');
    await until(() => held.length === 1);
    const working = [await connect(), await connect()];
    for (const { socket } of working) socket.write(get('/'));
    await until(() => held.length === 3);
    const fourth = await connect();
    fourth.socket.write(get('/'));
    await slow.closed;
    await until(() => held.length === 4);
    const refused = await connect();
    await refused.closed;
    held.forEach((response) => response.end('<held>'));
    for (const { heard } of [...working, fourth]) await until(() => heard().includes('<held>'));
  });
});
