import { describe, expect, it } from '@jest/globals';
import { compare, ReferenceComparison } from './comparison.js';
import { ReconciliationAnswer } from './dto/reconciliation.dto.js';
import { Decimal } from '../files/exact-json.js';
import { type GpasFile, parseFigures } from './gpas-file.js';
import type { NamedMovement, ReportRow } from './report.rules.js';

const row = (change: Partial<ReportRow> = {}): ReportRow => ({
  date: '2026-02-05',
  providerCode: 'AGT',
  gameId: 'agt-54',
  gameName: 'Book of Sun',
  currency: 'BRL',
  totalBet: new Decimal('15000.5'),
  totalBetRollback: new Decimal('0'),
  totalWin: new Decimal('10000'),
  totalWinRollback: new Decimal('0'),
  totalGgr: new Decimal('-5000.5'),
  betCount: 150,
  winCount: 40,
  rollbackCount: 0,
  ...change,
});
const HEAD = 'date,provider_code,game_id,currency,total_bet,total_ggr,transaction_count_bet\n';

describe('figures of GPAS', () => {
  it('that are the same, in whatever form a number is written, differ nowhere', () => {
    const csv = `\uFEFF${HEAD}2026-02-05,AGT,agt-54,BRL,015000.50,-5000.500,150\r\n`;
    expect(compare([row()], parseFigures(csv, 'csv').figures)).toEqual([]);
    const json = {
      status: 'success',
      data: [{ date: '2026-02-05', game_id: 'agt-54', currency: 'BRL', total_bet: 15000.5 }],
    };
    expect(compare([row()], parseFigures(JSON.stringify(json), 'json').figures)).toEqual([]);
    expect(compare([row()], parseFigures(JSON.stringify(json.data), 'json').figures)).toEqual([]);
    const zero = 'date,game_id,currency,total_bet\n2026-02-05,agt-54,BRL,-0.00\n';
    expect(compare([row({ totalBet: new Decimal('0') })], parseFigures(zero, 'csv').figures)).toEqual([]);
  });

  it('that differ are named by row and total, to the last digit', () => {
    const csv = `${HEAD}2026-02-05,AGT,agt-54,BRL,15000.51,-5000.5,149\n2026-02-05,XYZ,xyz-1,BRL,1,1,1\n`;
    expect(compare([row(), row({ gameId: 'agt-55' })], parseFigures(csv, 'csv').figures)).toEqual([
      '2026-02-05 agt-54 BRL: total_bet is 15000.51 at GPAS, 15000.5 here',
      '2026-02-05 agt-54 BRL: transaction_count_bet is 149 at GPAS, 150 here',
      '2026-02-05 agt-55 BRL: is here only',
      '2026-02-05 xyz-1 BRL: is at GPAS only',
    ]);
    const long = `${HEAD}2026-02-05,AGT,agt-54,BRL,12345678901234567890.01,,\n`;
    expect(
      compare([row({ totalBet: new Decimal('12345678901234567890.02') })], parseFigures(long, 'csv').figures),
    ).toHaveLength(1);
  });

  it('of any size are read to the last digit, from JSON numbers too', () => {
    const texts = [
      ['12345678901234567.89', '12345678901234567.89'],
      ['99999999999999999999', '99999999999999999999'],
      ['1e+16', '10000000000000000'],
      ['1.50E2', '150'],
      ['-125e-3', '-0.125'],
    ] as const;
    for (const [number, text] of texts) {
      const json = `[{"date":"2026-02-05","game_id":"agt-54","currency":"BRL","total_bet":${number}}]`;
      expect(parseFigures(json, 'json').figures[0]?.totals.get('total_bet')).toBe(text);
    }
    const ours = [row({ totalBet: new Decimal('98765432109876543210.01'), totalGgr: new Decimal('-1') })];
    expect(compare(ours, parseFigures(ReconciliationAnswer.textOf(ours), 'json').figures)).toEqual([]);
  });

  it('may stand in a file as a spreadsheet saves it', () => {
    const csv = `\uFEFF${HEAD.trim().replaceAll(',', ';')}\r\n"2026-02-05";AGT;agt-54;BRL;15000.5;-5000.5;150\r\n;;;;;;\r\n\r\n`;
    expect(compare([row()], parseFigures(csv, 'csv').figures)).toEqual([]);
  });

  it.each<[string, 'csv' | 'json', string]>([
    [`${HEAD}2026-02-05,AGT,,BRL,1,1,1\n`, 'csv', 'row 1 has no game_id'],
    [
      `${HEAD}2026-02-05,AGT,agt-54,BRL,"1,000",1,1\n`,
      'csv',
      'row 1: total_bet is no decimal number: "1,000", write 1234.50',
    ],
    [`${HEAD}2026-02-05,AGT,agt-54,BRL,1e3,1,1\n`, 'csv', 'no decimal number'],
    [`${HEAD}2026-02-05,AGT,a,BRL,1,1,1\n2026-02-05,AGT,b,BRL,1,,1\n`, 'csv', 'row 2 has no total_ggr'],
    [`${HEAD}2026-02-05;AGT;agt-54;BRL;1;1;1\n`, 'csv', 'columns'],
    [
      `${HEAD.replaceAll(',', ';')}2026-02-05;AGT;agt-54;BRL;1,5;1;1\n`,
      'csv',
      'total_bet is no decimal number: "1,5"',
    ],
    ['[{"date":"2026-02-05","game_id":54,"currency":"BRL","total_bet":1}]', 'json', 'game_id is no text'],
    ['[{"date":"2026-02-05","game_id":"a","currency":"BRL"}]', 'json', 'row 1 has none of total_bet'],
    [
      '[{"date":"2026-02-05","game_id":"a","currency":"BRL","total_bet":1,"total_bet":2}]',
      'json',
      'total_bet',
    ],
    [
      '[{"date":"2026-02-05","game_id":"a","currency":"BRL","total_bet":1e99}]',
      'json',
      'no decimal number: "1e99"',
    ],
    [`${HEAD}2026-02-05,AGT,a,BRL,1,1,1\n2026-02-05,AGT,a,BRL,2,1,1\n`, 'csv', 'row 2 is there twice'],
    [`${HEAD}2026-02-05,AGT\n`, 'csv', 'columns'],
    ['{', 'json', 'is not JSON'],
    ['{"data":1}', 'json', 'a list of rows'],
    ['[1]', 'json', 'row 1 is 1: expected an object'],
    ['null', 'json', 'a list of rows'],
  ])('that cannot be read are refused by what is wrong: %j', (text, format, message) => {
    expect(() => parseFigures(text, format)).toThrow(new RegExp(message, 'i'));
  });
});

