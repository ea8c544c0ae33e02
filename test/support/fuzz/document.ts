import { send } from '../gpas.js';

/* What the server's own OpenAPI document says, as far as requests and checks are made of it. */

/** Of OpenAPI 3.0. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
}

export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly content?: Readonly<
    Record<string, { schema: Schema; examples?: Readonly<Record<string, { value: unknown }>> }>
  >;
}

interface DocumentedOperation {
  readonly parameters?: readonly (Field & { readonly in: 'path' | 'query' | 'header' })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly 'x-signed-over'?: 'query' | 'body';
}

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Operation {
  /** `POST /sessions`: unique. */
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly pathFields: readonly Field[];
  readonly queryFields: readonly Field[];
  /** Undefined where it takes no body. */
  readonly bodyFields: readonly Field[] | undefined;
  readonly responses: Readonly<Record<string, Response>>;
  readonly caller: 'gpas' | 'operator' | 'anybody';
  readonly signedOver: 'query' | 'body' | undefined;
  readonly takesAuthToken: boolean;
}

export async function readDocument(url: string): Promise<ApiDocument> {
  return (await send(url, { method: 'GET', target: '/docs/openapi.json' })).body as ApiDocument;
}

/** All of them, in the order of the document. */
export function operationsOf({ paths, components }: ApiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Operation => {
      const { parameters = [], requestBody, responses, security } = operation;
      const schemes = security.flatMap((alternative) => Object.keys(alternative));
      const reference = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1);
      return {
        id: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        pathFields: parameters.filter((parameter) => parameter.in === 'path'),
        queryFields: parameters.filter((parameter) => parameter.in === 'query'),
        bodyFields: reference === undefined ? undefined : fieldsOf(components.schemas[reference]),
        responses,
        caller: schemes.includes('signature')
          ? 'gpas'
          : schemes.includes('operatorKey')
            ? 'operator'
            : 'anybody',
        signedOver: operation['x-signed-over'],
        takesAuthToken: schemes.includes('authToken'),
      };
    }),
  );
}

function fieldsOf({ properties = {}, required = [] }: Schema = {}): Field[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema,
    required: required.includes(name),
  }));
}
