import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';

const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 * 1024 ** 3;

/** Reads `+ pid` and `- pid` until its input ends, then kills those that are left and removes the folder. */
const KEEPER = `while read -r sign pid; do
  others=
  for one in $pids; do [ "$one" = "$pid" ] || others="$others $one"; done
  pids=$others
  [ "$sign" = - ] || pids="$pids $pid"
done
[ -z "$pids" ] || kill -9 $pids
rm -rf "$1"`;

/** The folder of this process, whatever test files it runs, in which all others are. */
interface ProcessFolder {
  readonly path: string;
  readonly keeper: ChildProcess;
}

/**
 * A shell of its own session waits for the end of a pipe that only this process holds, because an `exit` handler is not
 * enough: a signal runs none, and a Jest test's `process` is a copy that never calls its own.
 */
function makeProcessFolder(): ProcessFolder {
  const path = mkdtempSync(join(fastestFolder(), 'oas-test-'));
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keeper.unref();
  (keeper.stdin as Socket).unref();
  return { path, keeper };
}

// One for all test files, which have a `globalThis` each: to start a process takes a large one 40 ms.
const NAME = Symbol.for('gpas-oas folder of the process');
const native = vm.runInThisContext('globalThis') as { [NAME]: ProcessFolder | undefined };
const { path: root, keeper } = (native[NAME] ??= makeProcessFolder());

/** A temporary folder that does not outlive this process, nor does the server that works in it. */
export class TemporaryFolder {
  readonly path: string;
  private owner: number | undefined;

  constructor(prefix: string) {
    this.path = mkdtempSync(join(root, prefix));
  }

  /** Which process ends with the folder; undefined once it has ended by itself. */
  setOwner(pid: number | undefined): void {
    if (this.owner !== undefined) keeper.stdin?.write(`- ${this.owner}\n`);
    if (pid !== undefined) keeper.stdin?.write(`+ ${pid}\n`);
    this.owner = pid;
  }

  /** Kills its owner, if it has one. */
  remove(): Promise<void> {
    try {
      if (this.owner !== undefined) process.kill(this.owner, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    this.setOwner(undefined);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10 });
    return Promise.resolve();
  }
}

/**
 * Memory where there is room, else the disk. A process killed loses nothing of what it has written to either, and no
 * test takes the power away.
 */
function fastestFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
