import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { endedConnections } from '../../metrics/metrics.js';
import { answerClientError } from './client-error.js';
import { Connection, connectionOf } from './connection.js';
import { OneEachTurn } from './one-each-turn.js';
import { standingOf } from './standing.js';

/** All in milliseconds, but for the number of connections (docs/operations.md, "Bounds of a connection"). */
export const BOUNDS = {
  /** Many times what GPAS and an operator's team open. Past it one makes room: see {@link makeRoom}. */
  connections: 4_096,
  /** Between two requests. Longer than a load balancer keeps an idle connection, so that it is the one who closes. */
  keepAliveMs: 75_000,
  headersMs: 10_000,
  /** Headers and body. */
  requestMs: 30_000,
  /** For a caller to take anything of his answer. */
  idleMs: 30_000,
  /** For an answer in all: an export of ten million movements takes half of it. */
  answerMs: 3_600_000,
  /** For an answer to begin, behind a caller who ended his side: he may be gone, and only writing to him would tell. */
  halfClosedMs: 10_000,
  /** How often it is looked for what takes longer. */
  lookMs: 2_000,
} as const;

export type Bounds = { readonly [name in keyof typeof BOUNDS]: number };

/**
 * A server for whatever is sent to it: a request begins in its turn ({@link Connection}), and every connection, request and
 * answer has an end.
 */
export function createBoundedServer(
  handle: RequestListener,
  bounds: Bounds = BOUNDS,
  options: ServerOptions = {},
): Server {
  const server = createServer({
    keepAliveTimeout: bounds.keepAliveMs,
    headersTimeout: bounds.headersMs,
    requestTimeout: bounds.requestMs,
    connectionsCheckingInterval: bounds.lookMs,
    // What Node would answer by itself, without our error body, goes the way of every request.
    requireHostHeader: false,
    ...options,
  });
  server.timeout = bounds.idleMs;
  // A caller who ended his side waits for his answer all the same. Node has no documented name for it.
  Object.assign(server, { httpAllowHalfOpen: true });

  const turns = new OneEachTurn(handle);
  const begin: RequestListener = (request, response) =>
    turns.take(standingOf(request, connectionOf(request.socket)?.shown), request, response);
  // In the order in which they last began a request.
  const connections = new Set<Connection>();
  server.on('connection', (socket) => {
    turns.onConnection();
    if (connections.size >= bounds.connections && !makeRoom(connections)) {
      endedConnections.inc({ reason: 'crowded' });
      return void socket.destroy();
    }
    const connection = new Connection(socket, begin, bounds);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const take: RequestListener = (request, response) => {
    const connection = connectionOf(request.socket);
    if (!connection) return;
    connections.delete(connection);
    connections.add(connection);
    connection.take(request, response);
  };
  server.on('request', take);
  server.on('checkContinue', take); // who reads the body asks for it
  server.on('checkExpectation', take);
  server.on('clientError', answerClientError);
  server.on('timeout', (socket: Socket) => connectionOf(socket)?.onIdle());
  const look = setInterval(() => connections.forEach((each) => each.endIfTooLong()), bounds.lookMs);
  look.unref();
  server.once('close', () => clearInterval(look));
  return server;
}

/**
 * Anybody can open as many as there may be, and leave them. So one that nobody works on gives way to a new one: of unknown
 * callers before those of known ones that which has been idle for longest, else that whose request has been arriving for longest.
 * @returns false where each is worked on
 */
function makeRoom(connections: Set<Connection>): boolean {
  for (const isKnown of [false, true]) {
    for (const state of ['idle', 'arriving'] as const) {
      for (const connection of connections) {
        if (connection.isKnown !== isKnown || connection.state !== state) continue;
        connection.end('crowded');
        connections.delete(connection); // its end is told later than the next may come
        return true;
      }
    }
  }
  return false;
}
