import type { Server } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { demoExecution } from './demo/demo-requests.js';
import { ErrorFilter } from './errors/error.filter.js';
import { answerClientError } from './http/client-error.js';
import { Draining } from './http/draining.js';
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
  app.use(requestMiddleware(logger, app.get(Draining)));
  app.useGlobalFilters(new ErrorFilter());
  app.useGlobalPipes(createValidationPipe());
  setUpSwaggerUi(app, config.demo ? demoExecution(config) : {});
  boundConnections(app.getHttpServer());
  return app;
}

/** Express reads its settings when its router is made, so they come before Nest. */
function createAdapter({ http }: Config): ExpressAdapter {
  const instance = express();
  instance.enable('case sensitive routing');
  instance.set('query parser', parametersOf);
  instance.disable('x-powered-by');
  instance.disable('etag');
  instance.set('trust proxy', http.trustedProxies ?? false);
  return new ExpressAdapter(instance);
}

/** Longer than a load balancer keeps an idle connection, so that it is the one who closes. */
const KEEP_ALIVE_MS = 75_000;

function boundConnections(server: Server): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.on('clientError', answerClientError);
  // What Node would answer by itself, without our error body, goes the way of every request.
  Object.assign(server, { requireHostHeader: false });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
