import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application, Request, Response } from 'express';
import helmet from 'helmet';
import { dump } from 'js-yaml';
import { createOpenApiDocument } from './document.js';
import { Page } from './page.js';

export interface SwaggerUiOptions {
  /** What stands before `/docs` where clients see it. */
  readonly basePath: string;
  /** Runs in the page before Swagger UI: may set `globalThis.swaggerUiOptions`. May hold what nobody should keep. */
  readonly script: string | undefined;
}

const fileOf = (name: string): Buffer =>
  readFileSync(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));

/**
 * Serves the document at `/docs/openapi.json` and `.yaml`, and Swagger UI at `/docs`. All of it is made here, once: anybody
 * may ask for it, as often as he likes. Scripts are files, so that the page may forbid all others.
 */
export function setUpSwaggerUi(app: NestExpressApplication, { basePath, script }: SwaggerUiOptions): void {
  const document = createOpenApiDocument(app, basePath);
  const text = (type: string, content: string): Page =>
    new Page(`${type}; charset=utf-8`, Buffer.from(content));
  const file = (type: string, name: string): Page => new Page(type, fileOf(name));
  const pages: Record<string, Page> = {
    'openapi.json': text('application/json', JSON.stringify(document)),
    'openapi.yaml': text('text/yaml', dump(document, { skipInvalid: true, noRefs: true })),
    'swagger-ui.css': file('text/css; charset=utf-8', 'swagger-ui.css'),
    'swagger-ui-bundle.js': file('text/javascript; charset=utf-8', 'swagger-ui-bundle.js'),
    'favicon-32x32.png': file('image/png', 'favicon-32x32.png'),
    'swagger-ui-init.js': text('text/javascript', INIT),
    ...(script === undefined
      ? {}
      : { 'before.js': new Page('text/javascript; charset=utf-8', Buffer.from(script), 'no-store') }),
  };
  const index = text('text/html', htmlOf(script !== undefined));
  const router = app.getHttpAdapter().getInstance() as Application;
  app.use('/docs', hardened);
  router.get('/docs', (request: Request, response: Response) =>
    request.path.endsWith('/') ? response.redirect('../docs') : index.answer(request, response),
  );
  for (const [name, page] of Object.entries(pages)) {
    router.get(`/docs/${name}`, (request: Request, response: Response) => page.answer(request, response));
  }
}

/** Nothing but what is served here, in no frame of others'. Styles in attributes are Swagger UI's own. */
const hardened = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  strictTransportSecurity: false, // TLS is not ended here: whoever does says for how long and for which names
});

/** Paths are relative, so that a proxy may put anything before them. */
function htmlOf(hasScript: boolean): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>gpas-oas</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" sizes="32x32">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>${hasScript ? '\n    <script src="docs/before.js"></script>' : ''}
    <script src="docs/swagger-ui-init.js"></script>
  </body>
</html>
`;
}

const INIT = `window.ui = SwaggerUIBundle({
  url: new URL('docs/openapi.json', location.href).href,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null, // nobody else is told of the page
  ...globalThis.swaggerUiOptions,
});
`;
