import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { endWithUs, temporaryFolder } from './temporary-folder.js';

const START_TIMEOUT_MS = 60_000;

/** A MariaDB or MySQL of the run's own, with durable commits, on a disk and on a free port of loopback. */
export class DatabaseServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly connection: Connection,
    readonly version: string,
  ) {}

  /** @throws Error where there is no server to start, and where it does not keep what it has committed */
  static async start(): Promise<DatabaseServer> {
    const binary = findServer();
    const folder = temporaryFolder();
    const temporary = join(folder, 'tmp'); // a server removes what others have in the same one
    mkdirSync(temporary);
    const env = { ...process.env, TMPDIR: temporary };
    const isMariadb = execFileSync(binary, ['--version'], { encoding: 'utf8' }).includes('MariaDB');
    initialise(binary, isMariadb, folder, env);
    const port = await freePort();
    const log = openSync(join(folder, 'log'), 'a');
    const child = endWithUs(
      spawn(binary, commandLine(folder, port, isMariadb), { env, stdio: ['ignore', log, log] }),
    );
    const connection = await connect(port, child, join(folder, 'log'));
    const [[row]] = await connection.query<RowDataPacket[]>(
      'SELECT VERSION() AS version, @@innodb_flush_log_at_trx_commit AS durable, @@innodb_doublewrite AS doublewrite',
    );
    if (Number(row?.['durable']) !== 1)
      throw new Error('The database does not write each commit to the disk: nothing would be told by it.');
    return new DatabaseServer(child, port, connection, String(row?.['version']));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Makes an empty database; returns its url. */
  async createDatabase(name: string): Promise<string> {
    await this.connection.query(`DROP DATABASE IF EXISTS ${name}`);
    await this.connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    return `mysql://root@127.0.0.1:${this.port}/${name}`;
  }

  /** How often its log was brought to the disk so far. */
  async logSyncs(): Promise<number> {
    const [[row]] = await this.connection.query<RowDataPacket[]>(
      `SHOW GLOBAL STATUS LIKE 'Innodb_os_log_fsyncs'`,
    );
    return Number(row?.['Value']);
  }

  async stop(): Promise<void> {
    this.connection.destroy();
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

function commandLine(folder: string, port: number, isMariadb: boolean): string[] {
  return [
    '--no-defaults',
    ...asUser(),
    `--datadir=${join(folder, 'data')}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--character-set-server=utf8mb4',
    '--innodb-flush-log-at-trx-commit=1',
    '--innodb-buffer-pool-size=512M',
    '--max-connections=300',
    '--performance-schema=OFF',
    ...(isMariadb ? [] : ['--mysqlx=OFF', '--skip-log-bin']),
  ];
}

/** `MYSQLD`, else `mariadbd`, else `mysqld`. */
function findServer(): string {
  const named = process.env['MYSQLD'];
  const found = named ?? find('mariadbd') ?? find('mysqld');
  if (!found)
    throw new Error('Neither mariadbd nor mysqld was found: install mariadb-server, or set MYSQLD to one.');
  return found;
}

function find(name: string, folders: readonly string[] = []): string | undefined {
  return [...folders, ...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Both servers refuse to run as root unless told to. */
function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

function initialise(binary: string, isMariadb: boolean, folder: string, env: NodeJS.ProcessEnv): void {
  const datadir = `--datadir=${join(folder, 'data')}`;
  if (!isMariadb) {
    execFileSync(binary, ['--no-defaults', ...asUser(), '--initialize-insecure', datadir], {
      env,
      stdio: 'pipe',
    });
    return;
  }
  const beside = ['.', '../bin', '../scripts'].map((path) => join(dirname(binary), path));
  const installer = find('mariadb-install-db', beside) ?? find('mysql_install_db', beside);
  if (!installer) throw new Error(`mariadb-install-db was found neither beside ${binary} nor on the PATH`);
  const own = ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', datadir];
  execFileSync(installer, [...own, ...asUser()], { env, stdio: 'pipe' });
}

async function connect(port: number, child: ChildProcess, log: string): Promise<Connection> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await createConnection({ host: '127.0.0.1', port, user: 'root' });
    } catch {
      if (child.exitCode !== null || Date.now() > deadline) {
        const tail = readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
        throw new Error(`The database did not start:\n${tail}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
