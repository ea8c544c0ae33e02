import 'reflect-metadata';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp } from './app.setup.js';
import { loadConfig } from './config/config.js';
import { readEnvironmentFile } from './config/environment-file.js';
import { describeDemo } from './demo/describe-demo.js';
import { explainStartFailure } from './commands/explain-start-failure.js';
import { stopGracefully } from './http/graceful-stop.js';
import { createLogger } from './logging/logger.js';

/** Exit codes: 0 stopped in good order, 1 could not start, or could not stop in good order. */
async function main(): Promise<void> {
  readEnvironmentFile();
  const config = loadConfig();
  const logger = createLogger(config.logLevel);
  const app = await createApp(config, logger);
  await app.listen(config.http.port, config.http.host);
  const url = await app.getUrl();
  for (const warning of config.warnings) logger.warn(warning);
  logger.info({ context: 'Main', url, docs: `${url}/docs` }, 'listening');
  if (config.demo) process.stdout.write(describeDemo(config, url));
  stopOnSignal(app, logger);
}

/** Past this a container runtime kills; better to say why. */
const STOP_WAIT_MS = 9_500;

function stopOnSignal(app: NestExpressApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ context: 'Main', signal }, 'stopping');
    setTimeout(() => {
      logger.error({ context: 'Main' }, 'could not stop in time: the database does not answer');
      process.exit(1);
    }, STOP_WAIT_MS).unref();
    stopGracefully(app).then(
      () => {
        logger.info({ context: 'Main' }, 'stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ context: 'Main', err: error }, 'could not stop in good order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error, process.env['HOST'])}\n`);
  process.exit(1);
});
