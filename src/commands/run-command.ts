import { explainStartFailure } from './explain-start-failure.js';

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
      process.stderr.write(`${explainOwn(error) ?? `${failure}: ${explain(error)}`}\n`);
      process.exitCode = 2;
    },
  );
}

/** Whoever runs a command cannot mend the code: a stack is of no use. */
function explain(error: unknown): string {
  const explanation = explainStartFailure(error);
  return error instanceof Error && explanation === error.stack ? error.message : explanation;
}
