import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createBoundedServer } from './bounded-server.js';
import { OneEachTurn } from './one-each-turn.js';
import type { Standing } from './standing.js';

/** By the hundreds of a request's number. */
const STANDINGS: readonly Standing[] = ['anonymous', 'likely', 'claiming', 'gpas'];

interface Recording {
  /** The numbers of the requests that are begun. */
  readonly begun: readonly number[];
  readonly turns: OneEachTurn;
  readonly take: (number: number) => { destroyed: boolean };
}

function recording(): Recording {
  const begun: number[] = [];
  const turns = new OneEachTurn(({ url }) => begun.push(Number(url)));
  const take = (number: number): { destroyed: boolean } => {
    const standing = STANDINGS[Math.floor(number / 100)] ?? 'gpas';
    const response = { destroyed: false };
    turns.take(standing, { url: String(number) } as IncomingMessage, response as ServerResponse);
    return response;
  };
  return { begun, turns, take };
}

it('one request begins in each turn, in the order in which they came', async () => {
  const { begun, take } = recording();
  for (const number of [0, 1, 2]) take(number);
  const seen: number[][] = [];
  for (let turns = 0; turns < 5; turns += 1) {
    await turn();
    seen.push([...begun]);
    if (turns === 3) take(3);
  }
  expect(seen).toEqual([[0], [0, 1], [0, 1, 2], [0, 1, 2], [0, 1, 2, 3]]);
});

it('what has gone does not begin, and takes no turn from what comes later', async () => {
  const { begun, take } = recording();
  take(0).destroyed = true;
  await turn();
  take(1);
  take(2).destroyed = true;
  take(3);
  for (let turns = 0; turns < 3; turns += 1) await turn();
  expect(begun).toEqual([1, 3]);
});

it('GPAS is before who says so, he before who is likely, all before anybody, and each gets turns', async () => {
  const { begun, take } = recording();
  for (const number of [0, 1, 100, 101, 200, 201]) take(number);
  const gpas = Array.from({ length: 40 }, (_, index) => 300 + index);
  for (const number of gpas) take(number);
  const seen: number[][] = [];
  for (let turns = 0; turns < 12; turns += 1) {
    const before = begun.length;
    await turn();
    seen.push(begun.slice(before));
  }
  const eight = (from: number): number[] => gpas.slice(from, from + 8);
  expect(seen.slice(0, 8)).toEqual([eight(0), [200], eight(8), eight(16), [100], eight(24), eight(32), [0]]);
  expect(seen.slice(8)).toEqual([[201], [101], [1], []]);
});

it("one of GPAS's begins in a turn that took a connection", async () => {
  const { begun, turns, take } = recording();
  for (const number of [300, 301, 302]) take(number);
  turns.onConnection();
  await turn();
  expect(begun).toEqual([300]);
  await turn();
  expect(begun).toEqual([300, 301, 302]);
});

it('nothing anonymous begins in a turn that took a connection', async () => {
  const { begun, turns, take } = recording();
  for (const number of [0, 1, 2, 100, 300]) take(number);
  for (let count = 0; count < 4; count += 1) {
    turns.onConnection();
    await turn();
  }
  expect(begun).toEqual([300, 100]);
  for (let count = 0; count < 3; count += 1) await turn();
  expect(begun).toEqual([300, 100, 0, 1, 2]);
});

it('connections come in while those that are open go on asking', async () => {
  let served = 0;
  const handle: RequestListener = (_, response) => {
    served += 1;
    response.end('x');
  };
  const server = createBoundedServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const connect = async (): Promise<net.Socket> => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return socket;
  };
  const busy = await Promise.all(Array.from({ length: 40 }, connect));
  const ask = (socket: net.Socket): unknown => served < 5_000 && socket.write(request);
  for (const socket of busy) ask(socket.on('data', () => ask(socket)));
  while (served < 400) await turn();
  const before = served;
  const coming = Array.from({ length: 30 }, async () => {
    const socket = await connect();
    socket.write(request);
    await once(socket, 'data');
    socket.destroy();
  });
  await Promise.all(coming);
  expect(served - before).toBeLessThan(5 * coming.length);
  busy.forEach((socket) => socket.destroy());
  server.closeAllConnections();
  await once(server.close(), 'close');
});
