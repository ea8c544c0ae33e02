import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { createApp } from './app.setup.js';
import type { Config } from './config/config.js';
import { describeDemo } from './demo/describe-demo.js';
import { stopGracefully } from './http/graceful-stop.js';

/**
 * Starts the server and says where it listens, and what of its configuration deserves a second look.
 * @param print for people: what the demo can be called with
 * @throws what `explainStartFailure` has words for; nothing is left open then
 */
export async function serve(
  config: Config,
  logger: Logger,
  print: (text: string) => void,
): Promise<NestExpressApplication> {
  const app = await createApp(config, logger);
  try {
    await app.listen(config.http.port, config.http.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const url = await app.getUrl();
  for (const warning of config.warnings) logger.warn(warning);
  logger.info({ context: 'Main', url, docs: `${url}${config.http.basePath}/docs` }, 'listening');
  if (config.demo) print(describeDemo(config, url));
  return app;
}

/** Past this a container runtime kills; better to say why. */
const STOP_WAIT_MS = 9_500;

/** Ends the process by SIGTERM and SIGINT: with 0 in good order, with 1 otherwise. */
export function stopOnSignal(app: NestExpressApplication, logger: Logger): void {
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
