import { closeSync, fsyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../figures/statistics.js';
import { temporaryFolder } from '../machine/temporary-folder.js';

const TMPFS = 0x01021994;
const BLOCK = Buffer.alloc(4_096, 1);
/** What no disk does, not one with a battery either. */
const LEAST_MICROSECONDS = 10;

/**
 * How long the disk takes to keep 4 KB, in microseconds: all that is measured stands on it.
 * @throws Error where it keeps nothing
 */
export function measureDisk(): number {
  const folder = temporaryFolder();
  const mend = 'Set TMPDIR to a folder on a disk that keeps what it is given.';
  if (statfsSync(folder).type === TMPFS)
    throw new Error(`${folder} is in memory: no commit would be durable there. ${mend}`);
  const file = openSync(join(folder, 'disk'), 'w');
  const times = Array.from({ length: 50 }, () => {
    writeSync(file, BLOCK);
    const startedAt = performance.now();
    fsyncSync(file);
    return (performance.now() - startedAt) * 1_000;
  });
  closeSync(file);
  const microseconds = median(times);
  if (microseconds < LEAST_MICROSECONDS)
    throw new Error(
      `A write is said to be on the disk after ${microseconds.toFixed(1)} µs: it is not. ${mend}`,
    );
  return microseconds;
}
