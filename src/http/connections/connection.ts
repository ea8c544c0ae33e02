import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Bounds } from './bounded-server.js';
import { endedConnections } from '../../metrics/metrics.js';
import { originFormOf } from './request-target.rules.js';
import type { Standing } from './standing.js';

/** What of a body that nobody reads may still come after the answer: as much as any body may have. */
const UNREAD_BODY_BYTES = 16 * 1024;
/** For a caller to end his body, or to read his answer before the connection goes from under what he still sends. */
const LINGER_MS = 1_000;
/** More than two are only made by line ends that HTTP does not have: see {@link endOfPart}. */
const MAX_WAITING = 2;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An answered request whose body is still coming, and how much of it may. */
interface Unread {
  readonly request: IncomingMessage;
  bytes: number;
}

const connections = new WeakMap<Socket, Connection>();

/** @returns undefined for a socket that is no connection of this server */
export function connectionOf(socket: Socket): Connection | undefined {
  return connections.get(socket);
}

/**
 * One connection: a request of it begins when the one before is answered, and while one waits nothing more is read, so
 * that what a connection holds is bounded whatever its caller sends, and does not read.
 *
 * Node parses all that one read brought, up to 64 KB and thousands of requests, and begins each. So what arrives goes
 * through here: Node's own listener of it is handed a part at a time.
 */
export class Connection {
  /** What the request before has shown, if anything. */
  shown: Standing | undefined;
  private current: Exchange | undefined;
  /** Milliseconds of `performance.now()`: when {@link current} began. */
  private beganAt = 0;
  private readonly waiting: Exchange[] = [];
  private isHolding = false;
  private isBetween = false;
  private unread: Unread | undefined;
  private isCutOff = false;
  private readonly parse: (part: Buffer) => void;

  /** @param socket of a connection that Node's server has just taken */
  constructor(
    private readonly socket: Socket,
    private readonly handle: RequestListener,
    private readonly bounds: Pick<Bounds, 'answerMs' | 'halfClosedMs'>,
  ) {
    connections.set(socket, this);
    const [parse] = socket.listeners('data') as ((part: Buffer) => void)[];
    if (!parse) throw new Error('Node does not read from connections as it did');
    this.parse = parse;
    socket.off('data', parse);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    const destroySoon = socket.destroySoon.bind(socket);
    // How Node ends a connection behind an answer that says so. What still comes would make that a reset.
    socket.destroySoon = () => (this.request?.complete === false ? this.cutOff() : destroySoon());
    socket.once('end', () => socket.setTimeout(bounds.halfClosedMs));
    socket.once('close', () => (this.waiting.length = 0));
  }

  /** The request that is being worked on, or answered. */
  get request(): IncomingMessage | undefined {
    return this.current?.request;
  }

  /** Whether the signature or the key of the request before was good. */
  get isKnown(): boolean {
    return this.shown === 'gpas' || this.shown === 'likely';
  }

  /** What of a request there is: none, one whose body is still coming, or one that is worked on or answered. */
  get state(): 'idle' | 'arriving' | 'busy' {
    if (!this.current) return 'idle';
    return this.current.request.complete ? 'busy' : 'arriving';
  }

  /** Whether an answered request still sends its body. */
  get isUnread(): boolean {
    return this.unread?.request.complete === false;
  }

  private get isBusy(): boolean {
    return this.waiting.length > 0 || this.isBetween;
  }

  /** In its turn: now, or when what came before is answered. */
  take(request: IncomingMessage, response: ServerResponse): void {
    if (!this.current && !this.isBetween) return this.begin({ request, response });
    this.waiting.push({ request, response });
    if (this.waiting.length > MAX_WAITING) this.end('pipelined');
  }

  /** Nothing went in either direction for a while. */
  onIdle(): void {
    if (!this.current) this.socket.destroy();
    else if (this.socket.writableLength > 0) this.end('not_read');
    else if (this.socket.readableEnded) this.end('half_closed');
    // Else the answer is still being made, which its own waits bound.
  }

  endIfTooLong(): void {
    if (this.current && performance.now() - this.beganAt > this.bounds.answerMs) this.end('too_long');
  }

