import net from 'node:net';
import { PARENT_SYSTEM_ID, SECRET_KEY, signatureOf } from './gpas.js';
import { sleep } from './load.js';

export interface Exchange {
  /** Between two parts. */
  readonly pauseMs?: number;
  /** Whether the client ends his side with the last part. */
  readonly isEnded?: boolean;
}

/** Writes the parts one after another and returns all that comes back until the server ends the connection. */
export async function exchange(
  url: string,
  parts: readonly string[],
  { pauseMs = 0, isEnded = false }: Exchange = {},
): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = net.connect({ port: Number(port), host: hostname, noDelay: true, allowHalfOpen: true });
  const ended = new Promise((resolve) => socket.once('close', resolve).once('end', resolve));
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined); // a reset ends it too
  for (const [index, part] of parts.entries()) {
    if (index > 0) await sleep(pauseMs);
    if (isEnded && index === parts.length - 1) socket.end(part, 'latin1');
    else socket.write(part, 'latin1');
  }
  await ended;
  socket.destroy();
  return text;
}

/** A signed bet of 1, as its bytes. */
export function signedDebit(
  sessionId: string,
  externalReference: string,
  headers: readonly string[] = [],
): string {
  const body = JSON.stringify({ externalReference, value: '1', typeCode: 'GAME_DEBIT' });
  return [
    `POST /movements/debit?walletSessionId=${sessionId} HTTP/1.1`,
    'Host: localhost',
    `x-parent-system-id: ${PARENT_SYSTEM_ID}`,
    `x-signature: ${signatureOf(body, SECRET_KEY)}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...headers,
    '',
    body,
  ].join('\r\n');
}
