import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkAnswers } from '../checks/answers.js';
import type { Contender } from '../contenders/contenders.js';
import { startContender } from '../contenders/start.js';
import type { CallKind } from '../load/calls.js';
import type { DatabaseServer } from '../machine/database-server.js';
import { temporaryFolder } from '../machine/temporary-folder.js';
import { Player } from '../measure.js';
import { functionTimesOf, timesOf } from './subsystems.js';

const [WARM_UP_CALLS, WARM_UP_MS] = [5_000, 5_000];
const HOOK = pathToFileURL(join(import.meta.dirname, 'hook.js')).href;

export interface Profiled {
  readonly title: string;
  /** Microseconds a call by subsystem, and by function. */
  readonly times: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, number>;
  /** As the operating system counts. */
  readonly serverCpu: number;
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Where the processor time of one kind of call goes, once the compiler of JavaScript has done most of its work. */
export async function profile(
  contender: Contender,
  call: CallKind,
  options: { readonly node: string; readonly connections: number; readonly ms: number },
  database: DatabaseServer,
): Promise<Profiled> {
  const folder = temporaryFolder();
  const { node, connections, ms } = options;
  const env = { BENCH_PROFILE_FOLDER: folder };
  const running = await startContender(contender, { node, nodeArguments: ['--import', HOOK], env }, database);
  await checkAnswers(running);
  const player = new Player(running, database.pid);
  const play = { contender: contender.name, call, connections };
  await player.warmUp(play, WARM_UP_CALLS, WARM_UP_MS);
  running.server.signal('SIGUSR2');
  await appears(join(folder, 'thread-0.started'));
  const { calls, serverCpu } = await player.sample(play, 0, ms);
  running.server.signal('SIGUSR2');
  await appears(join(folder, 'thread-0.cpuprofile'));
  await running.server.stop();
  const profiles = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profiler.Profile);
  const each = (times: readonly Map<string, number>[]): Map<string, number> => {
    const sums = new Map<string, number>();
    for (const [name, time] of times.flatMap((one) => [...one]))
      sums.set(name, (sums.get(name) ?? 0) + time / calls);
    return new Map([...sums].sort(([, a], [, b]) => b - a));
  };
  return {
    title: `${contender.name}: ${call}`,
    times: each(profiles.map(timesOf)),
    functions: each(profiles.map(functionTimesOf)),
    serverCpu,
  };
}
