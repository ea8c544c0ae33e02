import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { takePrecedence } from './precedence.js';

/**
 * Rings at an instant, to a tenth of a millisecond: Node's own timers know whole milliseconds only. A thread sleeps until
 * then. It may ring for nothing, and whoever was rung sets it again.
 */
export class Alarm {
  private readonly memory = new SharedArrayBuffer(16);
  private readonly signal = new Int32Array(this.memory, 0, 1);
  private readonly due = new Float64Array(this.memory, 8, 1);

  constructor(ring: () => void) {
    this.due[0] = Infinity;
    new Worker(new URL(import.meta.url), { workerData: this.memory }).on('message', ring);
  }

  /** @param due as {@link now} counts */
  set(due: number): void {
    this.due[0] = due;
    Atomics.add(this.signal, 0, 1);
    Atomics.notify(this.signal, 0);
  }
}

/** Milliseconds, the same in all threads. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

function sleepAndRing(memory: SharedArrayBuffer): never {
  const [signal, due] = [new Int32Array(memory, 0, 1), new Float64Array(memory, 8, 1)];
  for (;;) {
    const seen = Atomics.load(signal, 0);
    const wait = (due[0] ?? Infinity) - now();
    if (wait > 0) {
      Atomics.wait(signal, 0, seen, wait);
    } else {
      due[0] = Infinity;
      parentPort?.postMessage(null);
    }
  }
}

if (!isMainThread) {
  takePrecedence();
  sleepAndRing(workerData as SharedArrayBuffer);
}
