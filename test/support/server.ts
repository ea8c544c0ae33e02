import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp, createLogger, explainStartFailure, loadConfig, serve } from './application.js';
import { SECRETS_KEY } from './parent-systems.js';
import { createTestDatabase, type TestDatabase } from './databases.js';
import { recordLog } from './recorded-log.js';

const ROOT = join(import.meta.dirname, '../..');

/** The application in this process, on its own database and a free port. */
export interface RunningApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly database: TestDatabase;
  /** Stops it, and drops its database if it was made for it. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Instead of a new one; it stays. */
  readonly database?: TestDatabase;
  readonly env?: Record<string, string>;
  readonly logger?: Logger;
  /** Served beside the server's own. */
  readonly modules?: readonly Type[];
}

/** Many tests call wrongly, all from one address. */
const ENVIRONMENT = { NODE_ENV: 'test', LOG_LEVEL: 'silent', SECRETS_KEY, MAX_FAILED_CALLS: '1000000' };

export async function startApp({
  database: given,
  env = {},
  logger = createLogger('silent'),
  modules = [],
}: StartOptions = {}): Promise<RunningApp> {
  const database = given ?? (await createTestDatabase());
  const app = await createApp(
    loadConfig({ ...ENVIRONMENT, DATABASE_URL: database.url, ...env }),
    logger,
    modules,
  );
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    app,
    url: await app.getUrl(),
    database,
    async stop(): Promise<void> {
      await app.close();
      if (!given) await database.drop();
    },
  };
}

/** What a server is started with where a test says no more; a free port is taken. */
const settingsOf = (databaseUrl: string, env: Record<string, string>): Record<string, string> => ({
  PORT: '0',
  LOG_LEVEL: 'info',
  DATABASE_URL: databaseUrl,
  SECRETS_KEY,
  ...env,
});

/** The server as a process starts it, but in this one: for what is said and done at a start. */
export interface StartedServer {
  readonly url: string;
  /** What it logged and printed. */
  readonly output: readonly string[];
  stop(): Promise<void>;
}

export async function startServer(
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<StartedServer> {
  const { logger, lines } = recordLog('info');
  const config = loadConfig(settingsOf(databaseUrl, env));
  const app = await serve(config, logger, (text) => lines.push(text));
  return { url: await app.getUrl(), output: lines, stop: () => app.close() };
}

/** A start that must be refused; returns what it says. */
export async function failedStart(databaseUrl: string, env: Record<string, string> = {}): Promise<string> {
  const server = await startServer(databaseUrl, env).catch((error: unknown) =>
    explainStartFailure(error, env['HOST']),
  );
  if (typeof server === 'string') return server;
  await server.stop();
  throw new Error(`the server started:\n${server.output.join('\n')}`);
}

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** The built server in a process of its own: for what ends one, sets its clock, or comes of there being two. */
export class ServerProcess {
  readonly output: string[] = [];

  private constructor(
    readonly child: ChildProcess,
    private readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>,
  ) {}

  /** The url of a server that listens. Set by {@link start}. */
  url = '';

  /** Starts `dist/src/main.js` and returns when it listens. */
  static async start(databaseUrl: string, env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = ServerProcess.launch(databaseUrl, env);
    await server.listening();
    return server;
  }

  /** Starts it without waiting; for servers that are expected to refuse. */
  static launch(databaseUrl: string, env: Record<string, string> = {}): ServerProcess {
    const child = spawn(process.execPath, [join(ROOT, 'dist/src/main.js')], {
      cwd: import.meta.dirname, // no .env of a developer's
      env: { PATH: process.env['PATH'] ?? '', ...settingsOf(databaseUrl, env) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
    const server = new ServerProcess(child, exited);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => server.output.push(line));
    }
    running.add(child);
    child.once('exit', () => running.delete(child));
    return server;
  }

  /** Waits for the end. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return this.exited;
  }

  async kill(
    signal: NodeJS.Signals = 'SIGKILL',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.kill(signal);
    return this.exited;
  }

  private async listening(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && this.child.exitCode === null) {
      const line = this.output.find((text) => text.includes('"msg":"listening"'));
      if (line) {
        this.url = (JSON.parse(line) as { url: string }).url;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the server did not start:\n${this.output.join('\n')}`);
  }
}

/** A start of a process that must be refused; returns what it says. */
export async function failedProcess(databaseUrl: string, env: Record<string, string> = {}): Promise<string> {
  const server = ServerProcess.launch(databaseUrl, env);
  const end = await server.ended();
  if (end.code !== 1) throw new Error(`expected exit code 1, got ${JSON.stringify(end)}`);
  return server.output.join('\n');
}
