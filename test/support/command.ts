import { execFile, type ExecFileException } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as CommandsFile from '../../src/commands/commands.js';
import { importNatively } from './native.js';

export interface Ended {
  readonly code: number;
  /** Standard output, then standard error. */
  readonly output: string;
}

export interface CommandOptions {
  readonly parameters?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is started. No `.env` of a developer's is there. */
  readonly folder?: string;
}

const DIST = join(import.meta.dirname, '../../dist/src');

const { COMMANDS, runNamedCommand } = await importNatively<typeof CommandsFile>(
  pathToFileURL(join(DIST, 'commands/commands.js')).href,
);

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Runs a built command in this process: `command('verify-ledger', …)`; resolves when it has ended. */
export async function command(
  name: string,
  { parameters = [], env = {}, folder = import.meta.dirname }: CommandOptions = {},
): Promise<Ended> {
  const said = { out: '', err: '' };
  const code = await runNamedCommand({
    parameters: [name, ...parameters],
    folder,
    environment: () => env,
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  return { code, output: said.out + said.err };
}

/** As a process ended. */
export interface ProcessEnded {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandProcess {
  kill(signal: NodeJS.Signals): void;
  /** Closes the pipe of its standard output, as `| head` does. */
  leave(): void;
  readonly ended: Promise<ProcessEnded>;
}

/** A command in a process of its own, as its npm script starts it. */
export function commandProcess(
  parameters: readonly string[],
  { env = {}, folder = import.meta.dirname }: Omit<CommandOptions, 'parameters'> = {},
): CommandProcess {
  let resolve: (ended: ProcessEnded) => void;
  const ended = new Promise<ProcessEnded>((done) => (resolve = done));
  const child = execFile(
    process.execPath,
    [join(DIST, 'cli.js'), ...parameters],
    { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } },
    (error: ExecFileException | null, out, err) =>
      resolve({
        code: error ? ((error.code as number | undefined) ?? null) : 0,
        signal: error?.signal ?? null,
        out,
        err,
      }),
  );
  return { kill: (signal) => void child.kill(signal), leave: () => child.stdout?.destroy(), ended };
}
