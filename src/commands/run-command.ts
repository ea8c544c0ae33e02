import { explainStartFailure } from './explain-start-failure.js';

const PROGRESS_EVERY_MS = 1_000;

/** What whoever runs the command can mend: its message is all that is told. */
export class ArgumentsError extends Error {}

/** Tells how far the command is, once a second at most. */
export function onceASecond<T>(told: (done: T) => string): (done: T) => void {
  let due = performance.now() + PROGRESS_EVERY_MS;
  return (done) => {
    if (performance.now() < due) return;
    due = performance.now() + PROGRESS_EVERY_MS;
    process.stderr.write(`${told(done)} so far\n`);
  };
}

/**
 * Runs a command line and ends with the exit code that it resolves to, or with 2 and an explanation.
 * @param failure what could not be done, as the beginning of a sentence
 * @param explainOwn words for the command's own errors; undefined for all others
 */
export function runCommand(
  main: () => Promise<number>,
  failure: string,
  explainOwn: (error: unknown) => string | undefined = () => undefined,
): void {
  main().then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const own = error instanceof ArgumentsError ? error.message : explainOwn(error);
      process.stderr.write(`${own ?? `${failure}: ${explain(error)}`}\n`);
      process.exitCode = 2;
    },
  );
}

/** Whoever runs a command cannot mend the code: a stack is of no use. */
function explain(error: unknown): string {
  const explanation = explainStartFailure(error);
  return error instanceof Error && explanation === error.stack ? error.message : explanation;
}
