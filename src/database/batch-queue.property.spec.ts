import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { BatchQueue } from './batch-queue.js';
import { LAST_TRY_MS } from './waits.js';

/*
 * What holds of a queue whatever comes, and whatever its database does:
 *  1. a command is tried only once those of its lane that came before it are answered or out of time, or with them and
 *     behind them in one batch: so a lane is committed in the order of its arrival;
 *  2. no more than maxQueued wait, beside one batch that is being committed, and nobody is refused while there is room;
 *  3. every command is answered, and as done only if it was committed;
 *  4. none is tried after LAST_TRY_MS, nor answered later than a try after that;
 *  5. a lane whose rows were held, when a command was tried alone, is in nobody's batch until one of it is committed or
 *     nobody of it waits;
 *  6. drain leaves nothing behind.
 */

const RUNS = 400;
const LANES = 8;
const LIMITS = { aloneAtOnce: 1, maxQueued: 12, maxBatch: 4 };
const COMMIT_MS = 5;
const LOCK_WAIT_MS = 2_000;
/** The longest, and the pause that follows it. */
const TRY_MS = COMMIT_MS + LOCK_WAIT_MS + 20 * 2 ** 4;

type Failure = 'ECONNREFUSED' | 'ECONNRESET' | 'ECONNRESET after COMMIT' | 'ER_DUP_ENTRY';

interface Span {
  readonly fromMs: number;
  readonly lengthMs: number;
}
interface History {
  readonly arrivals: readonly { readonly atMs: number; readonly lane: number; readonly isPoison: boolean }[];
  /** When somebody else holds the rows of these lanes. */
  readonly stuck: readonly (Span & { readonly lanes: readonly number[] })[];
  readonly outages: readonly (Span & { readonly failure: Failure; readonly answersAfterMs: number })[];
}

const lane = fc.nat(LANES - 1);
const lanes = fc.subarray(Array.from({ length: LANES }, (_, index) => index));
const atMs = fc.oneof(fc.nat(9_000), fc.constantFrom(0, 1, 1_000, LAST_TRY_MS - 1, LAST_TRY_MS + 1));
const historyArbitrary: fc.Arbitrary<History> = fc.record({
  arrivals: fc.array(
    fc.record({ atMs, lane, isPoison: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.boolean()) }),
    { minLength: 1, maxLength: 50 },
  ),
  stuck: fc.array(fc.record({ lanes, fromMs: atMs, lengthMs: fc.nat(9_000) }), { maxLength: 6 }),
  outages: fc.array(
    fc.record({
      fromMs: atMs,
      lengthMs: fc.nat(3_000),
      answersAfterMs: fc.nat(LOCK_WAIT_MS),
      failure: fc.constantFrom<Failure>(
        'ECONNREFUSED',
        'ECONNRESET',
        'ECONNRESET after COMMIT',
        'ER_DUP_ENTRY',
      ),
    }),
    { maxLength: 2 },
  ),
});

