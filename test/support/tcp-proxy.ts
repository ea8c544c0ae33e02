import { once } from 'node:events';
import net from 'node:net';

/** What to do with a piece of what the client sent. */
export type Verdict = 'forward' | 'cut-before' | 'cut-after';

/** Stands between the server under test and its database, to cut the wire at a chosen moment. */
export class TcpProxy {
  /** Asked for every piece the client sends; `cut-after` forwards it and lets no answer pass. */
  onClientData: (chunk: Buffer) => Verdict = () => 'forward';
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (client) => this.connect(client));
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, targetPort);
  }

  get port(): number {
    return (this.server.address() as net.AddressInfo).port;
  }

  /** Cuts every connection now. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  private connect(client: net.Socket): void {
    const target = net.connect(this.targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    }
    let deaf = false;
    target.on('data', (chunk: Buffer) => {
      if (!deaf) client.write(chunk);
    });
    target.on('close', () => client.destroy());
    client.on('close', () => target.end());
    client.on('data', (chunk: Buffer) => {
      const verdict = this.onClientData(chunk);
      if (verdict === 'cut-before') {
        client.destroy();
        return;
      }
      target.write(chunk, () => {
        if (verdict === 'cut-after') client.destroy();
      });
      if (verdict === 'cut-after') deaf = true;
    });
  }
}