  private begin(exchange: Exchange): void {
    this.current = exchange;
    this.beganAt = performance.now();
    const { request, response } = exchange;
    request.url = originFormOf(request);
    // It will be cut off, and who is not told so sends his next request into its end.
    if (isTooLarge(request)) response.setHeader('Connection', 'close');
    response.once('close', this.onAnswered);
    this.handle(request, response);
  }

  private readonly onAnswered = (): void => {
    const request = this.current?.request;
    this.current = undefined;
    if (request?.complete === false && this.socket.writable) this.leaveUnread(request);
    if (this.waiting.length === 0 && !this.isHolding) return;
    // Others get their turn first: one answer leads to the next without the event loop's doing.
    this.isBetween = true;
    setImmediate(this.proceed);
  };

  private readonly proceed = (): void => {
    this.isBetween = false;
    // Who was told that the connection closes, or cannot be told anything, has nothing more worked on.
    if (!this.socket.writable) return void (this.waiting.length = 0);
    const next = this.waiting.shift();
    if (next) this.begin(next);
    if (this.waiting.length === 0) this.readOn();
  };

  private read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.socket.destroyed) return;
      if (this.isCutOff) return void this.socket.pause();
      if (this.isBusy || this.socket.isPaused()) return this.hold(chunk.subarray(at));
      const end = endOfPart(chunk, at);
      if (this.unread && this.isTooMuch(this.unread, end - at)) return this.cutOff();
      this.parse(end - at === chunk.length ? chunk : chunk.subarray(at, end));
      at = end;
    }
  }

  /** Keeps what has been read for later, and reads no more. Where Node has paused, it is Node that goes on. */
  private hold(rest: Buffer): void {
    if (!this.socket.isPaused()) {
      this.socket.pause();
      this.isHolding = true;
    }
    this.socket.unshift(rest);
  }

  private readOn(): void {
    if (!this.isHolding) return;
    this.isHolding = false;
    this.socket.resume();
  }

  /** What is left of a small body may still come, and is dropped. */
  private leaveUnread(request: IncomingMessage): void {
    if (isTooLarge(request)) return this.cutOff();
    this.unread = { request, bytes: UNREAD_BODY_BYTES };
    setTimeout(() => {
      if (!request.complete) this.end('body');
    }, LINGER_MS).unref();
  }

  private isTooMuch(unread: Unread, bytes: number): boolean {
    if (unread.request.complete) this.unread = undefined;
    else unread.bytes -= bytes;
    return unread.bytes < 0;
  }

  /** The caller is answered and sends on: he is told that nobody listens, and gets a moment to read that. */
  private cutOff(): void {
    this.isCutOff = true;
    endedConnections.inc({ reason: 'body' });
    this.socket.end();
    this.socket.pause();
    setTimeout(() => this.socket.destroy(), LINGER_MS).unref();
  }

  /** @param reason for the metrics */
  end(reason: string): void {
    if (!this.socket.destroyed) endedConnections.inc({ reason });
    this.socket.destroy();
  }
}

/** Whether its body is longer than any that is read. */
function isTooLarge({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) > UNREAD_BODY_BYTES;
}

/** A call has a few hundred bytes; larger bodies come in several parts. */
const MAX_PART_BYTES = 2_048;
const END_OF_HEADERS = '\r\n\r\n';
/** No request is shorter. */
const MIN_HEADERS_BYTES = 14;

/**
 * Where the part that begins at `start` ends. A part ends the headers of one request at most, or of two where the first
 * of them were cut between their last bytes.
 */
function endOfPart(chunk: Buffer, start: number): number {
  const end = Math.min(chunk.length, start + MAX_PART_BYTES);
  const first = chunk.indexOf(END_OF_HEADERS, start + MIN_HEADERS_BYTES, 'latin1');
  if (first === -1 || first >= end) return end;
  const behind = first + END_OF_HEADERS.length;
  const second = chunk.indexOf(END_OF_HEADERS, behind, 'latin1');
  return second === -1 || second >= end ? end : behind;
}
