import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';

/**
 * The end of an instance's service. While it drains, every answer, also to what was already being handled, tells the
 * client to close the connection, so that none sends a request into a connection that is about to go.
 */
@Injectable()
export class Draining {
  private readonly unanswered = new Set<ServerResponse>();
  private started = false;

  get active(): boolean {
    return this.started;
  }

  begin(): void {
    this.started = true;
    for (const response of this.unanswered) askToClose(response);
  }

  /** Watches over one answer. */
  track(response: ServerResponse): void {
    if (this.started) askToClose(response);
    this.unanswered.add(response);
    response.once('close', () => this.unanswered.delete(response));
  }
}

function askToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
