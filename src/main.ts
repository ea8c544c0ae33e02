import 'reflect-metadata';
import { loadConfig } from './config/config.js';
import { readEnvironmentFile } from './config/environment-file.js';
import { ConfigurationError } from './config/environment.js';

/**
 * The server as a process. Exit codes: 0 stopped in good order, 1 could not start, or could not stop in good order.
 * The configuration is checked before the application is loaded, which takes ten times as long: whoever mends an
 * environment hears of each mistake at once.
 */
async function main(): Promise<void> {
  readEnvironmentFile();
  const config = loadConfig();
  const [{ serve, stopOnSignal }, { createLogger }] = await Promise.all([
    import('./serve.js'),
    import('./logging/logger.js'),
  ]);
  const logger = createLogger(config.logLevel);
  const app = await serve(config, logger, (text) => void process.stdout.write(text));
  stopOnSignal(app, logger);
}

async function explain(error: unknown): Promise<string> {
  if (error instanceof ConfigurationError) return error.message;
  const { explainStartFailure } = await import('./commands/explain-start-failure.js');
  return explainStartFailure(error, process.env['HOST']);
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${await explain(error)}\n`);
  process.exit(1);
});
