import { Injectable } from '@nestjs/common';

const WINDOW_MS = 60_000;
/** So many within the window are a burst; it is told again at ten times as many, and so on. */
const FIRST_SAMPLE = 10;

/** Many calls in the name of one parent system whose signature failed. */
export interface SignatureBurst {
  readonly parentSystemId: string;
  /** Where the last of them came from. */
  readonly address: string;
  /** How many there were since the burst was last told. */
  readonly times: number;
  readonly at: Date;
}

interface Window {
  readonly startedAt: number;
  count: number;
  told: number;
  nextSample: number;
}

/**
 * Tells apart one wrong signature, which anybody can send, from many: a secret that was rotated on one side only, or
 * somebody who guesses. Sampled, so that a flood of them costs a few lines; in memory, for each process.
 */
@Injectable()
export class FailedSignatures {
  private readonly windows = new Map<string, Window>();
  private tell: (burst: SignatureBurst) => void = () => undefined;

  /** Who is to be told of bursts. */
  onBurst(tell: (burst: SignatureBurst) => void): void {
    this.tell = tell;
  }

  /** @param parentSystemId of a parent system that is registered: there are few */
  note(parentSystemId: string, address: string): void {
    const now = performance.now();
    let window = this.windows.get(parentSystemId);
    if (!window || now - window.startedAt > WINDOW_MS) {
      window = { startedAt: now, count: 0, told: 0, nextSample: FIRST_SAMPLE };
      this.windows.set(parentSystemId, window);
    }
    window.count += 1;
    if (window.count < window.nextSample) return;
    this.tell({ parentSystemId, address, times: window.count - window.told, at: new Date() });
    window.told = window.count;
    window.nextSample *= 10;
  }
}
