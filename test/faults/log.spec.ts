import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { OPERATOR_KEY, send } from '../support/gpas.js';
import { sleep, until } from '../support/load.js';
import { TemporaryFolder } from '../support/temporary-folder.js';

/* Where the log goes is the same on every engine: a process, whose standard output cannot be written. */

const MAIN = join(import.meta.dirname, '../../dist/src/main.js');
/** Their lines are more than the log keeps. */
const CALLS = 4_000;
/** With a key, so that each has its line. */
const ASKING = {
  method: 'GET',
  target: `/operator/wallets/${'x'.repeat(128)}`,
  headers: { authorization: `Bearer ${OPERATOR_KEY}` },
};

let folder: TemporaryFolder;
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const running: ChildProcess[] = [];
beforeAll(() => {
  folder = new TemporaryFolder('oas-log-');
});
afterAll(async () => {
  running.forEach((child) => child.kill('SIGKILL'));
  agent.destroy();
  await folder.remove();
});

/** A server that logs to `output`, and answers. */
async function serverLoggingTo(
  name: string,
  output: number | 'pipe',
): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder.path,
    env: { PORT: String(port), DATABASE_URL: `sqlite:./${name}.sqlite` },
    stdio: ['ignore', output, 'inherit'],
  });
  running.push(child);
  const url = `http://127.0.0.1:${port}`;
  await until(() => isAlive(url));
  return { child, url };
}

const isAlive = (url: string): Promise<boolean> =>
  send(url, { method: 'GET', target: '/health/ready' }).then(
    ({ status }) => status === 200,
    () => false,
  );

/** Calls that are all answered, a line of the log each. */
async function call(url: string, calls: number): Promise<void> {
  const statuses = await Promise.all(
    Array.from({ length: calls }, async () => (await send(url, ASKING, agent)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([404]));
}

async function stop(child: ChildProcess): Promise<unknown> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  return Promise.race([exited, sleep(15_000)]);
}

describe('a log', () => {
  it('on a full disk: the server serves on, and ends by SIGTERM', async () => {
    const full = openSync('/dev/full', constants.O_WRONLY);
    const { child, url } = await serverLoggingTo('full', full);
    closeSync(full);
    await call(url, 50);
    expect(await stop(child)).toEqual([0, null]);
  });

  it('whose reader has gone: the same', async () => {
    const { child, url } = await serverLoggingTo('gone', 'pipe');
    child.stdout?.destroy();
    await call(url, 50);
    expect(await stop(child)).toEqual([0, null]);
  });

  it('that is not read: the same; once it is, what was kept is there and the rest is counted', async () => {
    const path = join(folder.path, 'pipe');
    execFileSync('mkfifo', [path]);
    const reads = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writes = openSync(path, constants.O_WRONLY);
    const { child, url } = await serverLoggingTo('unread', writes);
    closeSync(writes);
    await call(url, CALLS);
    const text = await readUntil(reads, /"lost":\d+/);
    const kept = text.split('"msg":"request"').length - 1;
    const lost = Number(/"lost":(\d+)/.exec(text)?.[1]);
    expect(lost).toBeGreaterThan(0);
    expect(kept + lost).toBeGreaterThanOrEqual(CALLS);
    await call(url, 500); // fills the pipe again
    expect(await stop(child)).toEqual([0, null]);
    closeSync(reads);
  });
});

async function readUntil(fd: number, what: RegExp): Promise<string> {
  let text = '';
  await until(() => {
    const chunk = Buffer.alloc(65_536);
    try {
      text += chunk.subarray(0, readSync(fd, chunk)).toString('latin1');
    } catch {
      // Nothing is there yet.
    }
    return what.test(text);
  });
  return text;
}
