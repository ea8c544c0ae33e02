import 'reflect-metadata';
import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { MissingDatabaseError, withDatabase } from '../database/connection/command-database.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { DatabaseInUseError } from '../database/connection/sqlite-file-lock.js';
import { InputFileError, readInputFile } from '../files/input-file.js';
import { runCommand } from './run-command.js';
import { type GameList, LIST_FORMATS, parseGameList } from '../games/game-list.js';
import type { Game } from '../games/game.types.js';
import { GamesImport } from '../games/games-import.service.js';
import type { ImportSummary } from '../games/games.service.js';

/** `npm run games:import`: adds and replaces games of the catalogue from a file, all of them or none. */

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

/** What whoever runs this can mend, in words that say how. */
class ImportError extends Error {}

/** The path of the list, or null where help is asked for. */
function fileArgument(): string | null {
  try {
    const { values } = parseArgs({
      options: { file: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return null;
    if (values.file) return resolve(values.file);
  } catch (error) {
    throw new ImportError(`${(error as Error).message}\n\n${HELP}`);
  }
  throw new ImportError(`--file is missing.\n\n${HELP}`);
}

function readList(path: string): GameList {
  const format = LIST_FORMATS.find((known) => extname(path).toLowerCase() === `.${known}`);
  if (!format) throw new ImportError(`${path} must end with .csv or .json, which says how it is read.`);
  return parseGameList(readInputFile(path, MAX_FILE_MEGABYTES), format);
}

function importGames(games: readonly Game[]): Promise<ImportSummary> {
  readEnvironmentFile();
  return withDatabase(loadConfig(), 'write', ({ unitOfWork }) => new GamesImport(unitOfWork).run(games));
}

function refuse({ problems, problemCount }: GameList): void {
  const more = problemCount - problems.length;
  const lines = more > 0 ? [...problems, `and ${more} more problems`] : problems;
  process.stderr.write(`${lines.join('\n')}\n\nNothing was imported.\n`);
}

async function main(): Promise<0 | 1> {
  const path = fileArgument();
  if (path === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const list = readList(path);
  if (list.problemCount > 0) {
    refuse(list);
    return 1;
  }
  const { created, changed, unchanged } = await importGames(list.games);
  process.stdout.write(`${created} games created, ${changed} changed, ${unchanged} unchanged\n`);
  return 0;
}

/** The errors that are this command's own. */
function explain(error: unknown): string | undefined {
  if (error instanceof ImportError || error instanceof InputFileError) return error.message;
  if (error instanceof MissingDatabaseError) return error.message;
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
}

runCommand(main, 'The games could not be imported', explain);
