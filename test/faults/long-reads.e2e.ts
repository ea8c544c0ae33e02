import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReconciliationService, UnitOfWork } from '../support/application.js';
import { ENGINE } from '../support/databases.js';
import { insertManyBets } from '../support/many-movements.js';
import { type RunningApp, startApp } from '../support/server.js';

const READERS = 5;
const PARTS = 12;
const PART_MS = 4;
const POOL_SIZE = 8;

let server: RunningApp;
let unitOfWork: UnitOfWork;
beforeAll(async () => {
  server = await startApp({ env: { DATABASE_POOL_SIZE: String(POOL_SIZE) } });
  unitOfWork = server.app.get(UnitOfWork);
});
afterAll(() => server.stop());

/** As long as reading takes on SQLite, and as it takes it: the process does nothing else. */
function busy(): void {
  const end = performance.now() + PART_MS;
  while (performance.now() < end);
}

/** Many who read on and on, part by part; `part` is called within each. */
const readOn = (part: () => void | Promise<void>, readers = READERS): Promise<unknown> =>
  Promise.all(
    Array.from({ length: readers }, async () => {
      for (let count = 0; count < PARTS; count += 1) {
        await unitOfWork.readGently(async (reader) => {
          await reader.query('SELECT 1');
          await part();
        });
      }
    }),
  );

if (ENGINE === 'sqlite') {
  describe(`${READERS} long reads at once on SQLite`, () => {
    it('let the process look for calls between any two of their parts', async () => {
      const loop = { turn: 0, next: setImmediate(count) };
      function count(): void {
        loop.turn += 1;
        loop.next = setImmediate(count);
      }
      const turnsOfParts: number[] = [];
      await readOn(() => {
        turnsOfParts.push(loop.turn);
        busy();
      });
      clearImmediate(loop.next);
      expect(turnsOfParts).toHaveLength(READERS * PARTS);
      expect(new Set(turnsOfParts).size).toBe(READERS * PARTS);
    });

    it('keep a commit waiting for one part at most, however many are in line', async () => {
      let parts = 0;
      const reading = readOn(() => {
        parts += 1;
        busy();
      });
      const waited: number[] = [];
      while (parts < READERS * PARTS) {
        await nextTurn();
        const before = parts;
        await unitOfWork.write(() => {
          waited.push(parts - before);
          return Promise.resolve();
        });
      }
      await reading;
      expect(waited.length).toBeGreaterThan(READERS);
      expect(Math.max(...waited)).toBeLessThanOrEqual(1);
    });
  });
} else {
  describe('long reads on MySQL', () => {
    it('have half of the connections at most, however many there are', async () => {
      let reading = 0;
      let most = 0;
      await readOn(async () => {
        reading += 1;
        most = Math.max(most, reading);
        await nextTurn();
        reading -= 1;
      }, POOL_SIZE * 2);
      expect(most).toBeLessThanOrEqual(POOL_SIZE / 2);
    });
  });
}

describe('a day that is read', () => {
  it('is cut by its movements, so that a busy second after a quiet night is not one part', async () => {
    const bets = {
      name: 'burst',
      walletId: 'nobody',
      count: 4_000,
      at: '2020-01-01 23:59:50.000',
      spread: true,
    };
    await insertManyBets(server.database.url, bets);
    const parts: string[][] = [];
    for await (const part of server.app.get(ReconciliationService).movements('2020-01-01')) {
      parts.push(part.map(({ reference }) => reference));
    }
    expect(new Set(parts.flat()).size).toBe(bets.count);
    expect(parts.flat()).toHaveLength(bets.count);
    for (const [index, part] of parts.entries()) {
      expect(part.length).toBeLessThanOrEqual(2 * (parts[index - 1]?.length ?? 250));
    }
  });
});
