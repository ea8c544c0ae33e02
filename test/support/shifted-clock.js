/*
 * For `node --import`: a clock that is off by CLOCK_SHIFT_MS, and by CLOCK_SHIFT_ON_SIGNAL_MS from a SIGUSR2 on. The
 * database's is the machine's.
 */

const { CLOCK_SHIFT_MS = '0', CLOCK_SHIFT_ON_SIGNAL_MS = '0' } = process.env;
let shift = Number(CLOCK_SHIFT_MS);
process.on('SIGUSR2', () => {
  shift = Number(CLOCK_SHIFT_ON_SIGNAL_MS);
});

const real = Date.now;
Date.now = () => real() + shift;
globalThis.Date = new Proxy(Date, {
  construct: (target, args) => Reflect.construct(target, args.length === 0 ? [target.now()] : args),
});
