import { Alarm, now } from './alarm.js';

interface Delayed {
  readonly due: number;
  readonly deliver: () => void;
}

/** Delivers everything in its order, each a while after it came, however much is on its way. */
export class DelayLine {
  delayMs = 0;
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
    while (this.onItsWay[0] && this.onItsWay[0].due <= time) this.onItsWay.shift()?.deliver();
    this.setAlarm();
  }

  private setAlarm(): void {
    const [first] = this.onItsWay;
    if (first) this.alarm.set(first.due);
  }
}
