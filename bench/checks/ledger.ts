import type { Running } from '../contenders/start.js';
import { run } from '../machine/server-process.js';

/**
 * Lets `verify-ledger` walk what was played. The server must have stopped: a file of SQLite is one process's.
 * @returns its last line
 * @throws Error with what does not agree
 */
export async function verifyLedger({ databaseUrl }: Running, node: string): Promise<string> {
  const env = { DATABASE_URL: databaseUrl ?? '' };
  const output = await run('src/cli.js', { node, env, scriptArguments: ['verify-ledger'] });
  return output.trimEnd().split('\n').at(-1) ?? '';
}
