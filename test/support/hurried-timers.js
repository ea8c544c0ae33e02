/*
 * For `node --import`: what waits for a minute or longer waits for a hundredth of it.
 */

const real = globalThis.setTimeout;
globalThis.setTimeout = (work, ms, ...rest) => real(work, ms >= 60_000 ? ms / 100 : ms, ...rest);
