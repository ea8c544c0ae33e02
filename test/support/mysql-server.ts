import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as Driver from 'mysql2/promise';
import { find, findMysqld, NO_MYSQLD } from './find-mysqld.js';
import { freePort } from './free-port.ts';
import { importNatively } from './native.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const START_TIMEOUT_MS = 60_000;
const QUERY_TIMEOUT_MS = 30_000;

export interface MysqlServerOptions {
  /** Server options that come last, and so win: `--sql-mode=`. */
  readonly options?: readonly string[];
}

/** A MySQL-protocol server of the test's own: temporary data, a free port of loopback, ended with the process. */
export class MysqlServer {
  private child: ChildProcess | undefined;
  /** What `VERSION()` answers. */
  version = '';

  private constructor(
    private readonly binary: string,
    private readonly folder: TemporaryFolder,
    readonly port: number,
    private readonly options: readonly string[],
  ) {}

  /** @throws Error with the end of the server's log where it does not answer within a minute. */
  static async start({ options = [] }: MysqlServerOptions = {}): Promise<MysqlServer> {
    const binary = findMysqld();
    if (!binary) throw new Error(NO_MYSQLD);
    const folder = new TemporaryFolder('oas-mysql-');
    try {
      initialise(binary, folder.path, options);
      const server = new MysqlServer(binary, folder, await freePort(), options);
      await server.startAgain();
      server.version = await versionOf(server.rootUrl);
      return server;
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  get rootUrl(): string {
    return `mysql://root@127.0.0.1:${this.port}`;
  }

  urlOf(database: string): string {
    return `${this.rootUrl}/${database}`;
  }

  /** A new, empty database; returns its url. */
  createDatabase(name?: string): Promise<string> {
    return createMysqlDatabase(this.rootUrl, name);
  }

  dropDatabase(name: string): Promise<void> {
    return dropMysqlDatabase(this.urlOf(name));
  }

  query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return queryMysql<Row>(this.rootUrl, sql, parameters);
  }

  /** Starts on the same data and port, and returns when it answers. */
  async startAgain(): Promise<void> {
    if (this.isRunning()) throw new Error('the server runs already');
    const log = openSync(join(this.folder.path, 'log'), 'a');
    this.child = spawn(this.binary, this.commandLine(), {
      env: ownTemporaryFolder(this.folder.path),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.folder.setOwner(this.child.pid);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (!this.isRunning() || Date.now() > deadline) {
        const tail = readFileSync(join(this.folder.path, 'log'), 'utf8').split('\n').slice(-20).join('\n');
        await this.kill();
        throw new Error(`${this.binary} did not start:\n${tail}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it in good order. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Lets it hang: connections stay, nothing answers. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends it and removes its data. */
  async destroy(): Promise<void> {
    await this.kill();
    await this.folder.remove();
  }

  private isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** Whether it is this server that answers on the port, and not one that was there first. */
  private async answers(): Promise<boolean> {
    try {
      const [row] = await this.query<{ datadir: string }>('SELECT @@datadir AS datadir');
      return row !== undefined && realpathSync(row.datadir) === realpathSync(join(this.folder.path, 'data'));
    } catch {
      return false;
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || !this.isRunning()) return;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
    this.folder.setOwner(undefined);
  }

  private commandLine(): string[] {
    const { path } = this.folder;
    return [
      ...isolation(this.binary),
      `--datadir=${join(path, 'data')}`,
      `--socket=${join(path, 'socket')}`,
      `--pid-file=${join(path, 'pid')}`,
      `--port=${this.port}`,
      '--bind-address=127.0.0.1',
      '--character-set-server=utf8mb4',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=128M',
      '--max-connections=300',
      '--performance-schema=OFF',
      ...(isMariadb(this.binary) ? [] : ['--mysqlx=OFF']),
      ...this.options,
    ];
  }
}

/** A new, empty database on the server whose root url is given; returns its url. */
export async function createMysqlDatabase(
  rootUrl: string,
  name = `oas_${randomBytes(6).toString('hex')}`,
): Promise<string> {
  await queryMysql(rootUrl, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(rootUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropMysqlDatabase(url: string): Promise<void> {
  await queryMysql(url, `DROP DATABASE ${new URL(url).pathname.slice(1)}`);
}

export async function versionOf(url: string): Promise<string> {
  const [row] = await queryMysql<{ version: string }>(url, 'SELECT VERSION() AS version');
  return row?.version ?? '';
}

/** One statement from outside the application. Instants come back as text, and so do integers past 2^53. */
export async function queryMysql<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const { createConnection } = await importNatively<typeof Driver>('mysql2/promise');
  const connection = await createConnection({
    uri: url,
    dateStrings: true,
    supportBigNumbers: true,
    timezone: 'Z',
    connectTimeout: 5_000,
  });
  try {
    const [rows] = await connection.query<Driver.RowDataPacket[]>({
      sql,
      values: [...parameters],
      timeout: QUERY_TIMEOUT_MS,
    });
    return rows as unknown as Row[];
  } finally {
    connection.destroy();
  }
}

function isMariadb(binary: string): boolean {
  return execFileSync(binary, ['--version'], { encoding: 'utf8' }).includes('MariaDB');
}

/** Nothing of the machine's own configuration. A wrapper script says so itself, and MySQL refuses to hear it twice. */
function isolation(binary: string): string[] {
  const isScript = readFileSync(binary).subarray(0, 2).toString('latin1') === '#!';
  return [...(isScript ? [] : ['--no-defaults']), ...asUser()];
}

/** Both servers refuse to run as root unless told to. */
function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** A server that starts removes the temporary tables of every other one that has the same folder for them. */
function ownTemporaryFolder(folder: string): NodeJS.ProcessEnv {
  const path = join(folder, 'tmp');
  mkdirSync(path, { recursive: true });
  return { ...process.env, TMPDIR: path };
}

function initialise(binary: string, folder: string, options: readonly string[]): void {
  const datadir = `--datadir=${join(folder, 'data')}`;
  // MySQL keeps it with its data, and starts under no other.
  const folding = options.filter((option) => option.startsWith('--lower-case-table-names='));
  if (!isMariadb(binary)) {
    execFileSync(binary, [...isolation(binary), '--initialize-insecure', ...folding, datadir], {
      env: ownTemporaryFolder(folder),
      stdio: 'pipe',
    });
    return;
  }
  const beside = ['.', '../bin', '../scripts'].map((path) => join(dirname(binary), path));
  const installer = find('mariadb-install-db', beside) ?? find('mysql_install_db', beside);
  if (!installer) throw new Error(`mariadb-install-db was found neither beside ${binary} nor on the PATH`);
  const own = ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', datadir];
  execFileSync(installer, [...own, ...asUser()], { env: ownTemporaryFolder(folder), stdio: 'pipe' });
}
