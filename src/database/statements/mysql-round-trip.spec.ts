import { describe, expect, it } from '@jest/globals';
import type { PoolConnection } from 'mysql2';
import { mysqlRoundTrip } from './mysql-round-trip.js';
import type { Statement } from './statement.js';

/** The one packet that is sent for these. */
function sent(...statements: Statement[]): string {
  let text = '';
  const connection = { query: ({ sql }: { sql: string }) => (text = sql) } as unknown as PoolConnection;
  void mysqlRoundTrip(connection, 1_000)(statements).catch((error: unknown) => (text = String(error)));
  return text;
}

const value = (one: string | number | null): string => sent({ sql: 'SELECT ?', values: [one] });

describe('a value in a statement', () => {
  it.each([
    ['2sdf1sd', `SELECT '2sdf1sd'`],
    ['', `SELECT ''`],
    ['{"gameid":"agt-13"}', `SELECT '{"gameid":"agt-13"}'`],
    ['what? -- /* # ; `x` %', `SELECT 'what? -- /* # ; \`x\` %'`],
    [-5, 'SELECT -5'],
    [999_999_999_999_999, 'SELECT 999999999999999'],
    [null, 'SELECT NULL'],
  ])('%j is itself', (one, text) => {
    expect(value(one)).toBe(text);
  });

  it.each([`'`, `\\`, `\\'`, `'; DROP SCHEMA t; -- `, '\0', '\n', '\x7f', 'é', '\u00bf\u0027', '😀', '\x1a'])(
    '%j is hexadecimal digits, so that nothing in it can end it',
    (one) => {
      expect(value(one)).toBe(`SELECT _utf8mb4 X'${Buffer.from(one).toString('hex')}'`);
    },
  );

  it('is never a character outside of the quotes, whatever the text', () => {
    for (let code = 0; code < 0x2100; code += 1) {
      const text = value(`a${String.fromCharCode(code)}b`);
      expect(text).toMatch(/^SELECT ('[ -&(-[\]-~]*'|_utf8mb4 X'[0-9a-f]+')$/);
    }
  });
});

describe('several statements', () => {
  it('are one packet, and a guard follows the one that says how many rows it matches', () => {
    expect(
      sent(
        { sql: 'BEGIN', values: [] },
        { sql: 'REPLACE t VALUES (?, ?)', values: [3, 'a'], matches: 1 },
        { sql: 'COMMIT', values: [] },
      ),
    ).toBe(`BEGIN; REPLACE t VALUES (3, 'a'); SELECT 18446744073709551615 + ABS(ROW_COUNT() - 1); COMMIT`);
  });
});

it.each<Statement>([
  { sql: 'SELECT ?', values: [] },
  { sql: 'SELECT ?', values: [1, 2] },
  { sql: 'SELECT ?', values: [0.5] },
  { sql: 'SELECT ?', values: [NaN] },
  { sql: 'SELECT ?', values: [2 ** 53] },
])('%j is not sent', async (statement) => {
  const connection = { query: () => expect('sent').toBe('not sent') } as unknown as PoolConnection;
  await expect(mysqlRoundTrip(connection, 1_000)([statement])).rejects.toThrow(/statement/);
});
