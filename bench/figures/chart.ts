import { figure, type PlayResult } from './results.js';
import { median } from './statistics.js';

const ROW = 26;
const LEFT = 190;
const WIDTH = 860;
const TOP = 64;
const COLOURS = { server: '#2f6f9f', database: '#e0a458', text: '#57606a' } as const;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** What a call costs, by contender, at 32 connections: a bar of the server's CPU and the database's, and the rate beside it. */
export function chartOf(plays: readonly PlayResult[]): string {
  const rows = plays.filter(({ connections, distanceMs }) => connections === 32 && distanceMs === undefined);
  const costs = rows.map(({ samples }) => ({
    server: median(samples.map(figure.serverCpu)),
    database: median(samples.map(figure.databaseCpu)),
    rate: median(samples.map(figure.rate)),
  }));
  const scale = (WIDTH - LEFT - 110) / Math.max(...costs.map(({ server, database }) => server + database));
  const bars = rows.map(({ contender, call }, index) => {
    const { server, database, rate } = costs[index] ?? { server: 0, database: 0, rate: 0 };
    const y = TOP + index * ROW;
    const [first, second] = [server * scale, database * scale];
    const words = `${(server + database).toFixed(0)} µs, ${rate.toFixed(0)}/s`;
    return [
      `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${escaped(`${contender}: ${call}`)}</text>`,
      `<rect x="${LEFT}" y="${y + 3}" width="${first.toFixed(1)}" height="${ROW - 8}" fill="${COLOURS.server}"/>`,
      `<rect x="${(LEFT + first).toFixed(1)}" y="${y + 3}" width="${second.toFixed(1)}" height="${ROW - 8}" fill="${COLOURS.database}"/>`,
      `<text x="${(LEFT + first + second + 6).toFixed(1)}" y="${y + 15}">${words}</text>`,
    ].join('\n');
  });
  const height = TOP + rows.length * ROW + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="${COLOURS.text}">
<title>CPU of a call at 32 connections</title>
<text x="${LEFT}" y="22" font-size="15">CPU of a call at 32 connections, in microseconds, and calls a second</text>
<rect x="${LEFT}" y="36" width="12" height="12" fill="${COLOURS.server}"/><text x="${LEFT + 18}" y="46">server</text>
<rect x="${LEFT + 80}" y="36" width="12" height="12" fill="${COLOURS.database}"/><text x="${LEFT + 98}" y="46">database</text>
${bars.join('\n')}
</svg>
`;
}
