import { Alarm, now } from './alarm.js';

interface Delayed {
  readonly due: number;
  readonly deliver: () => void;
}

/** What is due within so many milliseconds is delivered at once. */
const TOLERANCE_MS = 0.1;
/** How much of how late it was is made good for the next time. */
const LEARNT = 0.05;

/**
 * Delivers everything in its order, each a while after it came, however much is on its way. Waking up takes time, so it
 * asks to be woken as much earlier as it was late before: the delay is right in the mean.
 */
export class DelayLine {
  delayMs = 0;
  private lead = 0;
  private readonly onItsWay: Delayed[] = [];
  private readonly alarm = new Alarm(() => this.deliverDue());

  send(deliver: () => void): void {
    if (this.delayMs === 0 && this.onItsWay.length === 0) {
      deliver();
      return;
    }
    this.onItsWay.push({ due: now() + this.delayMs, deliver });
    if (this.onItsWay.length === 1) this.setAlarm();
  }

  private deliverDue(): void {
    const time = now();
    while (this.onItsWay[0] && this.onItsWay[0].due - TOLERANCE_MS <= time) {
      const { due, deliver } = this.onItsWay[0];
      this.lead = Math.min(this.delayMs, Math.max(0, this.lead + LEARNT * (time - due)));
      this.onItsWay.shift();
      deliver();
    }
    this.setAlarm();
  }

  private setAlarm(): void {
    const [first] = this.onItsWay;
    if (first) this.alarm.set(first.due - this.lead);
  }
}
