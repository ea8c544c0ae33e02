import { once } from 'node:events';
import net from 'node:net';
import { freePort } from './free-port.js';

/** What to do with a piece of what the client sent. */
export type Verdict = 'forward' | 'cut-before' | 'cut-after' | 'swallow';

/** Stands between the server under test and its database, to cut the wire at a chosen moment. */
export class TcpProxy {
  /**
   * Asked for every piece the client sends; the first connection has id 1. `cut-before`: the database never sees it.
   * `cut-after`: it is forwarded, and no answer passes. The database may still be at work when the client is cut off.
   * `swallow`: the connection stays open and nothing passes any more; the database hears of it when the client leaves.
   * Bytes: the database never sees it, and this is its answer.
   */
  onClientData: (chunk: Buffer, connectionId: number) => Verdict | Buffer = () => 'forward';
  private readonly sockets = new Set<net.Socket>();
  private listener: net.Server | undefined;
  private lastId = 0;

  private constructor(
    private readonly targetPort: number,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort, await freePort());
    await proxy.accept();
    return proxy;
  }

  /** The url of the same database by way of the proxy. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Cuts every connection now. New ones are served. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** From now on new connections get ECONNREFUSED; those that are open stay. */
  refuse(): void {
    this.listener?.close();
    this.listener = undefined;
  }

  /** Takes new connections again. */
  async accept(): Promise<void> {
    if (this.listener) return;
    this.listener = net.createServer((client) => this.connect(client)).listen(this.port, '127.0.0.1');
    await once(this.listener, 'listening');
  }

  async close(): Promise<void> {
    const { listener } = this;
    const closed = listener && once(listener, 'close');
    this.refuse();
    this.cut();
    await closed;
  }

  private connect(client: net.Socket): void {
    const id = ++this.lastId;
    const target = net.connect(this.targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    }
    let isDeaf = false;
    let isSilent = false;
    target.on('data', (chunk: Buffer) => {
      if (!isDeaf) client.write(chunk);
    });
    target.on('close', () => client.destroy());
    client.on('close', () => target.end());
    client.on('data', (chunk: Buffer) => {
      if (isSilent) return;
      const verdict = this.onClientData(chunk, id);
      if (typeof verdict !== 'string') {
        client.write(verdict);
        return;
      }
      if (verdict === 'cut-before') {
        client.resetAndDestroy();
        return;
      }
      if (verdict !== 'forward') isDeaf = true;
      if (verdict === 'swallow') {
        isSilent = true;
        return;
      }
      target.write(chunk, () => {
        if (verdict === 'cut-after') client.resetAndDestroy();
      });
    });
  }
}

/** Whether the chunk ends in a COMMIT, which may be one of several statements of its packet. */
export function isCommit(chunk: Buffer): boolean {
  return chunk.subarray(-'COMMIT'.length).toString('latin1') === 'COMMIT';
}

/** What a database answers where it refuses the statement of one packet. */
export function errorPacket(errno: number, message: string): Buffer {
  const payload = Buffer.from(`\xff\0\0#HY000${message}`, 'latin1');
  payload.writeUInt16LE(errno, 1);
  return packet(payload);
}

/** What it answers where all is done and there are no rows. */
export const OK_PACKET = packet(Buffer.from([0, 0, 0, 2, 0, 0, 0]));

function packet(payload: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0, 1]);
  header.writeUIntLE(payload.length, 0, 3);
  return Buffer.concat([header, payload]);
}
