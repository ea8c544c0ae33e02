import { SECRETS_KEY } from './parent-systems.js';
import {
  Checkpoint,
  LedgerVerification,
  loadConfig,
  readLedgerKey,
  SecretBox,
  withDatabase,
} from './application.js';
import { command, type Ended } from './command.js';

/** `npm run verify-ledger` on a database. */
export function verifyLedger(
  databaseUrl: string,
  parameters: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return command('verify-ledger', { parameters, env: { DATABASE_URL: databaseUrl, SECRETS_KEY, ...env } });
}

/**
 * The lines that it would print of what does not agree.
 * @param checkpoint the file of one of before
 */
export function findingsIn(databaseUrl: string, checkpoint?: string): Promise<string[]> {
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, SECRETS_KEY });
  return withDatabase(config, 'read', async ({ dataSource, unitOfWork }) => {
    const key = await unitOfWork.read((reader) => readLedgerKey(reader, new SecretBox(config)));
    const lines: string[] = [];
    const against = key && checkpoint !== undefined ? await Checkpoint.open(checkpoint, key) : undefined;
    const verification = new LedgerVerification(dataSource, { key, against, onProgress: () => undefined });
    for await (const { subject, problem } of verification.run()) lines.push(`${subject}: ${problem}`);
    return lines;
  });
}
