import type { parseArgs, ParseArgsConfig } from 'node:util';
import { type Config, loadConfig } from '../config/config.js';

/** How a command is started, and where its words go: of a process, or of whoever runs it inside of one. */
export interface Invocation {
  /** What stands behind its name. */
  readonly parameters: readonly string[];
  /** The folder that paths are relative to. */
  readonly folder: string;
  /** Asked for once the parameters are known to be good: `--help` needs none. */
  readonly environment: () => NodeJS.ProcessEnv;
  /** What was asked for. */
  readonly out: (text: string) => void;
  /** What is said beside it. */
  readonly err: (text: string) => void;
}

export type Options = NonNullable<ParseArgsConfig['options']>;

export type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** What one can ask of the application from a command line. `run-command` runs it. */
export interface Command<O extends Options = Options> {
  /** How it is used, what it does and what its exit codes mean. */
  readonly help: string;
  /** As `parseArgs` takes them; `--help` is every command's. */
  readonly options: O;
  /** What could not be done where it fails, as the beginning of a sentence. */
  readonly failure: string;
  /**
   * @returns the exit code: 0 or 1
   * @throws ArgumentsError where the parameters cannot be used
   */
  run(values: Values<O>, invocation: Invocation): Promise<number>;
  /** Words for the command's own errors; undefined for all others. */
  explain?(error: unknown): string | undefined;
}

/** Keeps the names of the options, by which the compiler knows what {@link Command.run} is given. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command;
}

/** What whoever runs the command can mend: its message is all that is told. */
export class ArgumentsError extends Error {}

/**
 * The configuration that the command is run with; what deserves a second look of it is told.
 * @throws ConfigurationError
 */
export function readConfig({ environment, err }: Invocation): Config {
  const config = loadConfig(environment());
  for (const warning of config.warnings) err(`${warning}\n`);
  return config;
}

const PROGRESS_EVERY_MS = 1_000;

/** Tells how far the command is, once a second at most. */
export function onceASecond<T>({ err }: Invocation, told: (done: T) => string): (done: T) => void {
  let due = performance.now() + PROGRESS_EVERY_MS;
  return (done) => {
    if (performance.now() < due) return;
    due = performance.now() + PROGRESS_EVERY_MS;
    err(`${told(done)} so far\n`);
  };
}
