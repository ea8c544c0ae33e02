import { once } from 'node:events';
import type { Server } from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Draining } from './draining.js';

/** For clients on open connections to hear that they should close them. */
const GRACE_MS = 1_000;
/** After that, a connection that still has not ended has sent no whole request or does not read its answer. */
const LIMIT_MS = 8_000;

/**
 * Ends the service within ten seconds without leaving anybody unanswered: readiness goes off, no new connection is
 * taken, what is in flight is answered, queues drain and the database closes.
 */
export async function stopGracefully(app: NestExpressApplication): Promise<void> {
  const server: Server = app.getHttpServer();
  app.get(Draining).begin();
  const closed = once(server, 'close');
  // Only stop listening: http's own close() would cut idle connections at once, and a request on its way with them.
  net.Server.prototype.close.call(server);
  await Promise.race([closed, sleep(GRACE_MS, undefined, { ref: false })]);
  server.closeIdleConnections();
  await Promise.race([closed, sleep(LIMIT_MS - GRACE_MS, undefined, { ref: false })]);
  server.closeAllConnections();
  await app.close();
}
