import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import { answerClientError } from './client-error.js';
import { Connection, connectionOf } from './connection.js';

/** Longer than a load balancer keeps an idle connection, so that it is the one who closes. */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 10_000;
/** With its body. */
const REQUEST_MS = 30_000;
/** How often it is looked for those that take longer. */
const LOOK_MS = 2_000;
/** For a caller to take anything of his answer. */
const IDLE_MS = 30_000;
/** For a caller to take his answer in all: an export of ten million movements takes half of it. */
const ANSWER_MS = 3_600_000;
/** Many times what GPAS and an operator's team open; each may hold some 100 KB. */
const MAX_CONNECTIONS = 4_096;

/** Nest's adapter with a server whose connections and answers all have their bounds (docs/operations.md). */
export class BoundedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createBoundedServer(this.getInstance<RequestListener>());
  }
}

function createBoundedServer(handle: RequestListener): Server {
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
    // What Node would answer by itself, without our error body, goes the way of every request.
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = IDLE_MS;
  // A caller who ended his side waits for his answer all the same. Node has no documented name for that.
  Object.assign(server, { httpAllowHalfOpen: true });

  const connections = new Set<Connection>();
  server.on('connection', (socket) => {
    const connection = new Connection(socket, handle);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const take: RequestListener = (request, response) => connectionOf(request.socket)?.take(request, response);
  server.on('request', take);
  server.on('checkContinue', take); // who reads the body asks for it
  server.on('checkExpectation', take);
  server.on('clientError', answerClientError);
  server.on('timeout', (socket: Socket) => connectionOf(socket)?.onIdle());
  const look = setInterval(() => connections.forEach((each) => each.endIfLongerThan(ANSWER_MS)), LOOK_MS);
  server.once('close', () => clearInterval(look.unref()));
  look.unref();
  return server;
}
