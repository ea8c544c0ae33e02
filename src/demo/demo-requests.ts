import type { Config } from '../config/config.js';
import { DEMO } from './values.js';
import { mintDemoToken } from './describe-demo.js';

/** A request as Swagger UI hands it to its interceptor. */
export interface UiRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
}

/** What the interceptor reads of the OpenAPI document. */
interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly 'x-signed-over'?: 'query' | 'body';
}
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface DemoValues {
  readonly parentSystemId: string;
  readonly secretKey: string;
  readonly operatorKey: string;
  readonly authToken: string;
  readonly basePath: string;
  /** Kept by the interceptor. */
  document?: Promise<ApiDocument>;
}

/** What runs in Swagger UI's page where the server runs on demo values, so that "Execute" is a call that works. */
export function demoScript(config: Config): string {
  const values: DemoValues = {
    parentSystemId: config.firstParentSystem.id,
    secretKey: config.firstParentSystem.secretKey,
    operatorKey: config.operatorApiKey,
    authToken: mintDemoToken(config, DEMO.walletId),
    basePath: config.http.basePath,
  };
  return `globalThis.gpasDemo = ${JSON.stringify(values)};
globalThis.swaggerUiOptions = { requestInterceptor: ${signDemoRequest.toString()} };
`;
}

/**
 * Runs in the browser: fills in what the caller has not. What a route asks for is what the document says of it. It is
 * sent there as text, so it uses nothing of this file.
 */
async function signDemoRequest(request: UiRequest): Promise<UiRequest> {
  const demo = (globalThis as unknown as { gpasDemo: DemoValues }).gpasDemo;
  const { origin, pathname: sent, search } = new URL(request.url);
  const pathname = sent.startsWith(`${demo.basePath}/`) ? sent.slice(demo.basePath.length) : sent;
  const set = (name: string, value: string): void => {
    const given = Object.keys(request.headers).find((header) => header.toLowerCase() === name.toLowerCase());
    if (given === undefined) request.headers[name] = value;
  };
  demo.document ??= fetch(`${origin}${demo.basePath}/docs/openapi.json`)
    .then((answer) => answer.json() as Promise<ApiDocument>)
    .catch((error: unknown) => {
      delete demo.document; // the next call asks again
      throw error;
    });
  const { paths } = await demo.document;
  const template =
    pathname in paths
      ? pathname
      : Object.keys(paths).find((path) =>
          new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname),
        );
  const operation = paths[template ?? '']?.[request.method.toLowerCase()];
  const schemes = (operation?.security ?? []).flatMap((scheme) => Object.keys(scheme));
  if (schemes.includes('operatorKey')) set('Authorization', `Bearer ${demo.operatorKey}`);
  if (schemes.includes('authToken')) set('Authorization', `Bearer ${demo.authToken}`);
  const signedOver = operation?.['x-signed-over'];
  if (signedOver === undefined) return request;
  const text = signedOver === 'body' ? (request.body ?? '') : search.slice(1);
  const bytes = new TextEncoder().encode(text + demo.secretKey);
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-1', bytes));
  set('x-parent-system-id', demo.parentSystemId);
  set(
    'x-signature',
    Array.from(digest, (byte) => byte.toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase(),
  );
  return request;
}
