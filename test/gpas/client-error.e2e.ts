import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { openFundedSession, PARENT_SYSTEM_ID, SECRET_KEY, signatureOf } from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { type RunningApp, startApp } from '../support/server.js';

const GARBAGE = 'this is not HTTP\r\n\r\n';

let server: RunningApp;
let sessionId: string;

beforeAll(async () => {
  server = await startApp();
  sessionId = await openFundedSession(server.url, 'w', { real: 1_000 });
});
afterAll(() => server.stop());

/** Writes the parts one after another and returns all that comes back until the connection ends. */
async function exchange(parts: readonly string[], pauseMs = 0): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect({ port: Number(port), host: hostname, noDelay: true });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined); // a reset ends it too
  for (const part of parts) {
    socket.write(part, 'latin1');
    await sleep(pauseMs);
  }
  await closed;
  return text;
}

function signedDebit(externalReference: string): string {
  const body = JSON.stringify({ externalReference, value: '1', typeCode: 'GAME_DEBIT' });
  return [
    `POST /movements/debit?walletSessionId=${sessionId} HTTP/1.1`,
    'Host: localhost',
    `x-parent-system-id: ${PARENT_SYSTEM_ID}`,
    `x-signature: ${signatureOf(body, SECRET_KEY)}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const isBooked = async (reference: string): Promise<boolean> =>
  (await query(server.database.url, 'SELECT id FROM movements WHERE external_reference = ?', [reference]))
    .length > 0;

describe('garbage on a connection', () => {
  it.each<[string, (debit: string) => string[]]>([
    ['in the same packet', (debit) => [debit + GARBAGE]],
    ['in the next one', (debit) => [debit, GARBAGE]],
    ['as headers that are too large', (debit) => [`${debit}GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`]],
  ])('is never the answer to the bet before it: %s', async (place, partsOf) => {
    for (let round = 0; round < 10; round += 1) {
      const reference = `${place.replaceAll(' ', '-')}-${round}`;
      const [first = ''] = (await exchange(partsOf(signedDebit(reference)))).split('\r\n');
      if (!first.startsWith('HTTP/1.1 4')) continue;
      await sleep(200); // what was refused is not booked later either
      expect([first, await isBooked(reference)]).toEqual([first, false]);
    }
  });

  it('is never the answer to the second of two bets either', async () => {
    const text = await exchange([signedDebit('first') + signedDebit('second') + GARBAGE]);
    expect(text).not.toMatch(/HTTP\/1\.1 4/);
  });

  it('after an answer is refused', async () => {
    const text = await exchange([signedDebit('answered'), GARBAGE], 1_000);
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
    expect(text).toMatch(/\}HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"code":1010,"type":"INVALID_REQUEST",/);
  });

  it('alone is refused', async () => {
    const text = await exchange([GARBAGE]);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"code":1010,"type":"INVALID_REQUEST",/);
  });
});
