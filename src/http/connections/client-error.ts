import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorName } from '../../errors/catalogue.js';
import { GpasError } from '../../errors/gpas-error.js';
import { connectionOf } from './connection.js';

/** By Node's code; anything else is broken HTTP. */
const NAMES: Readonly<Record<string, ErrorName>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/**
 * Answers what never became a request: headers over the limit, broken HTTP, headers that do not come. Where an earlier
 * request of the connection still waits for its answer, a refusal would be read as that answer, and a booked bet as
 * refused: there the connection ends without a word, and its client asks again.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  const connection = connectionOf(socket);
  const name = NAMES[error.code ?? ''] ?? 'INVALID_REQUEST';
  // Who reads the body that does not come answers it as every other refusal.
  if (name === 'REQUEST_TIMEOUT' && connection?.request?.emit('timeout')) return;
  const isSilent = socket.bytesRead === 0 || connection?.isUnread;
  if (error.code === 'ECONNRESET' || !socket.writable || connection?.request || isSilent) {
    socket.destroy();
    return;
  }
  const refusal = new GpasError(name);
  const body = JSON.stringify(refusal.toBody());
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${randomUUID()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
