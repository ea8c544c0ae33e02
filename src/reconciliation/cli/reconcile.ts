import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { loadConfig } from '../../config/config.js';
import { readEnvironmentFile } from '../../config/environment-file.js';
import { readingOptions } from '../../database/cli/reading.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
// eslint-disable-next-line no-restricted-imports -- an entry point, as main is: it composes, and nothing imports it
import { runCommand } from '../../docs/run-command.js';
import { GpasError } from '../../errors/gpas-error.js';
import { Game } from '../../games/game.entity.js';
import { GamesService } from '../../games/games.service.js';
import { compare, type Figures, FiguresError, parseFigures } from '../comparison.js';
import { ReconciliationService } from '../reconciliation.service.js';
import type { ReportRow } from '../report.rules.js';

/** `npm run reconcile`: compares GPAS's figures of one day with ours. Only reads, beside servers. */

const HELP = `Usage: npm run reconcile -- --file gpas.csv --date 2026-02-05

Compares GPAS's figures of one UTC day with those of DATABASE_URL and names every total that differs.

--file  .csv with the header date,game_id,currency and one or more totals, named as in GET /reconciliation,
        or .json in the form of its answer
--date  the day; rows of other days are an error

Exit codes: 0 all agree; 1 something differs; 2 the file or the database cannot be used.
`;

interface Arguments {
  readonly file: string;
  readonly date: string;
}

function readArguments(): Arguments | null {
  let values: { file?: string; date?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      options: { file: { type: 'string' }, date: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }));
  } catch (error) {
    throw new FiguresError(`${(error as Error).message}\n\n${HELP}`);
  }
  if (values.help) return null;
  const { file, date } = values;
  if (!file || !date) throw new FiguresError(`--file and --date are needed.\n\n${HELP}`);
  return { file: resolve(file), date };
}

function readFigures({ file, date }: Arguments): Figures[] {
  const format = extname(file).toLowerCase().slice(1);
  if (format !== 'csv' && format !== 'json') throw new FiguresError(`${file} must end with .csv or .json`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new FiguresError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const figures = parseFigures(text, format);
  const stranger = figures.find((row) => row.date !== date);
  if (stranger) throw new FiguresError(`${file} has a row of ${stranger.date}: --date is ${date}`);
  return figures;
}

async function readOurs(date: string): Promise<ReportRow[]> {
  readEnvironmentFile();
  const config = loadConfig();
  const dataSource = await new DataSource({
    ...readingOptions(config.database),
    entities: [Game],
  }).initialize();
  try {
    const unitOfWork = new UnitOfWork(dataSource, config);
    const reconciliation = new ReconciliationService(unitOfWork, new GamesService(unitOfWork));
    return await reconciliation.report({ dateFrom: date, dateTo: date });
  } finally {
    await dataSource.destroy();
  }
}

async function main(): Promise<0 | 1> {
  const given = readArguments();
  if (!given) {
    process.stdout.write(HELP);
    return 0;
  }
  const theirs = readFigures(given);
  const ours = await readOurs(given.date);
  const differences = compare(ours, theirs);
  if (differences.length === 0) {
    process.stdout.write(`${theirs.length} rows of ${given.date}, all agree\n`);
    return 0;
  }
  process.stdout.write(`${differences.join('\n')}\n${differences.length} differences on ${given.date}\n`);
  return 1;
}

/** The errors that are this command's own. */
function explain(error: unknown): string | undefined {
  if (error instanceof FiguresError || error instanceof GpasError) return error.message;
  return undefined;
}

runCommand(main, 'The figures could not be compared', explain);
