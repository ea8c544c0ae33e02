import { withDatabase } from '../database/connection/command-database.js';
import { resealLedgerKeys } from '../ledger-keys/stored-ledger-keys.js';
import { SecretBox } from '../secrets/secret-box.js';
import { resealSecrets } from '../parent-systems/stored-secrets.js';
import { defineCommand, readConfig } from './command.js';

const HELP = `Usage: npm run secrets:encrypt

Brings every secret that DATABASE_URL stores, the ledger's key too, under SECRETS_KEY, from none or from SECRETS_KEY_PREVIOUS: all of
them or none. On MySQL servers may run meanwhile, if they know both keys; on SQLite stop the server first.

Exit codes: 0 all are under SECRETS_KEY; 2 a secret cannot be opened, or the database cannot be used.
`;

/**
 * `npm run secrets:encrypt`: brings every stored secret, the ledger's key too, under SECRETS_KEY, from none or from SECRETS_KEY_PREVIOUS.
 * Servers may run meanwhile, if they know both keys.
 */
export const encryptSecrets = defineCommand({
  help: HELP,
  options: {},
  failure: 'The secrets could not be encrypted',
  async run(_, invocation) {
    const config = readConfig(invocation);
    const secretBox = new SecretBox(config);
    const count = await withDatabase(config, 'write', ({ unitOfWork }) =>
      unitOfWork.change(
        async (transaction) =>
          (await resealSecrets(transaction, secretBox)) + (await resealLedgerKeys(transaction, secretBox)),
      ),
    );
    const now = secretBox.currentKeyId === null ? 'plain: SECRETS_KEY is not set' : 'under SECRETS_KEY';
    invocation.out(`${count} secrets changed; all are ${now}\n`);
    return 0;
  },
});
