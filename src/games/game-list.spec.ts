import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GAME_ID, GAME_NAME, PROVIDER_CODE } from './game-form.js';
import { type GameList, type ListFormat, MAX_PROBLEMS, parseGameList } from './game-list.js';

const HEADER = 'game_id,name,provider_code,enabled';
const BOOK = { id: 'agt-54', name: 'Book of Sun', providerCode: 'AGT', enabled: true };

const csv = (text: string): GameList => parseGameList(Buffer.from(text), 'csv');
const csvLines = (...lines: string[]): GameList => csv([HEADER, ...lines].join('\n'));
const json = (list: unknown): GameList => parseGameList(Buffer.from(JSON.stringify(list)), 'json');
const jsonGame = { gameId: 'agt-54', name: 'Book of Sun', providerCode: 'AGT', enabled: true };

/** One problem on one line, and no game. */
function expectProblem(list: GameList, ...patterns: RegExp[]): void {
  expect(list.problems).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
  expect(list.problemCount).toBe(patterns.length);
  expect(list.games).toEqual([]);
}

describe('a CSV list', () => {
  it.each([
    ['plain', `${HEADER}\nagt-54,Book of Sun,AGT,true`],
    ['with a last line break', `${HEADER}\nagt-54,Book of Sun,AGT,true\n`],
    ['with CRLF', `${HEADER}\r\nagt-54,Book of Sun,AGT,true\r\n`],
    ['with both line breaks', `${HEADER}\r\nagt-54,Book of Sun,AGT,true\n\r\n`],
    ['with a byte order mark', `\ufeff${HEADER}\nagt-54,Book of Sun,AGT,true\n`],
    ['with blank lines', `${HEADER}\n\nagt-54,Book of Sun,AGT,true\n\n`],
    ['with quoted fields', `"game_id","name","provider_code","enabled"\n"agt-54","Book of Sun","AGT","true"`],
    ['with semicolons', 'game_id;name;provider_code;enabled\nagt-54;Book of Sun;AGT;true\n'],
    [
      'as Excel saves it',
      `\ufeffgame_id;name;provider_code;enabled\r\nagt-54;Book of Sun;AGT;TRUE\r\n;;;\r\n;;;\r\n`,
    ],
    ['as LibreOffice saves it', `${HEADER}\nagt-54,"Book of Sun",AGT,TRUE\n,,,\n`],
    ['with columns in another order', 'enabled,provider_code,game_id,name\n1,AGT,agt-54,Book of Sun'],
  ])('%s is read', (_, text) => {
    expect(csv(text)).toEqual({ games: [BOOK], problems: [], problemCount: 0 });
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['TRUE', true],
    ['FALSE', false],
    ['True', true],
  ])('has %s for enabled', (text, enabled) => {
    expect(csvLines(`agt-54,Book of Sun,AGT,${text}`).games).toEqual([{ ...BOOK, enabled }]);
  });

  it.each([
    ['"Book, ""the"" Sun"', 'Book, "the" Sun'],
    ['  Book of Sun ', '  Book of Sun '],
    ['太阳之书 🌞', '太阳之书 🌞'],
    ['🌞'.repeat(255), '🌞'.repeat(255)],
    ['=SUM(A1)', '=SUM(A1)'],
  ])('keeps a name as it is: %#', (text, name) => {
    expect(csvLines(`agt-54,${text},AGT,true`).games).toEqual([{ ...BOOK, name }]);
  });

  it('may be empty after the header', () => {
    expect(csvLines()).toEqual({ games: [], problems: [], problemCount: 0 });
  });

  it.each<[string, ...RegExp[]]>([
    [',Book,AGT,true', /^line 2: game_id "" must be 1 to 128 visible ASCII/],
    ['a b,Book,AGT,true', /^line 2: game_id "a b" must be/],
    [`${'x'.repeat(129)},Book,AGT,true`, /^line 2: game_id "x{60}…" must be/],
    ['jeu-é,Book,AGT,true', /^line 2: game_id "jeu-é" must be/],
    [' agt-54,Book,AGT,true', /^line 2: game_id " agt-54" must be/],
    ['agt-54,,AGT,true', /^line 2: name "" must be 1 to 255/],
    [`agt-54,${'🌞'.repeat(256)},AGT,true`, /^line 2: name "(🌞){30}…" must be 1 to 255/],
    ['agt-54,Book\u0000,AGT,true', /^line 2: name "Book\\u\{0\}" must be .* control/],
    ['agt-54,Book\u009b2J,AGT,true', /^line 2: name "Book\\u\{9b\}2J" must be/],
    ['agt-54,Book,,true', /^line 2: provider_code "" must be 1 to 64/],
    [`agt-54,Book,${'P'.repeat(65)},true`, /^line 2: provider_code "P{60}…" must be/],
    ['agt-54,Book,AGT,', /^line 2: enabled "" must be TRUE, FALSE, 1 or 0/],
    ['agt-54,Book,AGT,yes', /^line 2: enabled "yes" must be/],
    ['agt-54,Book,AGT,WAHR', /^line 2: enabled "WAHR" must be TRUE, FALSE, 1 or 0, in English$/],
    ['agt-54,Book,AGT,VRAI', /^line 2: enabled "VRAI" must be/],
    [',,,true', /^line 2: game_id ""/, /^line 2: name ""/, /^line 2: provider_code ""/],
    ['agt-54,Book,AGT,true ', /^line 2: enabled "true " must be/],
    ['agt-54,Book,AGT', /^line 2: has 3 of 4 fields/],
    ['agt-54,Book, the Sun,AGT,true', /^line 2: has 5 of 4 fields: put a field .* in double quotes/],
    ['agt-54,Book "of" Sun,AGT,true', /^line 2: double quotes must be around a whole field/],
    ['agt-54,"Book" of Sun,AGT,true', /^line 2: double quotes/],
    ['agt-54,"Book,AGT,true', /^line 2: double quotes/],
    ['   ', /^line 2: has 1 of 4 fields/],
  ])('with a malformed line is refused: %#', (line, ...problems) => {
    expectProblem(csvLines(line), ...problems);
  });

  it('has every problem named at once, with its line, whatever stands before it', () => {
    expectProblem(
      csvLines('a,Book,AGT,true', 'b "c,Book,AGT,true', '', 'd,"Book', 'e f,,AGT,maybe', 'a,Other,AGT,0'),
      /^line 3: double quotes/,
      /^line 5: double quotes/,
      /^line 6: game_id "e f"/,
      /^line 6: name ""/,
      /^line 6: enabled "maybe"/,
      /^line 7: game_id "a" is the one of line 2 too: keep one/,
    );
  });

  it('counts a line of a quoted line break as two lines that are wrong, and no later one', () => {
    expectProblem(
      csvLines('agt-54,"Book', 'of Sun",AGT,true', 'agt-55,Fine,AGT,true'),
      /^line 2: /,
      /^line 3: /,
    );
  });

  it('tells ids that differ in case apart', () => {
    expect(csvLines('agt-a,A,AGT,1', 'agt-A,B,AGT,1').games).toHaveLength(2);
  });

  it('has a bound on what is said', () => {
    const { problems, problemCount } = csvLines(...Array.from({ length: 250 }, () => 'x'.repeat(1_000)));
    expect([problems.length, problemCount]).toEqual([MAX_PROBLEMS, 250]);
    expect(Math.max(...problems.map(({ length }) => length))).toBeLessThan(250);
  });

  it.each([
    ['', /^line 1: missing columns "game_id", "name", "provider_code", "enabled": the first line must be/],
    [
      'agt-54,Book of Sun,AGT,true',
      /^line 1: unknown columns "agt-54", "Book of Sun", "AGT", "true", missing/,
    ],
    ['game_id,name,provider_code', /^line 1: missing columns "enabled"/],
    [`${HEADER},rtp`, /^line 1: unknown columns "rtp": the first line must be game_id,name,/],
    [`${HEADER},`, /^line 1: unknown columns ""/],
    [`${HEADER},name`, /^line 1: repeated columns "name"/],
    ['GAME_ID,name,provider_code,enabled', /^line 1: unknown columns "GAME_ID", missing columns "game_id"/],
    ['game_id;name,provider_code,enabled', /^line 1: unknown columns "game_id;name", missing/],
    ['game_id;name;provider_code', /^line 1: missing columns "enabled"/],
    ['game_id,"name', /^line 1: double quotes/],
    [Array.from({ length: 1_000 }, (_, index) => `c${index}`).join(','), /, "c9" and 990 more, missing/],
  ])('with a wrong header is refused, whatever follows: %#', (header, problem) => {
    expectProblem(csv(`${header}\nagt-54`), problem);
  });

  it.each([
    ['Latin-1', Buffer.from(`${HEADER}\na,B,C,1\nb,caf\xe9,C,1\n`, 'latin1'), 3],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), 1],
    ['a half of a character', Buffer.from([...Buffer.from(`${HEADER}\na,`), 0xed, 0xa0, 0x80]), 2],
  ])('in %s is refused', (_, bytes, line) => {
    expectProblem(parseGameList(bytes, 'csv'), new RegExp(`^line ${line}: is not UTF-8: save`));
  });
});

