import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createApp } from '../app.setup.js';
import { loadConfig } from '../config/config.js';
import { createLogger } from '../logging/logger.js';
import { createOpenApiDocument } from '../openapi/document.js';
import { ArgumentsError, defineCommand } from './command.js';

const HELP = `Usage: node dist/src/cli.js write-openapi --file openapi.json

Writes the OpenAPI document as /docs/openapi.json serves it, for linters and generators. It needs no database.

Exit codes: 0 written; 2 the file cannot be written.
`;

export const writeOpenApi = defineCommand({
  help: HELP,
  options: { file: { type: 'string' } },
  failure: 'The OpenAPI document could not be written',
  async run({ file }, { folder }) {
    if (!file) throw new ArgumentsError(`--file is missing.\n\n${HELP}`);
    const config = loadConfig({ DATABASE_URL: 'sqlite::memory:' });
    const app = await createApp(config, createLogger('silent'));
    try {
      writeFileSync(resolve(folder, file), JSON.stringify(createOpenApiDocument(app), undefined, 2));
    } finally {
      await app.close();
    }
    return 0;
  },
});