interface Command {
  readonly number: number;
  readonly lane: number;
  readonly isPoison: boolean;
  readonly since: number;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const spanAt = <S extends Span>(spans: readonly S[]): S | undefined => {
  const now = performance.now();
  return spans.find(({ fromMs, lengthMs }) => fromMs <= now && now < fromMs + lengthMs);
};
const failed = (code: string): Error =>
  Object.assign(new Error(code), code === 'ER_DUP_ENTRY' ? { code, errno: 1062 } : { code });

/** Plays `history` and looks at what must hold; throws where it does not. */
async function play({ arrivals, stuck, outages }: History): Promise<void> {
  const unanswered = new Set<Command>();
  const committed = new Set<number>();
  const held = new Set<number>();
  const broken: string[] = [];
  const say = (text: string): void => void broken.push(`at ${performance.now()} ms ${text}`);

  const keep = (commands: readonly Command[]): void => {
    for (const { number, lane: ofIt } of commands) {
      committed.add(number);
      held.delete(ofIt);
    }
  };
  const lookAt = (commands: readonly Command[]): void => {
    for (const [index, command] of commands.entries()) {
      if (performance.now() - command.since > LAST_TRY_MS) say(`${command.number} is tried out of its time`);
      if (held.has(command.lane) && commands.length > 1) say(`${command.number} is tried with others`);
      for (const other of unanswered) {
        const isBefore = other.lane === command.lane && other.number < command.number;
        const isOver = performance.now() - other.since > LAST_TRY_MS;
        if (isBefore && !isOver && !commands.slice(0, index).includes(other))
          say(`${command.number} is tried before ${other.number} of its lane`);
      }
    }
  };
  const commit = async (commands: readonly Command[]): Promise<{ done: true; answer: number }[]> => {
    lookAt(commands);
    const outage = spanAt(outages);
    if (outage) {
      await wait(outage.answersAfterMs);
      if (outage.failure.endsWith('COMMIT')) keep(commands);
      throw failed(outage.failure.split(' ')[0] ?? '');
    }
    const isStuck = (): boolean =>
      spanAt(stuck.filter((each) => commands.some((command) => each.lanes.includes(command.lane)))) !==
      undefined;
    const end = performance.now() + LOCK_WAIT_MS;
    while (isStuck() && performance.now() < end) await wait(LOCK_WAIT_MS / 10);
    if (isStuck()) {
      if (commands.length === 1) held.add(commands[0]?.lane ?? 0);
      throw failed('SQLITE_BUSY');
    }
    await wait(COMMIT_MS);
    if (commands.some(({ isPoison }) => isPoison)) throw failed('poisoned');
    keep(commands);
    return commands.map(({ number }) => ({ done: true, answer: number }));
  };
  const queue = new BatchQueue<Command, number>(
    { name: 'test', laneOf: (command) => String(command.lane), ...LIMITS },
    commit,
  );

  const submit = (command: Command): void => {
    const isRoom = unanswered.size < LIMITS.maxQueued;
    unanswered.add(command);
    if (unanswered.size > LIMITS.maxQueued + LIMITS.maxBatch + 1) say('more wait than may');
    const end = (answer?: number): void => {
      const age = performance.now() - command.since;
      unanswered.delete(command);
      if (![...unanswered].some((other) => other.lane === command.lane)) held.delete(command.lane);
      if (age > LAST_TRY_MS + TRY_MS) say(`${command.number} is answered after ${age} ms`);
      if (age === 0 && isRoom) say(`${command.number} is refused though there is room`);
      if (answer !== undefined && !(answer === command.number && committed.has(answer)))
        say(`${command.number} is answered ${answer}, which is not its own commit`);
    };
    queue.submit(command).then(end, () => end());
  };
  let toCome = arrivals.length;
  const inOrder = arrivals.toSorted((one, other) => one.atMs - other.atMs);
  for (const [number, { atMs: since, ...arrival }] of inOrder.entries()) {
    setTimeout(() => {
      submit({ number, since: performance.now(), ...arrival });
      toCome -= 1;
    }, since);
  }
  while (toCome > 0 || unanswered.size > 0) {
    // Who comes in with a commit's neighbours is waited for, a turn each; nothing else may go on without a timer.
    for (let turn = 0; turn < 2 || (jest.getTimerCount() === 0 && unanswered.size > 0); turn += 1) {
      if (turn > LIMITS.maxBatch) throw new Error('somebody is never answered');
      await nextTurn();
    }
    jest.advanceTimersToNextTimer();
  }
  await queue.drain();
  expect(broken).toEqual([]);
}

beforeEach(() => {
  Logger.overrideLogger(false);
  jest.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('a queue', () => {
  it(`keeps its promises in ${RUNS} histories of arrivals, stuck rows, outages and poison`, async () => {
    const playOnce = async (history: History): Promise<void> => {
      jest.useFakeTimers({ now: 0, doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
      await play(history);
    };
    await fc.assert(fc.asyncProperty(historyArbitrary, playOnce), { numRuns: RUNS, seed: 22 });
  });
});
