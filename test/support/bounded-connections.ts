import { once } from 'node:events';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { BOUNDS, type Bounds, createBoundedServer } from '../../src/http/connections/bounded-server.js';

let server: Server | undefined;
const clients: net.Socket[] = [];

/** Ends what {@link serve} and {@link connect} have begun. */
export async function endAll(): Promise<void> {
  clients.splice(0).forEach((client) => client.destroy());
  server?.closeAllConnections();
  if (server) await once(server.close(), 'close');
  server = undefined;
}

export async function serve(
  handle: RequestListener,
  bounds: Partial<Bounds> = {},
  options?: ServerOptions,
): Promise<Server> {
  server = createBoundedServer(handle, { ...BOUNDS, lookMs: 20, ...bounds }, options).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** What answers are long of; nobody looks at it. */
export const FILLER = '~';
export const MUCH = FILLER.repeat(65_536);

/** A client that writes what it is told to, and what it has heard. */
export interface Client {
  readonly socket: net.Socket;
  heard(): string;
  readonly closed: Promise<unknown>;
}

export async function connect(): Promise<Client> {
  const { port } = server?.address() as AddressInfo;
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  clients.push(socket);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk.replaceAll(FILLER, '')));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
  await once(socket, 'connect');
  return { socket, heard: () => text, closed };
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`it did not happen: ${condition.toString()}`);
    await sleep(5);
  }
}

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
/** Answers with the path, and keeps what it was asked. */
export function answering(asked: string[]): RequestListener {
  return ({ url = '' }, response) => {
    asked.push(url);
    response.end(`<${url}>`);
  };
}
export const answersIn = (text: string): string[] =>
  [...text.matchAll(/<(.*?)>/g)].map(([, path = '']) => path);
export const paths = (count: number): string[] => Array.from({ length: count }, (_, index) => `/${index}`);
