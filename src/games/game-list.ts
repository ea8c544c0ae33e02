import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { type Separator, separatorOf } from '../files/csv.rules.js';
import { listed, shown, visible } from '../files/shown.rules.js';
import { GAME_ID, GAME_NAME, PROVIDER_CODE } from './game-form.js';
import type { Game } from './game.types.js';

export const LIST_FORMATS = ['csv', 'json'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

/** Either every game of the list, or no game and what is wrong with the list. */
export interface GameList {
  readonly games: readonly Game[];
  /** One line each, in the order of the list; the first {@link MAX_PROBLEMS}. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

export const MAX_PROBLEMS = 100;

type Field = keyof Game;
const FIELDS: readonly Field[] = ['id', 'name', 'providerCode', 'enabled'];

/** How a format calls the fields, and what it says of one that is malformed. */
type FieldTexts = Readonly<Record<Field, string>>;

const RULES = {
  id: 'must be 1 to 128 visible ASCII characters without spaces',
  name: 'must be 1 to 255 characters without line breaks and other control characters',
  providerCode: 'must be 1 to 64 visible ASCII characters without spaces',
};

const CSV_NAMES: FieldTexts = {
  id: 'game_id',
  name: 'name',
  providerCode: 'provider_code',
  enabled: 'enabled',
};
const CSV_RULES: FieldTexts = { ...RULES, enabled: 'must be TRUE, FALSE, 1 or 0, in English' };
const CSV_COLUMNS = Object.values(CSV_NAMES).join(',');

const JSON_NAMES: FieldTexts = {
  id: 'gameId',
  name: 'name',
  providerCode: 'providerCode',
  enabled: 'enabled',
};
const JSON_PROPERTIES = Object.values(JSON_NAMES).join(', ');
const JSON_RULES: FieldTexts = { ...RULES, enabled: 'must be true or false, without quotes' };

const IS_WELL_FORMED: Readonly<Record<Field, (value: unknown) => boolean>> = {
  id: (value) => typeof value === 'string' && GAME_ID.test(value),
  name: (value) => typeof value === 'string' && GAME_NAME.test(value),
  providerCode: (value) => typeof value === 'string' && PROVIDER_CODE.test(value),
  enabled: (value) => typeof value === 'boolean',
};

/** Collects the games of a list and all that is wrong with it. */
class ListReader {
  private readonly games: Game[] = [];
  private readonly problems: string[] = [];
  private problemCount = 0;
  private readonly placesById = new Map<string, string>();

  constructor(
    private readonly names: FieldTexts,
    private readonly rules: FieldTexts,
  ) {}

  report(problem: string): void {
    this.problemCount += 1;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }

  /** @param values of the fields, as they should be stored; what is missing is undefined */
  take(place: string, values: Readonly<Record<Field, unknown>>): void {
    for (const field of FIELDS) {
      const value = values[field];
      if (IS_WELL_FORMED[field](value)) continue;
      const missing = value === undefined ? ' is missing: it' : ` ${shown(value)}`;
      this.report(`${place}: ${this.names[field]}${missing} ${this.rules[field]}`);
    }
    const game = values as Game;
    if (IS_WELL_FORMED.id(game.id)) this.takeId(place, game.id);
    if (this.problemCount === 0) this.games.push(game);
  }

  end(): GameList {
    const { problems, problemCount } = this;
    return { games: problemCount === 0 ? this.games : [], problems, problemCount };
  }

  private takeId(place: string, id: string): void {
    const first = this.placesById.get(id);
    if (first === undefined) this.placesById.set(id, place);
    else
      this.report(`${place}: ${this.names.id} ${shown(id)} is the one of ${first} too: keep one of the two`);
  }
}

/** Reads the list of `games:import`: never throws, and finds all that is wrong at once. */
export function parseGameList(bytes: Uint8Array, format: ListFormat): GameList {
  const reader =
    format === 'csv' ? new ListReader(CSV_NAMES, CSV_RULES) : new ListReader(JSON_NAMES, JSON_RULES);
  if (!isUtf8(bytes)) {
    reader.report(`line ${firstLineNotUtf8(bytes)}: is not UTF-8: save the file as UTF-8`);
  } else {
    const text = new TextDecoder().decode(bytes); // without the byte order mark
    if (format === 'csv') readCsv(text, reader);
    else readJson(text, reader);
  }
  return reader.end();
}

/** No field may hold a line break, so a line is a record, and a stray quote spoils no line but its own. */
function readCsv(text: string, reader: ListReader): void {
  const [header = '', ...lines] = text.split(/\r\n|\n|\r/);
  const separator = separatorOf(header);
  const columns = readHeader(header, separator, reader);
  if (columns === null) return;
  const emptyRow = separator.repeat(columns.length - 1); // a spreadsheet saves rows that were emptied
  lines.forEach((line, index) => {
    if (line === '' || line === emptyRow) return;
    const place = `line ${index + 2}`;
    const record = readRecord(place, line, separator, reader);
    if (record === null) return;
    if (record.length !== columns.length) {
      reader.report(
        `${place}: has ${record.length} of ${columns.length} fields: put a field that holds a ${SEPARATOR_NAMES[separator]} in double quotes`,
      );
      return;
    }
    const of = (field: Field): string | undefined => record[columns.indexOf(CSV_NAMES[field])];
    const enabled = of('enabled');
    reader.take(place, {
      id: of('id'),
      name: of('name'),
      providerCode: of('providerCode'),
      enabled: ENABLED_TEXTS.get(enabled?.toLowerCase()) ?? enabled,
    });
  });
}

const SEPARATOR_NAMES = { ',': 'comma', ';': 'semicolon' } as const satisfies Record<Separator, string>;

const ENABLED_TEXTS: ReadonlyMap<string | undefined, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** The columns in their order, or null where the header is wrong and no line can be judged. */
function readHeader(line: string, separator: Separator, reader: ListReader): readonly string[] | null {
  const columns = line === '' ? [] : readRecord('line 1', line, separator, reader);
  if (columns === null) return null;
  const known = Object.values(CSV_NAMES);
  const problems = [
    ['unknown', columns.filter((name) => !known.includes(name))],
    ['missing', known.filter((name) => !columns.includes(name))],
    ['repeated', known.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name))],
  ] as const;
  const words = problems.flatMap(([kind, names]) =>
    names.length > 0 ? [`${kind} columns ${listed(names)}`] : [],
  );
  if (words.length === 0) return columns;
  reader.report(`line 1: ${words.join(', ')}: the first line must be ${CSV_COLUMNS}, in any order`);
  return null;
}

