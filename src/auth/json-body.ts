import { promisify } from 'node:util';
import express, { type Response } from 'express';
import { GpasError } from '../errors/gpas-error.js';
import type { IncomingRequest } from './incoming-request.js';

/** A call needs a few hundred bytes (protocol §5, "body announced above 16 KB"). */
export const MAX_BODY_BYTES = 16 * 1024;
/** Deeper nesting overflows the stack of what walks the value later. */
const MAX_DEPTH = 32;

const readRaw = promisify(express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }));
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the body once, as bytes and as JSON. A body must be what was sent: compressed ones are refused.
 * @throws GpasError PAYLOAD_TOO_LARGE or INVALID_REQUEST
 */
export async function readJsonBody(request: IncomingRequest, response: Response): Promise<void> {
  try {
    await readRaw(request, response);
  } catch (error) {
    throw refusalOf((error as { type?: string }).type);
  }
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
    throw new GpasError('INVALID_REQUEST', 'A JSON body is required');
  }
  request.rawBody = request.body;
  request.body = parseJson(request.rawBody);
}

function refusalOf(type: string | undefined): GpasError {
  if (type === 'entity.too.large') return new GpasError('PAYLOAD_TOO_LARGE');
  if (type === 'encoding.unsupported') {
    return new GpasError('INVALID_REQUEST', 'Content-Encoding is not accepted: send the body as it is');
  }
  return new GpasError('INVALID_REQUEST', 'The body did not arrive whole');
}

function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new GpasError('INVALID_REQUEST', 'The body must be UTF-8');
  }
  if (depthOf(text) > MAX_DEPTH) {
    throw new GpasError('INVALID_REQUEST', `The body is nested more than ${MAX_DEPTH} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GpasError('INVALID_REQUEST', 'The body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GpasError('INVALID_REQUEST', 'The body must be a JSON object');
  }
  return value;
}

/** How deep brackets nest outside of strings; a text that is not JSON gets some number and fails at the parser. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}
