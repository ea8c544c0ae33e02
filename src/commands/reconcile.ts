import { extname, resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { withDatabase } from '../database/connection/command-database.js';
import { InputFileError, readInputFile } from '../files/input-file.js';
import { GpasError } from '../errors/gpas-error.js';
import { GamesService } from '../games/games.service.js';
import { isParentSystem } from '../parent-systems/parent-systems.service.js';
import { compare, ReferenceComparison } from '../reconciliation/comparison.js';
import { startOfDay } from '../reconciliation/days.js';
import { type GpasFile, parseFigures } from '../reconciliation/gpas-file.js';
import { FiguresError } from '../reconciliation/gpas-rows.js';
import { ReconciliationService } from '../reconciliation/reconciliation.service.js';
import { ArgumentsError, defineCommand, readConfig } from './command.js';

/** A day of a million movements, row by row; more would not fit into memory. */
const MAX_FILE_MEGABYTES = 150;

const HELP = `Usage: npm run reconcile -- --file gpas.csv --date 2026-02-05 [--parent-system BL13GT]

Compares GPAS's figures of one UTC day with those of DATABASE_URL and names every total that differs.

--file  .csv with the header date,game_id,currency and one or more totals, named as in GET /reconciliation,
        or .json in the form of its answer;
        or a row for each movement: date,game_id,currency,external_reference,type,value, where type is bet, win,
        bet_rollback or win_rollback: then every reference that differs is named as well
        in UTF-8, at most ${MAX_FILE_MEGABYTES} MB; the separator may be a semicolon
--date  the day; rows of other days are an error. A list without rows says that nothing was played
--parent-system
        compares with the movements of this parent system alone, for a file of one of several integrations

Exit codes: 0 all agree; 1 something differs; 2 the file holds no figures, or it or the database cannot be used.
`;

interface Arguments {
  readonly file: string;
  readonly date: string;
  readonly parentSystemId: string | undefined;
}

function readFile({ file, date }: Arguments): GpasFile {
  const format = extname(file).toLowerCase().slice(1);
  if (format !== 'csv' && format !== 'json') throw new FiguresError(`${file} must end with .csv or .json`);
  const theirs = parseNamed(file, format);
  const stranger = theirs.figures.find((row) => row.date !== date);
  if (stranger) throw new FiguresError(`${file} has a row of ${stranger.date}: --date is ${date}`);
  return theirs;
}

function parseNamed(file: string, format: 'csv' | 'json'): GpasFile {
  const bytes = readInputFile(file, MAX_FILE_MEGABYTES);
  try {
    return parseFigures(bytes, format);
  } catch (error) {
    throw error instanceof FiguresError ? new FiguresError(`${file}: ${error.message}`) : error;
  }
}

function findDifferences(
  { date, parentSystemId }: Arguments,
  { figures, movements }: GpasFile,
  config: Config,
): Promise<string[]> {
  return withDatabase(config, 'read', async ({ unitOfWork }) => {
    if (parentSystemId !== undefined) {
      const isKnown = await unitOfWork.read((reader) => isParentSystem(reader, parentSystemId));
      if (!isKnown)
        throw new FiguresError(`--parent-system ${parentSystemId} is none that is registered here`);
    }
    const reconciliation = new ReconciliationService(unitOfWork, new GamesService(unitOfWork));
    const range = {
      dateFrom: date,
      dateTo: date,
      ...(parentSystemId === undefined ? {} : { parentSystemId }),
    };
    const totals = compare(await reconciliation.report(range), figures);
    if (!movements) return totals;
    const comparison = new ReferenceComparison(movements);
    for await (const ours of reconciliation.movements(date, parentSystemId)) comparison.addOurs(ours);
    return [...totals, ...comparison.differences()];
  });
}

/** What was compared, in words: a total that the file does not have agrees with nothing. */
function agreementOf(date: string, { figures, movements }: GpasFile): string {
  const [first] = figures;
  if (!first) return `no rows of ${date}, neither at GPAS nor here`;
  const names = [...(movements ? ['every reference'] : []), ...first.totals.keys()];
  return `${(movements ?? figures).length} rows of ${date}, all agree in ${names.join(', ')}`;
}

/** `npm run reconcile`: compares GPAS's figures of one day with ours. Only reads, beside servers. */
export const reconcile = defineCommand({
  help: HELP,
  options: { file: { type: 'string' }, date: { type: 'string' }, 'parent-system': { type: 'string' } },
  failure: 'The figures could not be compared',

  async run({ file, date, 'parent-system': parentSystemId }, invocation) {
    if (!file || !date) throw new ArgumentsError(`--file and --date are needed.\n\n${HELP}`);
    if (!startOfDay(date)) throw new ArgumentsError(`--date ${date} must be a day like 2026-02-05`);
    const given = { file: resolve(invocation.folder, file), date, parentSystemId };
    const theirs = readFile(given);
    const differences = await findDifferences(given, theirs, readConfig(invocation));
    if (differences.length === 0) {
      invocation.out(`${agreementOf(date, theirs)}\n`);
      return 0;
    }
    invocation.out(`${differences.join('\n')}\n${differences.length} differences on ${date}\n`);
    return 1;
  },

  explain(error) {
    return error instanceof FiguresError || error instanceof InputFileError || error instanceof GpasError
      ? error.message
      : undefined;
  },
});
