import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse as parseCsv } from 'csv-parse/sync';
import { callOperator, debit, openFundedSession, send } from '../support/gpas.js';
import { insertManyBets } from '../support/many-movements.js';
import { type RunningApp, startApp } from '../support/server.js';

let server: RunningApp;
beforeAll(async () => {
  server = await startApp();
});
afterAll(() => server.stop());

const ROWS = 20_000;
const lines = (text: string): string[] => text.trimEnd().split('\r\n');

describe('the export', () => {
  it('is CSV that any reader takes, with what a spreadsheet would run marked as text', async () => {
    const id = await openFundedSession(server.url, 'exported', { real: 1_000 });
    const description = '=HYPERLINK("x"), said "she"\nand left';
    await debit(server.url, id, 'exported-1', { extra: { description } });
    const answer = await callOperator(server.url, 'GET', `/operator/movements/export?sessionId=${id}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="movements.csv"');
    const [head, first] = answer.text.split('\r\n');
    expect(head).toBe(
      '\uFEFFcreated,movementId,walletId,seq,kind,value,currency,realChange,bonusChange,leftBalance,parentSystemId,' +
        'externalReference,sessionId,gameId,rollsBack,rolledBackBy,description,tags',
    );
    expect(first).toMatch(/^20[\dT:.-]+Z,[\da-f-]{36},exported,2,DEBIT,10,EUR,-10,0,990,BL13GT,exported-1,/);
    expect(first).toContain(
      `,agt-54,,,"'=HYPERLINK(""x""), said ""she""\nand left","{""gpasSessionId"":""gpas-1"",""gameid"":""agt-54""}"`,
    );
  });

  it('begins with one byte order mark, without which Excel garbles it, though it has no rows', async () => {
    const id = await openFundedSession(server.url, 'unicode', { real: 1_000 });
    await debit(server.url, id, 'unicode-1', { extra: { description: 'Ünïcödé 🎰' } });
    for (const [filter, descriptions] of [
      [`sessionId=${id}`, ['Ünïcödé 🎰']],
      ['externalReference=never', []],
    ] as const) {
      const { text } = await callOperator(server.url, 'GET', `/operator/movements/export?${filter}`);
      expect(Buffer.from(text).subarray(0, 10)).toEqual(Buffer.from('\xef\xbb\xbfcreated', 'latin1'));
      expect(text.lastIndexOf('\uFEFF')).toBe(0);
      const rows = parseCsv<Record<string, string>>(text, { bom: true, columns: true });
      expect(rows.map(({ description }) => description)).toEqual(descriptions);
    }
  });

  it('holds no formula behind a separator inside a cell, and says what else a spreadsheet would change', async () => {
    const id = await openFundedSession(server.url, '00123', { real: 1_000 });
    for (const [index, description] of [
      'a;=HYPERLINK("x");b',
      'a\t=1+1',
      'a\r\n@SUM(1)',
      '9223372036854775807',
      '12345',
    ].entries()) {
      await debit(server.url, id, `1-${index}`, { value: 1, gameid: '2026-02-05', extra: { description } });
    }
    const answer = await callOperator(server.url, 'GET', `/operator/movements/export?sessionId=${id}`);
    const rows = answer.text.split(/\r\n(?=20|$)/).slice(1, 6);
    const shown = (reference: string, text: string): unknown =>
      expect.stringMatching(
        new RegExp(
          `^\\S+,'00123,\\d+,DEBIT,1,EUR,-1,0,99\\d,BL13GT,'${reference},${id},'2026-02-05,,,${text},"{""gpasSessionId"".*}"$`,
        ),
      );
    expect(rows).toEqual([
      shown('1-4', '12345'),
      shown('1-3', "'9223372036854775807"),
      shown('1-2', `"a\r'\n'@SUM\\(1\\)"`),
      shown('1-1', `"a\t'=1\\+1"`),
      shown('1-0', `"a;'=HYPERLINK\\(""x""\\);b"`),
    ]);
  });

  it('has every row once, over many pages, while play goes on', async () => {
    const many = { name: 'many', walletId: 'exported', count: ROWS, at: '2020-01-01 00:00:00.000' };
    await insertManyBets(server.database.url, many);
    const id = await openFundedSession(server.url, 'meanwhile', { real: 1_000_000 });
    const state = { playing: true };
    let played = 0;
    const play = (async () => {
      while (state.playing)
        expect((await debit(server.url, id, `meanwhile-${(played += 1)}`, { value: 1 })).status).toBe(201);
    })();
    const answer = await callOperator(server.url, 'GET', '/operator/movements/export?sessionId=many');
    state.playing = false;
    await play;
    const rows = lines(answer.text).slice(1);
    expect(rows).toHaveLength(ROWS);
    expect(new Set(rows.map((row) => row.split(',')[11])).size).toBe(ROWS);
    expect(played).toBeGreaterThan(10);
  });

  it('takes the filters of the search, and is for keys that may read', async () => {
    const only = await callOperator(server.url, 'GET', '/operator/movements/export?externalReference=many-7');
    expect(lines(only.text)).toHaveLength(2);
    expect((await callOperator(server.url, 'GET', '/operator/movements/export?kind=BET')).status).toBe(400);
    expect((await send(server.url, { method: 'GET', target: '/operator/movements/export' })).status).toBe(
      401,
    );
  });
});
