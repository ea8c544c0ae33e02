import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadConfig } from '../config/config.js';
import { readEnvironmentFile } from '../config/environment-file.js';
import { dataSourceOptions } from '../database/connection/data-source-options.js';
import { lockSqliteFile } from '../database/connection/sqlite-file-lock.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { explainStartFailure } from './explain-start-failure.js';

import { ParentSystemSecretEntity } from '../parent-systems/parent-system.entity.js';
import { SecretBox } from '../parent-systems/secret-box.js';
import { resealSecrets } from '../parent-systems/stored-secrets.js';

/**
 * `npm run secrets:encrypt`: brings every stored secret under SECRETS_KEY, from none or from SECRETS_KEY_PREVIOUS.
 * Servers may run meanwhile, if they know both keys.
 */
async function main(): Promise<void> {
  readEnvironmentFile();
  const config = loadConfig();
  const { database } = config;
  const release = database.engine === 'sqlite' ? lockSqliteFile(database.path) : (): void => undefined;
  const dataSource = await new DataSource({
    ...dataSourceOptions(database),
    entities: [ParentSystemSecretEntity],
  }).initialize();
  try {
    const secretBox = new SecretBox(config);
    const count = await new UnitOfWork(dataSource, config).change((transaction) =>
      resealSecrets(transaction, secretBox),
    );
    const now = secretBox.currentKeyId === null ? 'plain: SECRETS_KEY is not set' : 'under SECRETS_KEY';
    process.stdout.write(`${count} secrets changed; all are ${now}\n`);
  } finally {
    await dataSource.destroy();
    release();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exitCode = 1;
});
