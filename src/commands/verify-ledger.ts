import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { withDatabase } from '../database/connection/command-database.js';
import { LedgerVerification, type Walked } from '../movements/verification/ledger-verification.js';
import { runCommand } from './run-command.js';

/** `npm run verify-ledger`: names every row that does not agree with the others. Only reads, beside servers. */

const HELP = `Usage: npm run verify-ledger

Walks every wallet of DATABASE_URL with its movements, then what references are bound to, sessions, incidents, the audit
trail and parent systems, and tells in one line each what does not agree: wallet, reference, session, incident or parent
system, and why. It only reads, takes no lock and may run beside servers.

It sees what contradicts something else that is stored: a balance, amount or split that the movements before do not lead to
and the rules would not have made; what names a row that is not there; an instant that its id was not made at; a payment
without its line in the audit trail, and the reverse; values that are none of their column's. It cannot see a change that
leaves everything in agreement: a wallet's last movements taken away with all that names them and the balance set back, a
description, a player's or a game's name. docs/operations.md, "What verify-ledger sees", has the list.

Exit codes: 0 all agree; 1 something does not; 2 the database cannot be read.
`;

const PROGRESS_EVERY_MS = 1_000;

function progressWriter(): (walked: Walked) => void {
  let due = performance.now() + PROGRESS_EVERY_MS;
  return (walked) => {
    if (performance.now() < due) return;
    due = performance.now() + PROGRESS_EVERY_MS;
    process.stderr.write(`${told(walked)} so far\n`);
  };
}

function told(walked: Walked): string {
  return [...walked].map(([what, count]) => `${count} ${what}`).join(', ');
}

/** What whoever runs this can mend. */
class ArgumentsError extends Error {}

function wantsHelp(): boolean {
  try {
    return parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help ?? false;
  } catch (error) {
    throw new ArgumentsError(`${(error as Error).message}\n\n${HELP}`);
  }
}

async function main(): Promise<0 | 1> {
  if (wantsHelp()) {
    process.stdout.write(HELP);
    return 0;
  }
  readEnvironmentFile();
  return withDatabase(loadConfig(), 'read', async ({ dataSource }) => {
    const verification = new LedgerVerification(dataSource, progressWriter());
    let wrong = 0;
    for await (const { subject, problem } of verification.run()) {
      wrong += 1;
      process.stdout.write(`${subject}: ${problem}\n`);
    }
    const summary = told(verification.walked);
    process.stdout.write(
      wrong === 0 ? `${summary}, all agree\n` : `${wrong} do not agree among ${summary}\n`,
    );
    return wrong === 0 ? 0 : 1;
  });
}

runCommand(main, 'The ledger could not be read', (error) =>
  error instanceof ArgumentsError ? error.message : undefined,
);
