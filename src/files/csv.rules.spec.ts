import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { lineOf, markedText, separatorOf } from './csv.rules.js';

describe('the separator of a CSV file', () => {
  it.each([
    ['a,b', ','],
    ['a;b', ';'],
    ['"a";"b"', ';'],
    ['a;b,c', ','],
    ['a', ','],
    ['', ','],
  ])('with the header %j is %s', (header, separator) => {
    expect(separatorOf(header)).toBe(separator);
  });
});

const SIGN = /^['"\p{Z}\p{C}]*[=+\-@＝＋－＠]/u;

/** The text that was marked, found without what marks it. */
function unmarked(text: string): string {
  const withoutFormulas = text.replace(/(^|[;|\t\r\n])'(?=(.*))/gsu, (whole, before: string, rest: string) =>
    SIGN.test(rest) ? before : whole,
  );
  if (withoutFormulas !== text || !text.startsWith("'")) return withoutFormulas;
  const bare = text.replace(/^'+/, '');
  return markedText(bare) === bare ? text : text.slice(1);
}

describe('a text in a cell', () => {
  // Each of these was another value in LibreOffice Calc 7.4, and is the text itself behind the mark.
  it.each([
    '=1+1',
    ' =1+1',
    '\u00a0=1+1',
    '\ufeff=1+1',
    '\u200b=1+1',
    '"=1+1"',
    '＝1+1',
    '@SUM(1)',
    '+5',
    '-5',
    '-',
    '00123',
    '9223372036854775807',
    '1234567890123456',
    '1.50',
    '.5',
    '1.',
    '1e5',
    '12345E67',
    '1E+3',
    '1-2',
    '1/2',
    '1 1/2',
    '2026-02-05',
    '05.02.2026',
    '12:30',
    '5:',
    '5 pm',
    '10%',
    '$5',
    '€5',
    '(5)',
    '1,000',
    "1'000",
    'TRUE',
    'false',
    'MAR1',
    'jan-1',
    'Dec-12',
    '5 Feb 2026',
  ])('is marked where a spreadsheet would make something else of it: %j', (text) => {
    expect(markedText(text)).toBe(`'${text}`);
    expect(markedText(`'${text}`)).toBe(`''${text}`);
  });

  it.each([
    '',
    '0',
    '1001',
    '123456789012345',
    'agt-54',
    '3fa85f64-5717-4562-b3fc-2c963f66afa6',
    '2026-02-05T16:58:35.476Z',
    'Debit game move for customer id 6df5sd made by gpas',
    'player-1, jackpot +5',
    'emoji 🌞',
    "'abc",
    '  lead',
    'marble-5',
    'BL13GT',
    'EUR',
  ])('is as it is where no spreadsheet would: %j', (text) => {
    expect(markedText(text)).toBe(text);
  });

  it.each([
    ['a;=1+1;b', "a;'=1+1;b"],
    ['\t=1+1', "'\t'=1+1"],
    ['\n=1+1', "'\n'=1+1"],
    ['\r=1+1', "'\r'=1+1"],
    ['a\t=1+1', "a\t'=1+1"],
    ['a\n=1+1', "a\n'=1+1"],
    ['a\r\n=1+1', "a\r'\n'=1+1"],
    ['a;"=1+1"', `a;'"=1+1"`],
    ["a;'=1+1", "a;''=1+1"],
    ['a|@x', "a|'@x"],
    ['a; 5', 'a; 5'],
    ['=1;=2', "'=1;'=2"],
  ])('has no formula behind a separator inside: %j', (text, marked) => {
    expect(markedText(text)).toBe(marked);
    expect(unmarked(marked)).toBe(text);
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom(...'\'";|,\t\r\n =+-@＝a1.eE/') }),
  );

  it('comes back as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unmarked(markedText(text))).toBe(text);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is never a formula, whatever separator the row is split at', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 3 }), (texts) => {
        const line = lineOf(['created', ...texts]);
        for (const separator of [';', '\t', '|']) {
          for (const cell of line.split(new RegExp(`[${separator}\r\n]`)))
            expect(cell).not.toMatch(/^["\s]*[=+\-@]/);
        }
        const [cells] = parse(line, { record_delimiter: '\r\n' });
        expect(cells?.slice(1)).toEqual(texts.map((text) => markedText(text)));
        for (const cell of cells ?? []) expect(cell).not.toMatch(/^[=+\-@]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any form is read once', () => {
    const startedAt = performance.now();
    for (const character of ['\t', "'", ' ', '1', ' 1', 'jan']) markedText(`${character.repeat(100_000)}=`);
    for (const character of ['1', '1 ', '.', ' ']) markedText(character.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
