import 'reflect-metadata';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { withDatabase } from '../database/connection/command-database.js';
import { resealLedgerKeys } from '../ledger-keys/stored-ledger-keys.js';
import { SecretBox } from '../secrets/secret-box.js';
import { resealSecrets } from '../parent-systems/stored-secrets.js';
import { explainStartFailure } from './explain-start-failure.js';

/**
 * `npm run secrets:encrypt`: brings every stored secret, the ledger's key too, under SECRETS_KEY, from none or from SECRETS_KEY_PREVIOUS.
 * Servers may run meanwhile, if they know both keys.
 */
async function main(): Promise<void> {
  readEnvironmentFile();
  const config = loadConfig();
  const secretBox = new SecretBox(config);
  const count = await withDatabase(config, 'write', ({ unitOfWork }) =>
    unitOfWork.change(
      async (transaction) =>
        (await resealSecrets(transaction, secretBox)) + (await resealLedgerKeys(transaction, secretBox)),
    ),
  );
  const now = secretBox.currentKeyId === null ? 'plain: SECRETS_KEY is not set' : 'under SECRETS_KEY';
  process.stdout.write(`${count} secrets changed; all are ${now}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
});
