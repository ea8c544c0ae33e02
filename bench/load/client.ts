import { once } from 'node:events';
import net from 'node:net';
import type { Expected } from './calls.js';

/** What was heard in a time of playing. */
export interface Played {
  readonly calls: number;
  readonly ms: number;
  /** Sorted, in milliseconds. */
  readonly latencies: Float64Array;
}

/** An answer that is not what it must be, in words. */
export class WrongAnswerError extends Error {}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/** The first whole answer of what has come, and where it ends; undefined while there is more to come. */
function parse(text: string): (Answer & { readonly end: number }) | undefined {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const status = Number(text.slice(9, 12));
  const at = text.search(/\r\ncontent-length: /i);
  if (at < 0 || at > headEnd) throw new WrongAnswerError(`an answer without a length: ${text.slice(0, 300)}`);
  const bodyAt = headEnd + HEAD_END.length;
  const end = bodyAt + Number.parseInt(text.slice(at + 18), 10);
  return text.length < end ? undefined : { status, body: text.slice(bodyAt, end), end };
}

/** One keep-alive connection that sends its next call when the one before is answered. */
class Connection {
  private text = '';
  private onAnswer: ((answer: Answer) => void) | undefined;
  private onError: ((error: Error) => void) | undefined;

  private constructor(private readonly socket: net.Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.onError?.(error));
    socket.on('close', () => this.onError?.(new Error('the server closed a connection')));
  }

  static async open(port: number): Promise<Connection> {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  call(request: Buffer, onAnswer: (answer: Answer) => void, onError: (error: Error) => void): void {
    this.onAnswer = onAnswer;
    this.onError = onError;
    this.socket.write(request);
  }

  close(): void {
    this.onError = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.text += chunk.toString('latin1');
    try {
      const answer = parse(this.text);
      if (!answer) return;
      this.text = this.text.slice(answer.end);
      this.onAnswer?.(answer);
    } catch (error) {
      this.onError?.(error as Error);
    }
  }
}

/** So many callers at once, over bare sockets, because what the client costs is missing on a machine that it shares. */
export class Client {
  private constructor(private readonly connections: readonly Connection[]) {}

  static async open(port: number, connections: number): Promise<Client> {
    return new Client(await Promise.all(Array.from({ length: connections }, () => Connection.open(port))));
  }

  /** One call, for what is looked at closely. */
  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => this.connections[0]?.call(request, resolve, reject));
  }

  /**
   * Calls on every connection for so long; what has begun then is waited for.
   * @throws WrongAnswerError at the first answer that is not as expected
   */
  async play(ms: number, next: () => Buffer, { status, body }: Expected): Promise<Played> {
    const latencies: number[] = [];
    const startedAt = performance.now();
    const end = startedAt + ms;
    await Promise.all(
      this.connections.map(
        (connection) =>
          new Promise<void>((resolve, reject) => {
            let sentAt = 0;
            const send = (): void => {
              sentAt = performance.now();
              connection.call(next(), hear, reject);
            };
            const hear = (answer: Answer): void => {
              const now = performance.now();
              if (answer.status !== status || !body.test(answer.body)) {
                reject(new WrongAnswerError(`answered ${answer.status} ${answer.body}`));
                return;
              }
              latencies.push(now - sentAt);
              if (now < end) send();
              else resolve();
            };
            send();
          }),
      ),
    );
    return {
      calls: latencies.length,
      ms: performance.now() - startedAt,
      latencies: Float64Array.from(latencies).sort(),
    };
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}
