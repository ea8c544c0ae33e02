import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/contenders.js';

export const HELP = `npm run bench -- [options]: what a call costs, beside what it would cost without a database.

  --quick            under two minutes: 32 connections, short rounds, and what the ratios need beside
  --only name,name   these contenders only: ${CONTENDERS.map(({ name }) => name).join(', ')}
  --rounds n         rounds over all plays (5)
  --seconds n        of a play in a round (2; quick 0.6)
  --node path        the Node that runs the servers (the one that runs this)
  --json file        where the results go (data/bench.json)
  --compare file     say what moved beyond noise since an earlier file of results
  --write            put table and chart into docs/performance.md
`;

export interface Options {
  readonly quick: boolean;
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  readonly seconds: number;
  readonly node: string;
  readonly json: string;
  readonly compare: string | undefined;
  readonly write: boolean;
}

/** @throws Error in words where they cannot be understood */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string' },
      node: { type: 'string', default: process.execPath },
      json: { type: 'string', default: 'data/bench.json' },
      compare: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const only = values.only?.split(',').map((name) => name.trim());
  const unknown = only?.find((name) => !CONTENDERS.some((contender) => contender.name === name));
  if (unknown !== undefined) throw new Error(`There is no contender "${unknown}".\n\n${HELP}`);
  return {
    quick: values.quick,
    only,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds ?? (values.quick ? '0.6' : '2')),
    node: values.node,
    json: values.json,
    compare: values.compare,
    write: values.write,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
}
