import { describe, expect, it } from '@jest/globals';
import { compare, parseFigures } from './comparison.js';
import type { ReportRow } from './report.rules.js';

const row = (change: Partial<ReportRow> = {}): ReportRow => ({
  date: '2026-02-05',
  providerCode: 'AGT',
  gameId: 'agt-54',
  gameName: 'Book of Sun',
  currency: 'BRL',
  totalBet: '15000.5',
  totalBetRollback: '0',
  totalWin: '10000',
  totalWinRollback: '0',
  totalGgr: '-5000.5',
  betCount: 150,
  winCount: 40,
  rollbackCount: 0,
  ...change,
});
const HEAD = 'date,provider_code,game_id,currency,total_bet,total_ggr,transaction_count_bet\n';

describe('figures of GPAS', () => {
  it('that are the same, in whatever form a number is written, differ nowhere', () => {
    const csv = `\uFEFF${HEAD}2026-02-05,AGT,agt-54,BRL,015000.50,-5000.500,150\r\n`;
    expect(compare([row()], parseFigures(csv, 'csv'))).toEqual([]);
    const json = {
      status: 'success',
      data: [{ date: '2026-02-05', game_id: 'agt-54', currency: 'BRL', total_bet: 15000.5 }],
    };
    expect(compare([row()], parseFigures(JSON.stringify(json), 'json'))).toEqual([]);
    expect(compare([row()], parseFigures(JSON.stringify(json.data), 'json'))).toEqual([]);
    const zero = `${HEAD}2026-02-05,AGT,agt-54,BRL,-0.00,,\n`;
    expect(compare([row({ totalBet: '0' })], parseFigures(zero, 'csv'))).toEqual([]);
  });

  it('that differ are named by row and total, to the last digit', () => {
    const csv = `${HEAD}2026-02-05,AGT,agt-54,BRL,15000.51,-5000.5,149\n2026-02-05,XYZ,xyz-1,BRL,1,1,1\n`;
    expect(compare([row(), row({ gameId: 'agt-55' })], parseFigures(csv, 'csv'))).toEqual([
      '2026-02-05 agt-54 BRL: total_bet is 15000.51 at GPAS, 15000.5 here',
      '2026-02-05 agt-54 BRL: transaction_count_bet is 149 at GPAS, 150 here',
      '2026-02-05 agt-55 BRL: is here only',
      '2026-02-05 xyz-1 BRL: is at GPAS only',
    ]);
    const long = `${HEAD}2026-02-05,AGT,agt-54,BRL,12345678901234567890.01,,\n`;
    expect(compare([row({ totalBet: '12345678901234567890.02' })], parseFigures(long, 'csv'))).toHaveLength(
      1,
    );
  });

  it.each<[string, 'csv' | 'json', string]>([
    [`${HEAD}2026-02-05,AGT,,BRL,1,1,1\n`, 'csv', 'row 1 has no game_id'],
    [`${HEAD}2026-02-05,AGT,agt-54,BRL,"1,000",1,1\n`, 'csv', 'row 1: total_bet is no decimal number: 1,000'],
    [`${HEAD}2026-02-05,AGT,agt-54,BRL,1e3,1,1\n`, 'csv', 'no decimal number'],
    [`${HEAD}2026-02-05,AGT,agt-54,BRL,,,\n`, 'csv', 'row 1 has none of total_bet'],
    [`${HEAD}2026-02-05,AGT,a,BRL,1,1,1\n2026-02-05,AGT,a,BRL,2,1,1\n`, 'csv', 'row 2 is there twice'],
    [`${HEAD}2026-02-05,AGT\n`, 'csv', 'columns'],
    ['{', 'json', 'JSON'],
    ['{"data":1}', 'json', 'a list of rows'],
    ['[1]', 'json', 'a list of rows'],
    ['null', 'json', 'a list of rows'],
  ])('that cannot be read are refused by what is wrong: %j', (text, format, message) => {
    expect(() => parseFigures(text, format)).toThrow(new RegExp(message, 'i'));
  });
});