describe('a JSON list', () => {
  it('is read', () => {
    expect(json([jsonGame])).toEqual({ games: [BOOK], problems: [], problemCount: 0 });
    expect(json([]).games).toEqual([]);
    const withMark = Buffer.from(`\ufeff\r\n${JSON.stringify([jsonGame])}`);
    expect(parseGameList(withMark, 'json').games).toEqual([BOOK]);
  });

  it.each<[object, RegExp]>([
    [{ gameId: undefined }, /^index 0: gameId is missing: it must be 1 to 128/],
    [{ gameId: null }, /^index 0: gameId null must be/],
    [{ gameId: 54 }, /^index 0: gameId 54 must be/],
    [{ gameId: ['agt-54'] }, /^index 0: gameId \[…\] must be/],
    [{ name: { en: 'Book' } }, /^index 0: name \{…\} must be/],
    [{ name: 'Book\nof Sun' }, /^index 0: name "Book\\u\{a\}of Sun" must be/],
    [{ name: '\ud83c' }, /^index 0: name "\\u\{d83c\}" must be/],
    [{ providerCode: 'É' }, /^index 0: providerCode "É" must be/],
    [{ enabled: 'true' }, /^index 0: enabled "true" must be true or false, without quotes/],
    [{ enabled: 1 }, /^index 0: enabled 1 must be/],
    [{ rtp: 96 }, /^index 0: unknown properties "rtp": a game has gameId, name, providerCode, enabled/],
  ])('with %j is refused', (change, problem) => {
    expectProblem(json([{ ...jsonGame, ...change }]), problem);
  });

  it('has every problem named at once, with its index', () => {
    expectProblem(
      json([jsonGame, null, [jsonGame], 'x', { ...jsonGame, enabled: 0 }]),
      /^index 1: must be an object/,
      /^index 2: must be an object/,
      /^index 3: must be an object/,
      /^index 4: enabled 0/,
      /^index 4: gameId "agt-54" is the one of index 0 too/,
    );
  });

  it.each(['', '[', '[{]', 'null x', '['.repeat(100_000), '{"gameId":\u0007}'])(
    'that is no JSON is refused: %#',
    (text) => {
      expectProblem(parseGameList(Buffer.from(text), 'json'), /^the file is not JSON: \P{Cc}+$/u);
    },
  );

  it.each([{}, { games: [jsonGame] }, 'x', null, 7])('that is no array is refused: %j', (list) => {
    expectProblem(json(list), /^the file must be an array/);
  });

  it('takes no field from a prototype', () => {
    const text = `[{"__proto__":${JSON.stringify(jsonGame)}}]`;
    expect(parseGameList(Buffer.from(text), 'json').problems[0]).toMatch(/unknown properties "__proto__"/);
  });
});

