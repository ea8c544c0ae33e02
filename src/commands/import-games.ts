import { extname, resolve } from 'node:path';
import { MissingDatabaseError, withDatabase } from '../database/connection/command-database.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { DatabaseInUseError } from '../database/sqlite/sqlite-file-lock.js';
import { InputFileError, readInputFile } from '../files/input-file.js';
import { type GameList, LIST_FORMATS, parseGameList } from '../games/game-list.js';
import { GamesImport } from '../games/games-import.service.js';
import { ArgumentsError, defineCommand, type Invocation, readConfig } from './command.js';

const MAX_FILE_MEGABYTES = 50;

const HELP = `Usage: npm run games:import -- --file games.csv

Adds the games of a list to the catalogue of DATABASE_URL and replaces those that differ. Games that are not in the
list stay as they are. If any game of the list is malformed, nothing is imported.

--file  a list in UTF-8, at most ${MAX_FILE_MEGABYTES} MB:
  .csv  game_id,name,provider_code,enabled
        agt-54,Book of Sun,AGT,true
  .json [{ "gameId": "agt-54", "name": "Book of Sun", "providerCode": "AGT", "enabled": true }]

Exit codes: 0 imported; 1 the list has errors; 2 the file or the database cannot be used.
`;

function readList(path: string): GameList {
  const format = LIST_FORMATS.find((known) => extname(path).toLowerCase() === `.${known}`);
  if (!format) throw new ArgumentsError(`${path} must end with .csv or .json, which says how it is read.`);
  return parseGameList(readInputFile(path, MAX_FILE_MEGABYTES), format);
}

function refuse({ problems, problemCount }: GameList, { err }: Invocation): void {
  const more = problemCount - problems.length;
  const lines = more > 0 ? [...problems, `and ${more} more problems`] : problems;
  err(`${lines.join('\n')}\n\nNothing was imported.\n`);
}

/** `npm run games:import`: adds and replaces games of the catalogue from a file, all of them or none. */
export const importGames = defineCommand({
  help: HELP,
  options: { file: { type: 'string' } },
  failure: 'The games could not be imported',

  async run({ file }, invocation) {
    if (!file) throw new ArgumentsError(`--file is missing.\n\n${HELP}`);
    const list = readList(resolve(invocation.folder, file));
    if (list.problemCount > 0) {
      refuse(list, invocation);
      return 1;
    }
    const config = readConfig(invocation);
    const { created, changed, unchanged } = await withDatabase(config, 'write', ({ unitOfWork }) =>
      new GamesImport(unitOfWork).run(list.games),
    );
    invocation.out(`${created} games created, ${changed} changed, ${unchanged} unchanged\n`);
    return 0;
  },

  explain(error) {
    if (error instanceof InputFileError || error instanceof MissingDatabaseError) return error.message;
    if (error instanceof DatabaseInUseError) {
      return (
        'A server is using the SQLite file. Stop it while games are imported, or change them one by one with ' +
        'PUT /operator/games/:gameId.'
      );
    }
    if (classifyDatabaseError(error) === 'lock') {
      return 'Somebody else is changing the same games. Nothing was imported: run it again.';
    }
    return undefined;
  },
});
