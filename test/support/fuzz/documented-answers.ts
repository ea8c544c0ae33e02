import { Ajv, type ValidateFunction } from 'ajv';
import ajvFormats from 'ajv-formats';
import type { Answer } from '../gpas.js';
import type { ApiDocument, Operation } from './document.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tells whether an answer is one that the document tells of. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv({ strict: false });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(document: ApiDocument) {
    if (!document.openapi.startsWith('3.0.')) throw new Error(`not a document of 3.0: ${document.openapi}`);
    ajvFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'document', components: exact(document.components) as object });
  }

  /** What is wrong with it; undefined where nothing is. */
  problemOf(operation: Operation, { status, headers, text, body }: Answer): string | undefined {
    if (status >= 500) return `${status}`;
    const documented = operation.responses[status];
    if (!documented) return `${status} is not documented`;
    if (!UUID.test(String(headers['x-request-id']))) return 'no x-request-id';
    const type = headers['content-type']?.split(';')[0];
    if (!documented.content) return text === '' ? undefined : 'a body where none is documented';
    const content = documented.content[type ?? ''];
    if (!content) return `the content type ${String(type)} is not documented for ${status}`;
    if (type !== 'application/json') return undefined;
    const validate = this.validatorOf(content.schema);
    if (!validate(body)) return `not as its schema: ${this.ajv.errorsText(validate.errors)}`;
    if (status < 400) return undefined;
    const { code, type: error } = body as { code: number; type: string };
    const isThere = Object.values(content.examples ?? {}).some(({ value }) => {
      const example = value as { code: number; type: string };
      return example.code === code && example.type === error;
    });
    return isThere ? undefined : `${status}/${code} ${error} is not documented`;
  }

  private validatorOf(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const validate =
      this.validators.get(key) ??
      this.ajv.compile(JSON.parse(key.replaceAll('"#/', '"document#/')) as object);
    this.validators.set(key, validate);
    return validate;
  }
}

/**
 * A schema of OpenAPI 3.0.0 as JSON Schema: `nullable` lets null through whatever else is said, and an answer tells
 * nothing but what is documented.
 */
function exact(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(exact);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, example: _, ...rest } = schema as Record<string, unknown>;
  const content = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, exact(value)]));
  if (content['type'] === 'object' && content['properties'] && !('additionalProperties' in content)) {
    content['additionalProperties'] = false;
  }
  return nullable === true ? { anyOf: [content, { type: 'null' }] } : content;
}
