import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { createTestDatabase, query } from '../support/databases.js';
import { debit, openFundedSession } from '../support/gpas.js';
import { ServerProcess } from '../support/server.js';

const HOUR_MS = 3_600_000;
const LONGEST_MS = 30_000;
const preloaded = (file: string): string => pathToFileURL(join(import.meta.dirname, '../support', file)).href;

it('a server whose clock falls behind makes the totals of the hours that it books into, makes them again, and stops', async () => {
  const database = await createTestDatabase();
  const server = await ServerProcess.start(database.url, {
    NODE_OPTIONS: `--import ${preloaded('shifted-clock.js')} --import ${preloaded('hurried-timers.js')}`,
    CLOCK_SHIFT_ON_SIGNAL_MS: String(-3 * HOUR_MS),
  });
  const counted = async (): Promise<number> => {
    const hours = await query<{ movements: number }>(
      database.url,
      'SELECT movements FROM movement_hours WHERE checked_at IS NOT NULL',
    );
    return hours.reduce((all, { movements }) => all + movements, 0);
  };
  try {
    const session = await openFundedSession(server.url, 'late', { real: 1_000 });
    server.child.kill('SIGUSR2');
    await sleep(200);
    await debit(server.url, session, 'late-1', { value: 5 });
    await until(async () => (await counted()) === 1);
    await debit(server.url, session, 'late-2', { value: 6 });
    await query(database.url, `UPDATE movement_hours SET due_at = '2000-01-01 00:00:00.000'`);
    await until(async () => (await counted()) === 2);
    expect(server.output.filter((line) => line.includes('"Totals"'))).toEqual([]);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  } finally {
    await server.kill();
    await database.drop();
  }
}, 60_000);

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`It did not come to that within ${LONGEST_MS} ms`);
    await sleep(100);
  }
}
