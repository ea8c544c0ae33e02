import { parseArgs } from 'node:util';
import { CONTENDERS } from '../contenders/contenders.js';
import { table } from '../figures/report.js';
import { CALL_KINDS } from '../load/calls.js';
import { DatabaseServer } from '../machine/database-server.js';
import { profile, type Profiled } from './profile.js';

const HELP = `npm run bench:profile -- [options]: where the CPU of a call goes, by subsystem.

  --only name,name   these contenders (ours); each kind of call that they take
  --call kind        one kind of call: ${CALL_KINDS.join(', ')}
  --connections n    (32)
  --seconds n        profiled of each kind of call (4)
  --top n            the functions that take most, too
  --node path        the Node that runs the servers (the one that runs this)
`;
/** A row for each subsystem, a column for each contender. */
function subsystemTable(profiled: readonly Profiled[]): string {
  const names = new Set(profiled.flatMap(({ times }) => [...times.keys()]));
  const sum = ({ times }: Profiled): number => [...times.values()].reduce((total, time) => total + time, 0);
  return table(
    ['µs a call', ...profiled.map(({ title }) => title)],
    [
      ...[...names].map((name) => [name, ...profiled.map(({ times }) => times.get(name)?.toFixed(1) ?? '')]),
      ['all of these', ...profiled.map((one) => sum(one).toFixed(0))],
      ['server CPU while profiled', ...profiled.map(({ serverCpu }) => serverCpu.toFixed(0))],
    ],
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: 'ours' },
      call: { type: 'string' },
      connections: { type: 'string', default: '32' },
      seconds: { type: 'string', default: '4' },
      top: { type: 'string', default: '0' },
      node: { type: 'string', default: process.execPath },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const only = values.only.split(',');
  const database = await DatabaseServer.start();
  const options = {
    node: values.node,
    connections: Number(values.connections),
    ms: Number(values.seconds) * 1_000,
  };
  const profiled: Profiled[] = [];
  for (const contender of CONTENDERS.filter(({ name }) => only.includes(name))) {
    for (const call of contender.calls.filter((kind) => values.call === undefined || kind === values.call)) {
      process.stderr.write(`${contender.name}: ${call} …\n`);
      profiled.push(await profile(contender, call, options, database));
    }
  }
  process.stdout.write(`${subsystemTable(profiled)}\n`);
  for (const { title, functions } of profiled) {
    const rows = [...functions].slice(0, Number(values.top)).map(([name, time]) => [time.toFixed(1), name]);
    if (rows.length > 0) process.stdout.write(`\n${title}\n\n${table(['µs a call', 'function'], rows)}\n`);
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
