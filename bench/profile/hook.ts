import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

/**
 * Loaded before a server (`--import`), in each of its threads: the first SIGUSR2 begins a CPU profile, the second writes
 * it to `BENCH_PROFILE_FOLDER`. So neither the start nor the warm-up is in it.
 */
const SAMPLING_MICROSECONDS = 200;
const folder = process.env['BENCH_PROFILE_FOLDER'] ?? '.';
const session = new Session();
session.connect();
let isRunning = false;

/** The file is there once it is whole. */
function write(ending: string, text: string): void {
  const file = join(folder, `thread-${threadId}.${ending}`);
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

function toggle(): void {
  isRunning = !isRunning;
  if (isRunning) session.post('Profiler.start', () => write('started', ''));
  else session.post('Profiler.stop', (_error, { profile }) => write('cpuprofile', JSON.stringify(profile)));
}

session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
const channel = new BroadcastChannel('bench-profile');
channel.unref();
channel.onmessage = toggle;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage(null);
    toggle();
  });
}
