import { Writable } from 'node:stream';
import type { Logger } from 'pino';
import { createLogger } from './application.js';

/** A logger for an application, and the lines it has written. */
export function recordLog(level: 'debug' | 'info'): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done): void {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: createLogger(level, sink), lines };
}
