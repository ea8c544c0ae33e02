import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SECURITY } from '../auth/route-access.js';

const DESCRIPTION = `The operator's side of GPAS.

**GPAS protocol**: what GPAS's servers call. Every call names its parent system and is signed:
\`x-signature = UPPERCASE_HEX(SHA1(text + secretKey))\`, where the text is the query string exactly as sent on
query-signed routes, and the raw body on body-signed ones; \`x-signed-over\` of each operation says which.

**Back office**: what the operator's team calls, with an operator key as bearer. A parameter of the query that a call does not
know is refused.

Every error has the body \`{ "code", "type", "message" }\`; every answer has an \`x-request-id\` header, which is in the
server's log. HEAD is answered wherever GET is.`;

/**
 * The OpenAPI document of everything the application serves.
 * @param basePath what stands before its paths where clients see them
 */
export function createOpenApiDocument(app: INestApplication, basePath = ''): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('gpas-oas')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .addServer(basePath || '/')
    .addTag('GPAS protocol', "Called by GPAS's servers")
    .addTag('Back office: wallets', "The players' wallets, and the money the operator moves")
    .addTag('Back office: launches', 'Sending a player into a game')
    .addTag('Back office: games', 'The catalogue')
    .addTag('Back office: parent systems', 'The GPAS integrations')
    .addTag('Back office: keys', "The back office's own keys")
    .addTag('Back office: search', 'Sessions and movements')
    .addTag('Back office: incidents', 'What the operator should look at')
    .addTag('Back office: audit trail', 'Who changed what')
    .addTag('Health', 'Called by load balancers')
    .addSecurity(SECURITY.signature, {
      type: 'apiKey',
      in: 'header',
      name: 'x-signature',
      description: 'UPPERCASE_HEX(SHA1(text + secretKey)); x-signed-over says what the text is',
    })
    .addBearerAuth(
      { type: 'http', bearerFormat: 'JWT', description: "The player's AuthToken, minted by the operator" },
      SECURITY.authToken,
    )
    .addSecurity(SECURITY.operatorKey, { type: 'http', scheme: 'bearer', description: 'An operator key' })
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${nameOf(controller)}_${method}`,
  });
}

/** Generated clients call their methods by it: those of the back office begin with `Operator`, as their paths do. */
function nameOf(controller: string): string {
  return controller.replace(/^BackOffice/, 'Operator').replace(/Controller$/, '');
}
