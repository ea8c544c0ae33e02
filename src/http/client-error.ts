import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorName } from '../errors/catalogue.js';
import { GpasError } from '../errors/gpas-error.js';

/**
 * Answers what never became a request: headers over the limit, broken HTTP. Where an earlier request of the connection
 * still waits for its answer, a refusal would be read as that answer, and a booked bet as refused: there the
 * connection ends without a word, and its client asks again.
 */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswerDue(socket)) {
    socket.destroy();
    return;
  }
  const name: ErrorName = error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'INVALID_REQUEST';
  const refusal = new GpasError(name);
  const body = JSON.stringify(refusal.toBody());
  socket.end(
    [
      `HTTP/1.1 ${refusal.status} ${name === 'HEADERS_TOO_LARGE' ? 'Request Header Fields Too Large' : 'Bad Request'}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${randomUUID()}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Node keeps the response that is being answered on its socket, and decides by it what it would do here itself. */
function isAnswerDue(socket: Socket & { _httpMessage?: ServerResponse | null }): boolean {
  return Boolean(socket._httpMessage);
}
