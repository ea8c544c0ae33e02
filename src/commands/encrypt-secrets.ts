import 'reflect-metadata';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { withDatabase } from '../database/connection/command-database.js';
import { SecretBox } from '../parent-systems/secret-box.js';
import { resealSecrets } from '../parent-systems/stored-secrets.js';
import { explainStartFailure } from './explain-start-failure.js';

/**
 * `npm run secrets:encrypt`: brings every stored secret under SECRETS_KEY, from none or from SECRETS_KEY_PREVIOUS.
 * Servers may run meanwhile, if they know both keys.
 */
async function main(): Promise<void> {
  readEnvironmentFile();
  const config = loadConfig();
  const secretBox = new SecretBox(config);
  const count = await withDatabase(config, 'write', ({ unitOfWork }) =>
    unitOfWork.change((transaction) => resealSecrets(transaction, secretBox)),
  );
  const now = secretBox.currentKeyId === null ? 'plain: SECRETS_KEY is not set' : 'under SECRETS_KEY';
  process.stdout.write(`${count} secrets changed; all are ${now}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
});
