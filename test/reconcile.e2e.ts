import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { credit, debit, openFundedSession } from './support/gpas.js';
import { type RunningApp, startApp } from './support/server.js';
import { TemporaryFolder } from './support/temporary-folder.js';

const SCRIPT = join(import.meta.dirname, '../dist/src/reconciliation/cli/reconcile.js');
const HEAD = 'date,game_id,currency,total_bet,total_win,transaction_count_bet\n';
const date = new Date().toISOString().slice(0, 10);

let server: RunningApp;
const folder = new TemporaryFolder('reconcile');
beforeAll(async () => {
  server = await startApp();
  const id = await openFundedSession(server.url, 'reconciled');
  await debit(server.url, id, 'reconciled-bet', { value: '12.50' });
  await credit(server.url, id, 'reconciled-win', { value: '3' });
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

function reconcile(rows: string, day = date): Promise<{ code: number; output: string }> {
  const file = join(folder.path, 'gpas.csv');
  writeFileSync(file, HEAD + rows);
  return run('--file', file, '--date', day);
}

function run(...parameters: string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: server.database.url };
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...parameters], { cwd: folder.path, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number((error as { code?: unknown }).code) : 0, output: stdout + stderr }),
    );
  });
}

describe('npm run reconcile', () => {
  it('ends with 0 where all agrees, beside a server that runs', async () => {
    expect(await reconcile(`${date},agt-54,EUR,12.5,3.00,1\n`)).toEqual({
      code: 0,
      output: `1 rows of ${date}, all agree\n`,
    });
  });

  it('names what differs and ends with 1', async () => {
    const { code, output } = await reconcile(`${date},agt-54,EUR,12.51,3,1\n${date},agt-9,EUR,1,0,1\n`);
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      `${date} agt-54 EUR: total_bet is 12.51 at GPAS, 12.5 here`,
      `${date} agt-9 EUR: is at GPAS only`,
      `2 differences on ${date}`,
      '',
    ]);
  });

  it('says what it cannot use, with another exit code', async () => {
    expect(await reconcile(`${date},agt-54,EUR,x,3,1\n`)).toMatchObject({
      code: 2,
      output: expect.stringContaining('row 1: total_bet is no decimal number: x'),
    });
    expect(await reconcile('2020-01-01,agt-54,EUR,1,3,1\n')).toMatchObject({
      code: 2,
      output: expect.stringContaining('has a row of 2020-01-01'),
    });
    expect(await reconcile('', 'yesterday')).toMatchObject({
      code: 2,
      output: expect.stringContaining('a day like'),
    });
    expect(await run('--date', date)).toMatchObject({ code: 2, output: expect.stringContaining('--file') });
    expect(await run('--file', 'nowhere.csv', '--date', date)).toMatchObject({
      code: 2,
      output: expect.stringContaining('cannot be read'),
    });
    expect(await run('--help')).toMatchObject({ code: 0, output: expect.stringContaining('Usage') });
  });
});
