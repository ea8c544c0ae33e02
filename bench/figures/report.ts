import type { Contender } from '../contenders/contenders.js';
import type { Move } from './comparison.js';
import { ratiosOf } from './ratios.js';
import { figure, type FigureName, type PlayResult, type Results } from './results.js';
import { median } from './statistics.js';

/** A table of Markdown, its columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const digitsOf = (value: number): number => (value < 10 ? 2 : value < 100 ? 1 : 0);
const shown = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(digitsOf(value)));

function rowOf({ contender, call, connections, distanceMs, samples }: PlayResult): string[] {
  const of = (name: FigureName): number => median(samples.map(figure[name]));
  return [
    contender,
    distanceMs === undefined ? call : `${call}, ${distanceMs} ms away`,
    String(connections),
    of('rate').toFixed(0),
    `${shown(of('p50'))} / ${shown(of('p99'))}`,
    of('serverCpu').toFixed(0),
    of('databaseCpu') > 0 ? of('databaseCpu').toFixed(0) : '',
    of('clientCpu').toFixed(0),
  ];
}

/** The ratios, with what they are meant to be. */
export function ratioTable({ plays }: Pick<Results, 'plays'>): string {
  const rows = ratiosOf(plays).map(({ says, value, noise, goal, isReached }) => [
    says,
    `${shown(value)} ± ${shown(noise)}`,
    goal,
    isReached === undefined ? '' : isReached ? 'yes' : 'no',
  ]);
  return table(['ratio, within a round', 'measured', 'goal', 'reached'], rows);
}

/** Everything that was measured, for people. */
export function reportOf(results: Results, contenders: readonly Contender[]): string {
  const { plays, memory, distances } = results;
  const played = new Set(plays.map(({ contender }) => contender));
  const rows = contenders
    .filter(({ name }) => played.has(name))
    .map(({ name, says }) => [name, says, `${((memory[name] ?? 0) / 1024 ** 2).toFixed(0)} MB`]);
  return [
    headOf(results),
    ...results.doubts.map((doubt) => `**Too noisy to tell.** ${doubt}`),
    ratioTable(results),
    table(
      [
        'contender',
        'call',
        'connections',
        'calls/s',
        'ms p50 / p99',
        'server µs',
        'database µs',
        'client µs',
      ],
      plays.map(rowOf),
    ),
    table(['contender', 'what it is', 'most memory'], rows),
    ...(distances.length > 0 ? [distanceWords(distances)] : []),
  ].join('\n\n');
}

function headOf({ node, database, machine, measuredAt, commit, mode, diskMicroseconds }: Results): string {
  return (
    `Node ${node}, ${database}, ${machine}; client, server and database share it. ${mode}, ` +
    `${measuredAt.slice(0, 10)}, commit ${commit}. The disk takes ${diskMicroseconds.toFixed(0)} µs to keep 4 KB.`
  );
}

function distanceWords(distances: Results['distances']): string {
  const each = distances.map(({ ms, measuredMs }) => `${ms} ms: ${measuredMs.toFixed(2)}`).join(', ');
  return `A statement that does nothing takes, by the distance that is set, in milliseconds: ${each}.`;
}

/** What moved since an earlier run. */
export function comparisonOf(moves: readonly Move[], earlier: Results): string {
  const since = `Node ${earlier.node}, commit ${earlier.commit}, ${earlier.measuredAt.slice(0, 10)}`;
  if (moves.length === 0) return `Nothing moved beyond noise since ${since}.`;
  const rows = moves.map(({ play, figure: name, before, after, change }) => [
    play,
    NAMES[name],
    shown(before),
    shown(after),
    `${change > 0 ? '+' : ''}${(change * 100).toFixed(0)} %`,
  ]);
  return `Moved beyond noise since ${since}:\n\n${table(['play', 'figure', 'before', 'now', 'change'], rows)}`;
}

const NAMES: Readonly<Record<FigureName, string>> = {
  rate: 'calls/s',
  p50: 'ms p50',
  p99: 'ms p99',
  serverCpu: 'server µs',
  databaseCpu: 'database µs',
  clientCpu: 'client µs',
  trips: 'trips',
};
