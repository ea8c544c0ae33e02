import { execFile } from 'node:child_process';
import { join } from 'node:path';

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

/** Runs a built command, as its npm script does: `command('verify-ledger', …)`; resolves when it has ended. */
export function command(
  name: string,
  { parameters = [], env = {}, folder = import.meta.dirname }: CommandOptions = {},
): Promise<Ended> {
  const script = join(import.meta.dirname, `../../dist/src/commands/${name}.js`);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...parameters],
      { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number((error as { code?: unknown }).code) : 0, output: stdout + stderr }),
    );
  });
}
