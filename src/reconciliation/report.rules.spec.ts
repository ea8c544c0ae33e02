import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReconciliationAnswer } from './dto/reconciliation.dto.js';
import { Decimal } from '../files/exact-json.js';
import { type PartialSum, providerCodeOf, reportOf } from './report.rules.js';

const sum = (change: Partial<PartialSum>): PartialSum => ({
  date: '2026-02-05',
  gameId: 'agt-54',
  currency: 'BRL',
  decimals: 2,
  kind: 'BET',
  amountMinor: 100n,
  count: 1,
  ...change,
});

const sumArbitrary: fc.Arbitrary<PartialSum> = fc.record({
  date: fc.constantFrom('2026-02-04', '2026-02-05'),
  gameId: fc.constantFrom('agt-54', 'agt-43', 'solo', null),
  currency: fc.constantFrom('BRL', 'EUR'),
  decimals: fc.constantFrom(0, 2, 3),
  kind: fc.constantFrom('BET', 'WIN', 'BET_ROLLBACK', 'WIN_ROLLBACK'),
  amountMinor: fc.bigInt({ min: 0n, max: 10n ** 18n }),
  count: fc.nat(),
});

describe('a report', () => {
  it('adds bets, wins and rollbacks of a game up, and what the house kept', () => {
    const rows = reportOf(
      [
        sum({ amountMinor: 1_500_000n, count: 150 }),
        sum({ kind: 'WIN', amountMinor: 1_000_050n, count: 40 }),
        sum({ kind: 'BET_ROLLBACK', amountMinor: 10_000n, count: 2 }),
        sum({ kind: 'WIN_ROLLBACK', amountMinor: 50n, count: 1 }),
      ],
      new Map([['agt-54', { name: 'Book of Sun', providerCode: 'AGT-1' }]]),
    );
    expect(rows).toEqual([
      {
        date: '2026-02-05',
        providerCode: 'AGT-1',
        gameId: 'agt-54',
        gameName: 'Book of Sun',
        currency: 'BRL',
        totalBet: new Decimal('15000'),
        totalBetRollback: new Decimal('100'),
        totalWin: new Decimal('10000.5'),
        totalWinRollback: new Decimal('0.5'),
        totalGgr: new Decimal('4900'),
        betCount: 150,
        winCount: 40,
        rollbackCount: 3,
      },
    ]);
  });

  it('counts a rollback of nothing, which is of neither total', () => {
    const [row] = reportOf(
      [sum({ amountMinor: 0n }), sum({ kind: 'EMPTY_ROLLBACK', amountMinor: 0n, count: 3 })],
      new Map(),
    );
    expect(row).toMatchObject({
      totalBetRollback: new Decimal('0'),
      totalWinRollback: new Decimal('0'),
      betCount: 1,
      rollbackCount: 3,
    });
  });

  it('keeps days, games and currencies apart, in order', () => {
    const rows = reportOf(
      [sum({ currency: 'EUR' }), sum({}), sum({ gameId: 'agt-43' }), sum({ date: '2026-02-04' })],
      new Map(),
    );
    expect(rows.map(({ date, gameId, currency }) => `${date} ${gameId} ${currency}`)).toEqual([
      '2026-02-04 agt-54 BRL',
      '2026-02-05 agt-43 BRL',
      '2026-02-05 agt-54 BRL',
      '2026-02-05 agt-54 EUR',
    ]);
  });

  it('of one provider has its games only', () => {
    const sums = [sum({}), sum({ gameId: 'xyz-1' }), sum({ gameId: null })];
    expect(reportOf(sums, new Map(), 'XYZ').map(({ gameId }) => gameId)).toEqual(['xyz-1']);
    expect(reportOf(sums, new Map(), 'xyz')).toEqual([]);
  });

  it.each([
    ['agt-54', 'AGT'],
    ['agt-54-b', 'AGT'],
    ['a-', 'A'],
    ['agt', 'UNKNOWN'],
    ['-54', 'UNKNOWN'],
    [null, 'UNKNOWN'],
  ])('names the provider of %s, not in the catalogue, %s', (gameId, providerCode) => {
    expect(providerCodeOf(gameId)).toBe(providerCode);
  });

  it('loses no digit of any size, in its JSON either', () => {
    const rows = reportOf([sum({ kind: 'WIN', amountMinor: 123_456_789_012_345_678_901n })], new Map());
    const text = ReconciliationAnswer.textOf(rows);
    expect(text).toContain('"total_win":1234567890123456789.01,');
    expect(text).toContain('"total_ggr":-1234567890123456789.01,');
    expect(JSON.parse(text)).toMatchObject({
      status: 'success',
      data: [{ total_bet: 0, game_name: 'agt-54' }],
    });
    expect(ReconciliationAnswer.textOf([])).toBe('{"status":"success","data":[]}');
  });

  it('is the same however its parts are cut and ordered, and adds up to them', () => {
    fc.assert(
      fc.property(fc.array(sumArbitrary), fc.nat(), (sums, seed) => {
        const rows = reportOf(sums, new Map());
        const shuffled = [...sums].sort(
          (a, b) => Number((a.amountMinor * BigInt(seed + 1)) % 7n) - Number(b.amountMinor % 7n),
        );
        expect(reportOf(shuffled, new Map())).toEqual(rows);
        // In thousandths, the finest unit here.
        const minorOf = (text: string): bigint => {
          const [whole = '', fraction = ''] = text.split('.');
          return BigInt(whole + fraction.padEnd(3, '0'));
        };
        for (const currency of ['BRL', 'EUR']) {
          const own = rows.filter((row) => row.currency === currency);
          const added = own.reduce((total, { totalBet }) => total + minorOf(String(totalBet)), 0n);
          const expected = sums
            .filter((each) => each.currency === currency && each.kind === 'BET')
            .reduce((total, each) => total + each.amountMinor * 10n ** BigInt(3 - each.decimals), 0n);
          expect(added).toBe(expected);
        }
        expect(rows.reduce((total, row) => total + row.betCount + row.winCount + row.rollbackCount, 0)).toBe(
          sums.reduce((total, { count }) => total + count, 0),
        );
      }),
    );
  });
});
