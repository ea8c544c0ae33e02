import { parseArgs } from 'node:util';
import { ArgumentsError, type Command, type Invocation, type Options, type Values } from './command.js';
import { explainStartFailure } from './explain-start-failure.js';

/**
 * Runs a command. Whatever it fails with is told in words, none of them a stack: whoever runs it cannot mend the code.
 * @returns the exit code: the command's own, or 2 where it could not be done
 */
export async function runCommand(command: Command, invocation: Invocation): Promise<number> {
  try {
    const { help, ...values } = valuesOf(command, invocation.parameters);
    if (help === true) {
      invocation.out(command.help);
      return 0;
    }
    return await command.run(values, invocation);
  } catch (error) {
    const own = error instanceof ArgumentsError ? error.message : command.explain?.(error);
    invocation.err(`${own ?? `${command.failure}: ${explain(error)}`}\n`);
    return 2;
  }
}

function valuesOf({ options, help }: Command, parameters: readonly string[]): Values<Options> {
  try {
    const all = { ...options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...parameters], options: all }).values;
  } catch (error) {
    throw new ArgumentsError(`${(error as Error).message}\n\n${help}`);
  }
}

function explain(error: unknown): string {
  const explanation = explainStartFailure(error);
  return error instanceof Error && explanation === error.stack ? error.message : explanation;
}
