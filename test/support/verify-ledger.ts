import { SECRETS_KEY } from './parent-systems.js';
import { command, type Ended } from './command.js';

/** `npm run verify-ledger` on a database. */
export function verifyLedger(databaseUrl: string): Promise<Ended> {
  return command('verify-ledger', { env: { DATABASE_URL: databaseUrl, SECRETS_KEY } });
}
