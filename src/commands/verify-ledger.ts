import 'reflect-metadata';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { withDatabase } from '../database/connection/command-database.js';
import { LedgerVerification, type Progress } from '../movements/verification/ledger-verification.js';
import { runCommand } from './run-command.js';

/**
 * `npm run verify-ledger`: names every wallet that does not agree with its movements. Exit codes: 0 all agree, 1 some
 * wallet does not, 2 the database cannot be read.
 */

const PROGRESS_EVERY_MS = 1_000;

function progressWriter(): (progress: Progress) => void {
  let due = performance.now() + PROGRESS_EVERY_MS;
  return ({ wallets, movements }) => {
    if (performance.now() < due) return;
    due = performance.now() + PROGRESS_EVERY_MS;
    process.stderr.write(`${wallets} wallets, ${movements} movements so far\n`);
  };
}

function main(): Promise<0 | 1> {
  readEnvironmentFile();
  return withDatabase(loadConfig(), 'read', async ({ dataSource }) => {
    const verification = new LedgerVerification(dataSource, progressWriter());
    let wrong = 0;
    for await (const { walletId, problem } of verification.run()) {
      wrong += 1;
      process.stdout.write(`wallet ${walletId}: ${problem}\n`);
    }
    const { wallets, movements } = verification;
    process.stdout.write(
      wrong === 0
        ? `${wallets} wallets, ${movements} movements, all agree\n`
        : `${wrong} of ${wallets} wallets do not agree\n`,
    );
    return wrong === 0 ? 0 : 1;
  });
}

runCommand(main, 'The ledger could not be read');
