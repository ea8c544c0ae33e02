import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, query, type TestDatabase } from '../support/databases.js';
import { send } from '../support/gpas.js';
import { Load, sleep } from '../support/load.js';
import { rounds } from '../support/rounds.js';
import { ServerProcess } from '../support/server.js';

const STOPS = rounds(3);

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** The access log has a line for every request whose bytes the server had read. */
function accessLines({ output }: ServerProcess): { status: number | 'aborted' }[] {
  return output
    .filter((line) => line.includes('"context":"Access"'))
    .map((line) => JSON.parse(line) as { status: number | 'aborted' });
}

describe('SIGTERM under load', () => {
  it(`${STOPS} times: nobody whose request was read goes unanswered, connections are asked to close, and it exits with 0 within 10 s`, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < STOPS; round += 1) {
      const server = await ServerProcess.start(database.url);
      const load = new Load([server.url], 16);
      await sleep(150 + Math.random() * 150);
      const signalledAt = performance.now();
      const end = await server.kill('SIGTERM');
      expect(performance.now() - signalledAt).toBeLessThan(10_000);
      expect(end).toEqual({ code: 0, signal: null });
      await load.stop();
      acknowledged.push(...load.opened);

      const lines = accessLines(server);
      expect(lines.filter(({ status }) => status !== 201)).toEqual([]);
      const answered = load.heard.filter((one) => 'answer' in one);
      expect(answered.every((one) => one.answer.status === 201)).toBe(true);
      expect(answered).toHaveLength(lines.length);
      // Those that were in flight when it was told to stop were answered, and told that it does.
      expect(answered.filter((one) => one.answer.headers.connection === 'close').length).toBeGreaterThan(0);
      // Afterwards nobody listens. A reset is a connection that the kernel had taken and the server had not.
      const errors = load.heard.flatMap((one) => ('error' in one ? [one.error.code] : []));
      expect(errors.filter((code) => code !== 'ECONNREFUSED' && code !== 'ECONNRESET')).toEqual([]);
      await expect(send(server.url, { method: 'GET', target: '/health/live' })).rejects.toThrow(
        'ECONNREFUSED',
      );
    }
    const rows = await query<{ id: string }>(database.url, 'SELECT id FROM sessions');
    expect(rows.map(({ id }) => id).sort()).toEqual(acknowledged.sort());
  }, 600_000);

  it('ends on SIGINT too, and with a connection open that never sends anything', async () => {
    const server = await ServerProcess.start(database.url);
    const { default: net } = await import('node:net');
    const idle = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    idle.on('error', () => undefined);
    await sleep(100);
    expect(await server.kill('SIGINT')).toEqual({ code: 0, signal: null });
    idle.destroy();
  });
});
