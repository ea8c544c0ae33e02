import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type RowDataPacket } from 'mysql2/promise';

const START_TIMEOUT_MS = 60_000;

/** The server to test with: `MYSQLD`, else `mariadbd` or `mysqld` on the PATH. */
export function findMysqld(): string | undefined {
  const named = process.env['MYSQLD'];
  if (named) return named;
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin'].filter(Boolean);
  return ['mariadbd', 'mysqld']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A MySQL-protocol server of the test's own: temporary data, a free port of loopback, ended with the run. */
export class MysqlServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    readonly port: number,
  ) {
    process.once('exit', () => {
      this.child?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  static async start(): Promise<MysqlServer> {
    const binary = findMysqld();
    if (!binary)
      throw new Error('No MySQL-protocol server: install mariadb-server, or set MYSQLD to a binary');
    const folder = mkdtempSync(join(tmpdir(), 'oas-mysql-'));
    initialise(binary, folder);
    const server = new MysqlServer(binary, folder, await freePort());
    await server.startAgain();
    return server;
  }

  urlOf(database: string): string {
    return `mysql://root@127.0.0.1:${this.port}/${database}`;
  }

  /** A new, empty database; returns its url. */
  async createDatabase(): Promise<string> {
    const name = `oas_${randomBytes(6).toString('hex')}`;
    await this.query(`CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  query<Row extends object>(sql: string): Promise<Row[]> {
    return queryMysql<Row>(this.urlOf('mysql'), sql, []);
  }

  /** Starts on the same data and port, and returns when it answers. */
  async startAgain(): Promise<void> {
    const log = openSync(join(this.folder, 'log'), 'a');
    const options = [
      `--datadir=${join(this.folder, 'data')}`,
      `--socket=${join(this.folder, 'socket')}`,
      `--pid-file=${join(this.folder, 'pid')}`,
      `--port=${this.port}`,
      '--bind-address=127.0.0.1',
      '--character-set-server=utf8mb4',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=128M',
      '--max-connections=300',
      '--performance-schema=OFF',
      ...(isMariadb(this.binary) ? [] : ['--mysqlx=OFF']),
    ];
    this.child = spawn(this.binary, [...isolation(this.binary), ...options], { stdio: ['ignore', log, log] });
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (error) {
        if (this.child.exitCode !== null || Date.now() > deadline) {
          const tail = readFileSync(join(this.folder, 'log'), 'utf8').split('\n').slice(-20).join('\n');
          throw new Error(`${this.binary} did not start:\n${tail}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Ends it in good order. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Ends it as a power cut would. */
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

  async destroy(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
  }
}

/** One statement on a database, from outside the application; instants come back as text. */
export async function queryMysql<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[],
): Promise<Row[]> {
  const connection = await mysql.createConnection({
    uri: url,
    dateStrings: true,
    timezone: 'Z',
    connectTimeout: 5_000,
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql, [...parameters]);
    return rows as unknown as Row[];
  } finally {
    connection.destroy();
  }
}

const versions = new Map<string, string>();

export function versionOf(binary: string): string {
  const known = versions.get(binary);
  if (known) return known;
  const version = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  versions.set(binary, version);
  return version;
}

function isMariadb(binary: string): boolean {
  return versionOf(binary).includes('MariaDB');
}

function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Nothing of the machine's own configuration. The wrapper around an unpacked MySQL says so itself. */
function isolation(binary: string): string[] {
  return [...(isMariadb(binary) ? ['--no-defaults'] : []), ...asUser()];
}

function initialise(binary: string, folder: string): void {
  const datadir = `--datadir=${join(folder, 'data')}`;
  if (isMariadb(binary)) {
    const options = ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', datadir];
    execFileSync('mariadb-install-db', [...options, ...asUser()], { stdio: 'pipe' });
  } else {
    execFileSync(binary, ['--initialize-insecure', datadir, ...asUser()], { stdio: 'pipe' });
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
