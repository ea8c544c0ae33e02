import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { find } from './find-mysqld.js';
import { freePort } from './free-port.js';
import { until } from './load.js';
import { TemporaryFolder } from './temporary-folder.js';

export const PROXIES = ['nginx', 'haproxy'] as const;
export type ProxyName = (typeof PROXIES)[number];

const PAGE = join(import.meta.dirname, '../../docs/proxies.md');

/** Why its tests are not run, if they are not. */
export function obstacleOf(name: ProxyName): string | undefined {
  return find(name) ? undefined : `not run: ${name} is not installed`;
}

interface ProxyOptions {
  /** Of the servers behind it: the page has two, of which the second is a comment. */
  readonly ports: readonly [number, number?];
  /** Whether it takes `/casino/oas` away. */
  readonly isPathTaken?: boolean;
  /** The only one that may call the back office. */
  readonly operatorAddress?: string;
}

/** A real proxy with the configuration of docs/proxies.md, as another user on other ports and paths. */
export class FrontProxy {
  private output = '';

  private constructor(
    readonly url: string,
    private readonly folder: TemporaryFolder,
    private readonly child: ChildProcess,
    private readonly logFile: string | undefined,
  ) {
    folder.setOwner(child.pid);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static async start(name: ProxyName, options: ProxyOptions): Promise<FrontProxy> {
    const folder = new TemporaryFolder(`oas-${name}-`);
    const port = await freePort();
    const config = join(folder.path, `${name}.conf`);
    writeFileSync(config, CONFIGS[name](options, port, folder.path));
    const parameters = {
      nginx: ['-p', folder.path, '-e', 'stderr', '-c', config, '-g', 'daemon off; master_process off;'],
      haproxy: ['-db', '-f', config],
    };
    const child = spawn(find(name) ?? name, parameters[name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = name === 'nginx' ? join(folder.path, 'access.log') : undefined;
    const proxy = new FrontProxy(`http://127.0.0.1:${port}`, folder, child, log);
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${name} did not start:\n${proxy.output}`);
      return isListening(port);
    });
    return proxy;
  }

  /** The lines of its access log, and what it said. */
  get log(): string {
    return this.output + (this.logFile === undefined ? '' : readFileSync(this.logFile, 'utf8'));
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await ended;
    this.folder.setOwner(undefined);
    await this.folder.remove();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false)).once('connect', () => socket.end(() => resolve(true)));
  });
}

/** What the page shows in this language: the whole configuration, then what takes the path away. */
function examplesOf(name: ProxyName): readonly [string, string] {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(new RegExp(`^\`\`\`${name}\n(.*?)^\`\`\``, 'gms'))];
  const [whole, path] = blocks.map(([, text = '']) => text);
  if (whole === undefined || path === undefined || blocks.length > 2)
    throw new Error(`docs/proxies.md does not have two examples of ${name}`);
  return [whole, path];
}

/** Replaces what has to be there. */
function replaced(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce((changed, [pattern, by]) => {
    if (!pattern.test(changed)) throw new Error(`docs/proxies.md has no ${pattern.source} any more`);
    return changed.replace(pattern, () => by);
  }, text);
}

/** @param comments what makes comments of the lines that it takes */
const operatorOnly = (address: string | undefined, comments: RegExp): (readonly [RegExp, string])[] =>
  address === undefined
    ? []
    : [
        [comments, ''],
        [/198\.51\.100\.0\/24/, address],
      ];

type Configure = (options: ProxyOptions, port: number, folder: string) => string;

const CONFIGS: Record<ProxyName, Configure> = {
  nginx: ({ ports: [first, second], isPathTaken, operatorAddress }, port, folder) => {
    const [whole, path] = examplesOf('nginx');
    const [map = '', location = ''] = path.split(/^ *# beside .*\n/m).slice(1);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${join(folder, kind)};`,
    );
    return replaced(whole, [
      [/^user .*/m, ''],
      [/\/run\/nginx\.pid/, join(folder, 'nginx.pid')],
      [/\/var\/log\/nginx\/error\.log/, 'stderr'],
      [/\/var\/log\/nginx\/access\.log/, join(folder, 'access.log')],
      [/^http \{/m, `http {\n${temporary.join('\n')}`],
      [/127\.0\.0\.1:3000/, `127.0.0.1:${first}`],
      ...(second ? [[/# server 10\.0\.0\.12:3000/, `server 127.0.0.1:${second}`] as const] : []),
      [/listen 80;/, `listen 127.0.0.1:${port};`],
      ...operatorOnly(operatorAddress, /^ {4}# (?=location ~| {2}allow| {2}deny| {2}proxy_pass|\})/gm),
      ...(isPathTaken
        ? ([
            [/(?=^ *upstream)/m, map],
            [/(?=^ *location \/ )/m, location],
          ] as const)
        : []),
    ]);
  },
  haproxy: ({ ports: [first, second], isPathTaken, operatorAddress }, port) => {
    const [whole, path] = examplesOf('haproxy');
    return replaced(whole, [
      [/^ *user .*\n *group .*/m, ''],
      [/log \/dev\/log local0/, 'log stdout format raw local0'],
      [/bind :80/, `bind 127.0.0.1:${port}`],
      [/oas\.example\.com(?=\n)/, '127.0.0.1'],
      ...operatorOnly(operatorAddress, /# (?=http-request deny)/),
      [/127\.0\.0\.1:3000/, `127.0.0.1:${first}`],
      ...(second ? [[/# server oas2 10\.0\.0\.12:3000/, `server oas2 127.0.0.1:${second}`] as const] : []),
      ...(isPathTaken ? [[/(?=^ *default_backend)/m, path] as const] : []),
    ]);
  },
};
