import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** What waits to be written, in characters; lines past it are lost. */
const MAX_WAITING = 1_000_000;
const RETRY_MS = 25;
/** Lines that come within it are written together: a write of its own, which wakes a thread, costs a line 35 µs of CPU (Node 24). */
const GATHERING_MS = 10;

/**
 * Lines for a file descriptor that may be full, slow or closed: neither a call nor the end of the process waits for the
 * log. What cannot be written is tried again and kept up to a bound; lines past it are counted, and once there is room
 * their number is told.
 */
export class LogOutput implements DestinationStream {
  private waiting = '';
  /** What comes before that: it is being written, or could not be. */
  private chunk: Buffer | undefined;
  private isBeingWritten = false;
  private isGathering = false;
  private isClosed = false;
  private lost = 0;

  /**
   * @param fd a pipe must not block; for standard output `process.stdout` sees to that
   * @param tellLost is called with a number of lines
   */
  constructor(
    private readonly fd: number,
    private readonly tellLost: (lines: number) => void,
  ) {}

  write(line: string): void {
    if (this.isClosed) return;
    if (this.waiting.length + (this.chunk?.length ?? 0) + line.length > MAX_WAITING) {
      this.lost += 1;
      return;
    }
    this.waiting += line;
    this.writeSoon();
  }

  /** Writes what can be written at once, for the end of the process. */
  flush(): void {
    const begun = this.isBeingWritten || !this.chunk ? [] : [this.chunk];
    try {
      writeSync(this.fd, Buffer.concat([...begun, this.takeWaiting()]));
    } catch {
      // There is no room, and nobody is left who could wait for it.
    }
  }

  /** Unless something is being written: then it comes by here. The end of the process does not wait: it flushes. */
  private writeSoon(): void {
    if (this.isGathering || this.chunk || this.waiting === '') return;
    this.isGathering = true;
    setTimeout(() => {
      this.isGathering = false;
      if (this.waiting !== '') this.writeOn(this.takeWaiting());
    }, GATHERING_MS).unref();
  }

  private takeWaiting(): Buffer {
    const taken = Buffer.from(this.waiting);
    this.waiting = '';
    return taken;
  }

  private writeOn(chunk: Buffer): void {
    this.chunk = chunk;
    this.isBeingWritten = true;
    write(this.fd, chunk, (error, bytes) => {
      this.isBeingWritten = false;
      if (error?.code === 'EPIPE') this.close();
      else if (error) setTimeout(() => this.writeOn(chunk), RETRY_MS).unref();
      else if (bytes < chunk.length) this.writeOn(chunk.subarray(bytes));
      else this.goOn();
    });
  }

  private goOn(): void {
    this.chunk = undefined;
    const { lost } = this;
    if (lost > 0 && this.waiting.length < MAX_WAITING / 2) {
      this.lost = 0;
      this.tellLost(lost); // a line of its own, unless its level is not logged
    }
    this.writeSoon();
  }

  /** Whoever read has gone, for ever. */
  private close(): void {
    this.isClosed = true;
    this.waiting = '';
    this.chunk = undefined;
  }
}
