import { figure, type PlayResult, type Results } from '../figures/results.js';
import { median, noise } from '../figures/statistics.js';

/** Cores that others may use of the machine. */
const MOST_OTHERS = 0.25;
/** How far the rounds of a yardstick may lie apart, as a share. */
const MOST_NOISE = 0.12;
const YARDSTICKS: readonly string[] = ['bare', 'checked'];

/** Why nothing can be told by these results, in words; empty where they can be trusted. */
export function doubtsOf({ plays }: Pick<Results, 'plays'>): string[] {
  const others = median(plays.flatMap(({ samples }) => samples.map((sample) => sample.others)));
  return [
    ...(others > MOST_OTHERS
      ? [
          `Others used ${others.toFixed(2)} cores of this machine while it was measured: stop them, or wait for a quieter hour.`,
        ]
      : []),
    ...plays.filter(isUnsteady).map(({ contender, call, connections, samples }) => {
      const costs = samples.map(figure.serverCpu);
      return (
        `A ${call} call on ${contender} by ${connections} connections cost between ${Math.min(...costs).toFixed(0)} and ` +
        `${Math.max(...costs).toFixed(0)} µs from round to round: take more rounds or longer ones (--rounds, --seconds).`
      );
    }),
  ];
}

function isUnsteady({ contender, connections, samples }: PlayResult): boolean {
  if (!YARDSTICKS.includes(contender) || connections !== 32) return false;
  const costs = samples.map(figure.serverCpu);
  return noise(costs) / median(costs) > MOST_NOISE;
}