describe('properties of a list', () => {
  const gameArbitrary = fc.record({
    id: fc.stringMatching(new RegExp(GAME_ID.source)),
    name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((name) => GAME_NAME.test(name)),
    providerCode: fc.stringMatching(new RegExp(PROVIDER_CODE.source)),
    enabled: fc.boolean(),
  });
  const gamesArbitrary = fc.uniqueArray(gameArbitrary, { selector: ({ id }) => id, maxLength: 20 });
  const quoted = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;

  it('what is well formed comes back as it was, from CSV and from JSON', () => {
    fc.assert(
      fc.property(gamesArbitrary, fc.constantFrom('\n', '\r\n'), (games, lineBreak) => {
        const lines = games.map((game) => Object.values(game).map(quoted).join(','));
        expect(csv([HEADER, ...lines].join(lineBreak)).games).toEqual(games);
        expect(json(games.map(({ id, ...rest }) => ({ gameId: id, ...rest }))).games).toEqual(games);
      }),
      { numRuns: 300 },
    );
  });

  it('rubbish never makes it throw, and gives games or problems, never both', () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(...['"', ',', '\n', '\r', '\ufeff', 'a', ' ', '1', 'true', '\0', '\\', '[{', '}]']),
        )
        .map((parts) => Buffer.from(`${HEADER}\n${parts.join('')}`)),
      fc.json().map((text) => Buffer.from(`[${text}]`)),
    );
    fc.assert(
      fc.property(rubbish, fc.constantFrom<ListFormat>('csv', 'json'), (bytes, format) => {
        const { games, problems, problemCount } = parseGameList(bytes, format);
        expect(problemCount > 0 && games.length > 0).toBe(false);
        expect(problems.length).toBe(Math.min(problemCount, MAX_PROBLEMS));
        for (const problem of problems) expect(problem).toMatch(/^\P{Cc}+$/u);
        for (const game of games) {
          expect(GAME_ID.test(game.id) && GAME_NAME.test(game.name)).toBe(true);
          expect(PROVIDER_CODE.test(game.providerCode) && typeof game.enabled === 'boolean').toBe(true);
        }
        expect(new Set(games.map(({ id }) => id)).size).toBe(games.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
