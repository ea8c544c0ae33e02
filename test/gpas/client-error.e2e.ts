import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { query } from '../support/databases.js';
import { openFundedSession } from '../support/gpas.js';
import { sleep } from '../support/load.js';
import { exchange, signedDebit } from '../support/raw-http.js';
import { type RunningApp, startApp } from '../support/server.js';

const GARBAGE = 'this is not HTTP\r\n\r\n';

let server: RunningApp;
let sessionId: string;

beforeAll(async () => {
  server = await startApp();
  sessionId = await openFundedSession(server.url, 'w', { real: 1_000 });
});
afterAll(() => server.stop());

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
      const [first = ''] = (await exchange(server.url, partsOf(signedDebit(sessionId, reference)))).split(
        '\r\n',
      );
      if (!first.startsWith('HTTP/1.1 4')) continue;
      await sleep(200); // what was refused is not booked later either
      expect([first, await isBooked(reference)]).toEqual([first, false]);
    }
  });

  it('is never the answer to the second of two bets either', async () => {
    const text = await exchange(server.url, [
      signedDebit(sessionId, 'first') + signedDebit(sessionId, 'second') + GARBAGE,
    ]);
    expect(text).not.toMatch(/HTTP\/1\.1 4/);
  });

  it('after an answer is refused', async () => {
    const text = await exchange(server.url, [signedDebit(sessionId, 'answered'), GARBAGE], {
      pauseMs: 1_000,
    });
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
    expect(text).toMatch(/\}HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"code":1010,"type":"INVALID_REQUEST",/);
  });

  it('alone is refused', async () => {
    const text = await exchange(server.url, [GARBAGE]);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\{"code":1010,"type":"INVALID_REQUEST",/);
  });
});
