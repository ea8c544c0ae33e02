import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, statfsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads pids until its input ends, then kills the last one named and removes the folder. */
const KEEPER = 'while read -r pid; do last=$pid; done; [ -z "$last" ] || kill -9 "$last"; rm -rf "$1"';

/**
 * A temporary folder that does not outlive this process, nor does the server that works in it. A shell of its own session
 * waits for the end of a pipe that only this process holds, because an `exit` handler is not enough: a signal runs
 * none, and a Jest test's `process` is a copy that never calls its own.
 */
export class TemporaryFolder {
  readonly path: string;
  private readonly keeper: ChildProcess;

  constructor(prefix: string) {
    this.path = mkdtempSync(join(fastestFolder(), prefix));
    this.keeper = spawn('sh', ['-c', KEEPER, 'sh', this.path], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.keeper.unref();
    (this.keeper.stdin as Socket).unref();
  }

  /** Which process ends with the folder; undefined once it has ended by itself. */
  setOwner(pid: number | undefined): void {
    this.keeper.stdin?.write(`${pid ?? ''}\n`);
  }

  async remove(): Promise<void> {
    if (this.keeper.exitCode !== null) return;
    const exited = once(this.keeper, 'exit');
    this.keeper.ref();
    this.keeper.stdin?.end();
    await exited;
  }
}

const MEMORY = '/dev/shm';
const ROOM_BYTES = 2 * 1024 ** 3;

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
