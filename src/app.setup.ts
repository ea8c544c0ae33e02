import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { toLoopbackNamesOnly } from './demo/demo-hosts.js';
import { demoScript } from './demo/demo-requests.js';
import { ErrorFilter } from './errors/error.filter.js';
import { behindBasePath } from './http/base-path.js';
import { BoundedExpressAdapter } from './http/connections/bounded-express-adapter.js';
import { Draining } from './http/draining.js';
import { withoutPorts } from './http/forwarded-addresses.js';
import { parametersOf } from './http/query.rules.js';
import { requestMiddleware } from './http/request.middleware.js';
import { NestLogger } from './logging/logger.js';
import { setUpSwaggerUi } from './openapi/swagger-ui.js';
import { createValidationPipe } from './validation/validation.pipe.js';

/**
 * The server as it is run and as it is tested: everything but listening.
 * @param modules further ones to serve, see {@link AppModule.forRoot}
 */
export async function createApp(
  config: Config,
  logger: Logger,
  modules: readonly Type[] = [],
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(config, modules),
    createAdapter(config),
    {
      logger: new NestLogger(logger),
      bodyParser: false, // read by RequestBodyGuard, where the route takes one
      abortOnError: false,
    },
  );
  const { basePath, trustedProxies } = config.http;
  if (basePath) app.use(behindBasePath(basePath));
  if (trustedProxies !== undefined) app.use(withoutPorts);
  app.use(requestMiddleware(logger, app.get(Draining)));
  if (config.demo) app.use(toLoopbackNamesOnly(config));
  app.useGlobalFilters(new ErrorFilter());
  app.useGlobalPipes(createValidationPipe());
  setUpSwaggerUi(app, { basePath, script: config.demo ? demoScript(config) : undefined });
  return app;
}

/** Express reads its settings when its router is made, so they come before Nest. */
function createAdapter({ http }: Config): BoundedExpressAdapter {
  const instance = express();
  instance.enable('case sensitive routing');
  instance.set('query parser', parametersOf);
  instance.disable('x-powered-by');
  instance.disable('etag');
  instance.set('trust proxy', http.trustedProxies ?? false);
  return new BoundedExpressAdapter(instance);
}
