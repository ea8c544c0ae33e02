import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { command, commandProcess, type Ended } from '../support/command.js';
import { query } from '../support/databases.js';
import {
  callOperator,
  credit,
  debit,
  openFundedSession,
  openSession,
  rollback,
  sessionIdOf,
} from '../support/gpas.js';
import { registerParentSystem, signedBy } from '../support/parent-systems.js';
import { type RunningApp, startApp } from '../support/server.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

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

function reconcile(rows: string, day = date): Promise<Ended> {
  const file = join(folder.path, 'gpas.csv');
  writeFileSync(file, HEAD + rows);
  return run('--file', file, '--date', day);
}

const run = (...parameters: string[]): Promise<Ended> =>
  command('reconcile', { parameters, env: { DATABASE_URL: server.database.url } });

describe('npm run reconcile', () => {
  it('ends with 0 where all agrees, beside a server that runs', async () => {
    expect(await reconcile(`${date},agt-54,EUR,12.5,3.00,1\n`)).toEqual({
      code: 0,
      output: `1 rows of ${date}, all agree in total_bet, total_win, transaction_count_bet\n`,
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

  it('names each reference that differs, where the file has references', async () => {
    const file = join(folder.path, 'movements.csv');
    const head = 'date,game_id,currency,external_reference,type,value\n';
    const bet = `${date},agt-54,EUR,reconciled-bet,bet,12.5\n`;
    writeFileSync(file, `${head}${bet}${date},agt-54,EUR,reconciled-win,win,3\n`);
    expect(await run('--file', file, '--date', date)).toEqual({
      code: 0,
      output: expect.stringMatching(/^2 rows of \S+, all agree in every reference, total_bet, .*rollback\n$/),
    });
    writeFileSync(file, `${head}${bet}${date},agt-54,EUR,reconciled-winner,win,3\n`);
    const { code, output } = await run('--file', file, '--date', date);
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      'reconciled-win: win of 3 EUR in agt-54 is here only',
      'reconciled-winner: win of 3 EUR in agt-54 is at GPAS only',
      `2 differences on ${date}`,
      '',
    ]);
  });

  it.each(['Pacific/Kiritimati', 'America/Los_Angeles'])(
    'books the last and the first millisecond of a day on their own days in %s as well',
    async (timeZone) => {
      const edges = [
        '2026-02-04 23:59:59.999',
        '2026-02-05 00:00:00.000',
        '2026-02-05 23:59:59.999',
        '2026-02-06 00:00:00.000',
      ];
      for (const [index, at] of edges.entries()) {
        const id = `edge-${timeZone}-${index}`.slice(-36);
        await query(
          server.database.url,
          `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
             real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
           VALUES (?, 'BL13GT', ?, 'DEBIT', 'reconciled', ?, ?, -1, 0, 0, 0, ?, ?)`,
          [id, id, 1_000 + timeZone.length * 10 + index, 10 ** index, timeZone, at],
        );
      }
      const file = join(folder.path, 'edges.csv');
      writeFileSync(file, `date,game_id,currency,total_bet\n2026-02-05,${timeZone},EUR,1.1\n`);
      const { out } = await commandProcess(['reconcile', '--file', file, '--date', '2026-02-05'], {
        env: { DATABASE_URL: server.database.url, TZ: timeZone },
      }).ended;
      expect(out).toMatch(/ all agree in total_bet\n$| differences on 2026-02-05\n$/);
      expect(out).not.toContain(`${timeZone} EUR`);
    },
  );

  it('takes a file without rows for a day without play, and no other', async () => {
    const none = { code: 0, output: 'no rows of 2019-05-05, neither at GPAS nor here\n' };
    expect(await reconcile('', '2019-05-05')).toEqual(none);
    const file = join(folder.path, 'none.json');
    writeFileSync(file, '{"status":"success","data":[]}');
    expect(await run('--file', file, '--date', '2019-05-05')).toEqual(none);
    const played = { code: 1, output: expect.stringContaining(`${date} agt-54 EUR: is here only\n`) };
    expect(await reconcile('')).toEqual(played);
    expect(await run('--file', file, '--date', date)).toEqual(played);
  });

  it('reads what a spreadsheet saves, and our own answer with sums of any size', async () => {
    const file = join(folder.path, 'excel.csv');
    writeFileSync(file, `\uFEFFdate;game_id;currency;total_bet\r\n${date};agt-54;EUR;12.50\r\n;;;\r\n`);
    expect(await run('--file', file, '--date', date)).toMatchObject({ code: 0 });
    for (let index = 0; index < 20; index += 1) {
      const id = `huge-${index}`;
      await query(
        server.database.url,
        `INSERT INTO movements (id, parent_system_id, external_reference, kind, wallet_id, seq, amount_minor,
           real_delta_minor, bonus_delta_minor, real_after_minor, bonus_after_minor, game_id, created_at)
         VALUES (?, 'BL13GT', ?, 'CREDIT', 'reconciled', ?, 999999999999999, 1, 0, 0, 0, 'huge', '2019-06-06 12:00:00.000')`,
        [id, id, 5_000 + index],
      );
    }
    const range = 'date_from=2019-06-06&date_to=2019-06-06';
    const { text } = await callOperator(server.url, 'GET', `/reconciliation?${range}`);
    expect(text).toContain('"total_win":199999999999999.8,');
    const own = join(folder.path, 'own.json');
    writeFileSync(own, text);
    expect(await run('--file', own, '--date', '2019-06-06')).toMatchObject({ code: 0 });
    writeFileSync(own, text.replace('199999999999999.8,', '199999999999999.81,'));
    expect(await run('--file', own, '--date', '2019-06-06')).toMatchObject({
      code: 1,
      output: expect.stringContaining('total_win is 199999999999999.81 at GPAS, 199999999999999.8 here'),
    });
  });

  it('compares with one parent system alone where it is named, total by total and reference by reference', async () => {
    const other = await registerParentSystem(server.url);
    const signed = signedBy(other);
    const id = sessionIdOf(await openSession(server.url, 'reconciled', signed));
    await debit(server.url, id, 'reconciled-bet', { value: '2', gameid: 'two' }, signed);
    await debit(server.url, await openFundedSession(server.url, 'two'), 'two', { value: '5', gameid: 'two' });
    const file = join(folder.path, 'two.csv');
    const named = ['--file', file, '--date', date, '--parent-system', other.id];
    writeFileSync(file, `date,game_id,currency,total_bet\n${date},two,EUR,2\n`);
    expect(await run(...named)).toEqual({ code: 0, output: `1 rows of ${date}, all agree in total_bet\n` });
    expect((await run(...named.slice(0, 4))).output).toContain('total_bet is 2 at GPAS, 7 here\n');
    const head = 'date,game_id,currency,external_reference,type,value\n';
    writeFileSync(file, `${head}${date},two,EUR,reconciled-bet,bet,2\n`);
    expect(await run(...named)).toMatchObject({ code: 0 });
    expect(await run(...named.slice(0, 5), 'nobody')).toEqual({
      code: 2,
      output: expect.stringContaining('--parent-system nobody is none that is registered here'),
    });
  });

  it('tells a rollback by what it takes back, also where no money moved', async () => {
    const id = await openFundedSession(server.url, 'free');
    const none = { value: 0, gameid: 'free' };
    await debit(server.url, id, 'free-bet', none);
    await rollback(server.url, id, 'free-bet-back', 'free-bet');
    await credit(server.url, id, 'free-win', none);
    await rollback(server.url, id, 'free-win-back', 'free-win');
    await debit(server.url, id, 'paid-bet', { value: 7, gameid: 'free' });
    await rollback(server.url, id, 'paid-bet-back', 'paid-bet');
    await credit(server.url, id, 'paid-win', { value: 2, gameid: 'free' });
    await rollback(server.url, id, 'paid-win-back', 'paid-win');
    const file = join(folder.path, 'free.csv');
    const rows = [
      'free-bet,bet,0',
      'free-bet-back,bet_rollback,0.00',
      'free-win,win,0',
      'free-win-back,win_rollback,0',
      'paid-bet,bet,7',
      'paid-bet-back,bet_rollback,7',
      'paid-win,win,2',
      'paid-win-back,win_rollback,2',
    ];
    const head = 'date,game_id,currency,external_reference,type,value\n';
    writeFileSync(file, head + rows.map((row) => `${date},free,EUR,${row}\n`).join(''));
    const { code, output } = await run('--file', file, '--date', date);
    expect(code).toBe(1); // the play of the other tests is not in the file
    expect(output).not.toMatch(/\bfree\b|paid-/);
    writeFileSync(file, `${head}${date},free,EUR,free-bet-back,win_rollback,0\n`);
    expect((await run('--file', file, '--date', date)).output).toContain(
      'free-bet-back: win_rollback of 0 EUR in free at GPAS, bet_rollback of 0 EUR in free here',
    );
  });
});
