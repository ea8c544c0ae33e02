import { execFile } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(import.meta.dirname, '../../dist/src/commands/verify-ledger.js');

/** `npm run verify-ledger` on a database. */
export function verifyLedger(databaseUrl: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [SCRIPT],
      { cwd: import.meta.dirname, env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number((error as { code?: unknown }).code) : 0, output: stdout + stderr }),
    );
  });
}
