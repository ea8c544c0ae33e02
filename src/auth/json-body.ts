import type { Response } from 'express';
import { GpasError } from '../errors/gpas-error.js';
import type { IncomingRequest } from './incoming-request.js';

/** A call needs a few hundred bytes (protocol §5, "a body above 16 KB"). */
export const MAX_BODY_BYTES = 16 * 1024;
/** Deeper nesting overflows the stack of what walks the value later. */
const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a body says, and how it says it. */
export interface JsonBody {
  readonly value: object;
  /** The text of the value of its `tags`, which a value made of it no longer tells; undefined where it has none. */
  readonly tags: string | undefined;
}

/**
 * Reads the body once, as bytes and as JSON. A body must be what was sent: compressed ones are refused.
 * @throws GpasError PAYLOAD_TOO_LARGE, as soon as it is, REQUEST_TIMEOUT or INVALID_REQUEST
 */
export async function readJsonBody(request: IncomingRequest, response: Response): Promise<void> {
  const { 'content-encoding': encoding = 'identity', expect = '' } = request.headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw new GpasError('INVALID_REQUEST', 'Content-Encoding is not accepted: send the body as it is');
  }
  if (expect.toLowerCase() === '100-continue') response.writeContinue();
  const bytes = await readBytes(request, response);
  if (bytes.length === 0) throw new GpasError('INVALID_REQUEST', 'A JSON body is required');
  request.rawBody = bytes;
  const { value, tags } = parseJson(bytes);
  request.body = value;
  if (tags !== undefined) request.tags = tags;
}

/** What is too large is not read to its end: the connection ends, and the answer says so. */
function readBytes(request: IncomingRequest, response: Response): Buffer | Promise<Buffer> {
  // A body that came with its headers, as nearly every one does, costs no listeners.
  if (request.complete && request.readableLength <= MAX_BODY_BYTES) {
    return (request.read() as Buffer | null) ?? Buffer.alloc(0);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (...reason: ConstructorParameters<typeof GpasError>): void => {
      request.off('data', take).off('close', breakOff).resume();
      reject(new GpasError(...reason));
    };
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) return void chunks.push(chunk);
      response.setHeader('Connection', 'close');
      refuse('PAYLOAD_TOO_LARGE');
    };
    const breakOff = (): void => refuse('INVALID_REQUEST', 'The body did not arrive whole');
    request.on('data', take).once('close', breakOff);
    request.once('timeout', () => refuse('REQUEST_TIMEOUT'));
    request.once('end', () => {
      request.off('close', breakOff); // which follows behind every body, and an error is dear to make
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

/**
 * @param bytes of a JSON object in UTF-8
 * @throws GpasError INVALID_REQUEST
 */
export function parseJson(bytes: Buffer): JsonBody {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new GpasError('INVALID_REQUEST', 'The body must be UTF-8');
  }
  const { depth, tags } = scan(text);
  if (depth > MAX_DEPTH) {
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
  return { value, tags };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Every way to write the name. */
const TAGS = /"(?:t|\\u0074)(?:a|\\u0061)(?:g|\\u0067)(?:s|\\u0073)"/y;

/**
 * One pass over a text: how deep brackets nest outside of strings, and the value of the last `tags` of the outermost
 * object, the one that `JSON.parse` takes. Of a text that is not JSON it tells something, and the parser refuses it.
 */
function scan(text: string): { depth: number; tags: string | undefined } {
  let depth = 0;
  let deepest = 0;
  let nameAt = 0;
  let valueAt = -1;
  let tags: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        if (depth === 1) nameAt = index;
        index = endOfString(text, index);
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > deepest) deepest = depth;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        if (depth === 0 && valueAt !== -1) tags = text.slice(valueAt, index).trim();
        break;
      case COLON:
        if (depth === 1 && isTags(text, nameAt)) valueAt = index + 1;
        break;
      case COMMA:
        if (depth !== 1 || valueAt === -1) break;
        tags = text.slice(valueAt, index).trim();
        valueAt = -1;
    }
  }
  return { depth: deepest, tags };
}

function isTags(text: string, at: number): boolean {
  TAGS.lastIndex = at;
  return TAGS.test(text);
}

/** Where the string that begins at `start` has its closing quote, or the text its end. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) break;
    if (code === BACKSLASH) index += 1;
  }
  return index;
}