function readRecord(place: string, line: string, separator: Separator, reader: ListReader): string[] | null {
  try {
    return parse(line, { columns: false, delimiter: separator, record_delimiter: '\n' })[0] ?? [];
  } catch {
    reader.report(
      `${place}: double quotes must be around a whole field, on one line; write a quote in such a field twice`,
    );
    return null;
  }
}

function readJson(text: string, reader: ListReader): void {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    reader.report(`the file is not JSON: ${visible((error as Error).message)}`);
    return;
  }
  if (!Array.isArray(list)) {
    reader.report('the file must be an array of games: [{ "gameId": … }, …]');
    return;
  }
  list.forEach((item: unknown, index) => {
    const place = `index ${index}`;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      reader.report(`${place}: must be an object with ${JSON_PROPERTIES}`);
      return;
    }
    const unknown = Object.keys(item).filter((name) => !Object.values(JSON_NAMES).includes(name));
    if (unknown.length > 0) {
      reader.report(`${place}: unknown properties ${listed(unknown)}: a game has ${JSON_PROPERTIES}`);
    }
    const of = (field: Field): unknown => (item as Record<string, unknown>)[JSON_NAMES[field]];
    reader.take(place, {
      id: of('id'),
      name: of('name'),
      providerCode: of('providerCode'),
      enabled: of('enabled'),
    });
  });
}

function firstLineNotUtf8(bytes: Uint8Array): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
