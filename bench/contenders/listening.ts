import type { AddressInfo, Server } from 'node:net';

/** Says where a contender listens, in the form in which the product does, and ends it when it is asked to. */
export function tellListening(server: Server): void {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` })}\n`);
  process.once('SIGTERM', () => process.exit(0));
}
