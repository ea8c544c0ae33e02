import type { INestApplication } from '@nestjs/common';
import { type SwaggerCustomOptions, SwaggerModule } from '@nestjs/swagger';
import { createOpenApiDocument } from './document.js';

/** Serves the document at `/docs/openapi.json` and `.yaml`, and Swagger UI at `/docs`, with what the page is handed besides. */
export function setUpSwaggerUi(
  app: INestApplication,
  handed: Pick<SwaggerCustomOptions, 'customJsStr' | 'swaggerOptions'>,
): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'gpas-oas',
    ...handed,
  });
}