const MOVEMENTS = 'date,game_id,currency,external_reference,type,value\n';
const movement = (change: Partial<NamedMovement> = {}): NamedMovement => ({
  date: '2026-02-05',
  gameId: 'agt-54',
  currency: 'BRL',
  reference: 'agt-1',
  kind: 'BET',
  amountMinor: 1_000n,
  decimals: 2,
  count: 1,
  ...change,
});

function compareMovements(file: GpasFile, ...ours: NamedMovement[]): string[] {
  const comparison = new ReferenceComparison(file.movements ?? []);
  for (const each of ours) comparison.addOurs([each]);
  return comparison.differences();
}

describe('movements of GPAS', () => {
  it('are added up to figures, in every total', () => {
    const csv = `${MOVEMENTS}2026-02-05,agt-54,BRL,agt-1,bet,100
2026-02-05,agt-54,BRL,agt-2,GAME_DEBIT,0.50
2026-02-05,agt-54,BRL,agt-3,bet_rollback,0.5
2026-02-05,agt-54,BRL,agt-4,win,30
2026-02-05,agt-54,BRL,agt-5,win_rollback,10.00
2026-02-05,agt-54,JPY,agt-6,GAME_CREDIT,7
`;
    const { figures } = parseFigures(csv, 'csv');
    expect(figures.map(({ currency, totals }) => [currency, Object.fromEntries(totals)])).toEqual([
      [
        'BRL',
        {
          total_bet: '100.5',
          total_bet_rollback: '0.5',
          total_win: '30',
          total_win_rollback: '10',
          total_ggr: '80',
          transaction_count_bet: '2',
          transaction_count_win: '1',
          transaction_count_rollback: '2',
        },
      ],
      ['JPY', expect.objectContaining({ total_win: '7', total_ggr: '-7', transaction_count_win: '1' })],
    ]);
  });

  it('that are ours differ nowhere, whatever their order and however their amounts are written', () => {
    const json = [
      {
        date: '2026-02-05',
        game_id: 'agt-54',
        currency: 'BRL',
        external_reference: 'a',
        type: 'bet',
        value: 10,
      },
      {
        date: '2026-02-05',
        game_id: 'UNKNOWN',
        currency: 'BRL',
        external_reference: 'b',
        type: 'win',
        value: '010.0',
      },
    ];
    const file = parseFigures(JSON.stringify(json), 'json');
    const [bet, win] = [
      movement({ reference: 'a' }),
      movement({ reference: 'b', kind: 'WIN', gameId: null }),
    ];
    expect(compareMovements(file, win, bet)).toEqual([]);
  });

  it('that are not are named by their reference', () => {
    const row = (reference: string, type: string, value: string): string =>
      `2026-02-05,agt-54,BRL,${reference},${type},${value}\n`;
    const file = parseFigures(
      MOVEMENTS + row('agt-1', 'bet', '10.01') + row('agt-2', 'win', '3') + row('agt-4', 'bet', '1'),
      'csv',
    );
    const ours = [
      movement(),
      movement({ reference: 'agt-3' }),
      movement({ reference: 'agt-4', amountMinor: 100n, kind: 'WIN' }),
    ];
    expect(compareMovements(file, ...ours)).toEqual([
      'agt-1: bet of 10.01 BRL in agt-54 at GPAS, bet of 10 BRL in agt-54 here',
      'agt-2: win of 3 BRL in agt-54 is at GPAS only',
      'agt-3: bet of 10 BRL in agt-54 is here only',
      'agt-4: bet of 1 BRL in agt-54 at GPAS, win of 1 BRL in agt-54 here',
    ]);
  });

  it('under a reference that two parent systems have are compared each with its own', () => {
    const csv = `${MOVEMENTS}2026-02-05,agt-54,BRL,agt-1,bet,5\n2026-02-05,agt-54,BRL,agt-1,bet,10\n`;
    const [five, ten] = [movement({ amountMinor: 500n }), movement()];
    expect(compareMovements(parseFigures(csv, 'csv'), ten, five)).toEqual([]);
    expect(compareMovements(parseFigures(csv, 'csv'), ten)).toEqual([
      'agt-1: bet of 5 BRL in agt-54 is at GPAS only',
    ]);
    expect(compareMovements(parseFigures(csv, 'csv'), ten, five, ten)).toEqual([
      'agt-1: bet of 10 BRL in agt-54 is here only',
    ]);
  });

  it.each([
    ['2026-02-05,agt-54,BRL,,bet,1', 'row 1 has no external_reference'],
    ['2026-02-05,agt-54,BRL,a,stake,1', 'row 1: type must be one of bet'],
    ['2026-02-05,agt-54,BRL,a,constructor,1', 'row 1: type must be one of bet'],
    ['2026-02-05,agt-54,BRL,a,bet,', 'row 1: value is no decimal number'],
    ['2026-02-05,agt-54,BRL,a,bet,-1', 'row 1: value is negative: -1'],
    ['2026-02-05,agt-54,BRL,a,bet,1\n,agt-54,BRL,b,bet,1', 'row 2 has no date'],
  ])('that cannot be read are refused by what is wrong: %s', (rows, message) => {
    expect(() => parseFigures(`${MOVEMENTS}${rows}\n`, 'csv')).toThrow(message);
  });
});
