import net from 'node:net';
import { DelayLine } from './delay-line.js';
import { takePrecedence } from './precedence.js';

/**
 * A process between a server and its database, which puts them apart: half of the distance on the way there, half on the
 * way back. It counts the trips: what the server sends after it has heard something. Messages come from
 * {@link DistantDatabase}.
 */
export interface Distance {
  /** There and back. */
  readonly ms: number;
}

/** The trips so far, in answer to a message. */
export interface Trips {
  readonly trips: number;
}

const [targetPort = 0] = process.argv.slice(2).map(Number);
takePrecedence();
const line = new DelayLine();
let trips = 0;

const listener = net.createServer((server) => {
  const database = net.connect(targetPort, '127.0.0.1');
  for (const [from, to] of [
    [server, database],
    [database, server],
  ] as const) {
    from.setNoDelay(true);
    from.on('data', (chunk) => line.send(() => to.write(chunk)));
    from.on('error', () => to.destroy());
    from.on('close', () => line.send(() => to.end()));
  }
  let isHeard = true;
  database.on('data', () => (isHeard = true));
  server.on('data', () => {
    if (isHeard) trips += 1;
    isHeard = false;
  });
});
listener.listen(0, '127.0.0.1', () => process.send?.({ port: (listener.address() as net.AddressInfo).port }));
process.on('message', (message: Distance) => {
  line.delayMs = message.ms / 2;
  process.send?.({ trips } satisfies Trips);
});
process.on('disconnect', () => process.exit(0));
