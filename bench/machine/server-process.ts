import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '../load/world.js';
import { endWithUs, temporaryFolder } from './temporary-folder.js';

const START_TIMEOUT_MS = 60_000;

export interface ServerOptions {
  /** The Node that runs it. */
  readonly node: string;
  /** Arguments of Node's own, before the script. */
  readonly nodeArguments?: readonly string[];
  /** Arguments of the script, behind it. */
  readonly scriptArguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A contender: a server in a process of its own, whose log goes to a file as it would in production. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** Starts a script of the build and returns when it says that it listens. */
  static async start(script: string, options: ServerOptions): Promise<ServerProcess> {
    const output = join(temporaryFolder(), 'output');
    const child = launch(script, output, options);
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const text = readFileSync(output, 'utf8');
      const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
      if (url !== undefined) return new ServerProcess(child, Number(new URL(url).port));
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${script} did not start:\n${text}${hintOf(text)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

/** Runs a script of the build to its end; returns what it printed. */
export async function run(script: string, options: ServerOptions): Promise<string> {
  const output = join(temporaryFolder(), 'output');
  const child = launch(script, output, options);
  const [code] = (await once(child, 'exit')) as [number | null];
  const text = readFileSync(output, 'utf8');
  if (code !== 0) throw new Error(`${script} failed:\n${text}${hintOf(text)}`);
  return text;
}

function launch(script: string, output: string, options: ServerOptions): ChildProcess {
  const { node, nodeArguments = [], scriptArguments = [], env = {} } = options;
  const file = openSync(output, 'a');
  const path = join(import.meta.dirname, '../..', script);
  const child = spawn(node, ['--enable-source-maps', ...nodeArguments, path, ...scriptArguments], {
    cwd: import.meta.dirname, // no .env of a developer's
    env: { PATH: process.env['PATH'] ?? '', ...SETTINGS, ...env },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  return endWithUs(child);
}

function hintOf(text: string): string {
  return text.includes('NODE_MODULE_VERSION')
    ? '\nbetter-sqlite3 was compiled for another Node: npm rebuild better-sqlite3, with the Node to be measured first on the PATH.'
    : '';
}
