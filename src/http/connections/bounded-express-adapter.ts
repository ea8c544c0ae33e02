import type { RequestListener } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { createBoundedServer } from './bounded-server.js';

/** Nest's adapter, on a server whose connections and answers all have their bounds. */
export class BoundedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    this.httpServer = createBoundedServer(this.getInstance<RequestListener>());
  }
}
