import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createApp } from '../app.setup.js';
import { loadConfig } from '../config/config.js';
import { createOpenApiDocument } from '../openapi/document.js';
import { createLogger } from '../logging/logger.js';

/** Writes the OpenAPI document to the file named, as `/docs/openapi.json` serves it; for linters and generators. */
const [, , file] = process.argv;
if (!file) throw new Error('Name the file to write');
const app = await createApp(loadConfig({ DATABASE_URL: 'sqlite::memory:' }), createLogger('silent'));
writeFileSync(file, JSON.stringify(createOpenApiDocument(app), undefined, 2));
await app.close();
