import { hash, timingSafeEqual } from 'node:crypto';

/** Capitals only, as the protocol asks; also what keeps `Buffer.from(…, 'hex')` from stopping half-way. */
const SIGNATURE = /^[0-9A-F]{40}$/;

/**
 * UPPERCASE_HEX(SHA1(text + secretKey)) (protocol §2).
 * @param text the query string as received, without `?`, or the raw bytes of the body
 */
export function signatureOf(text: string | Buffer, secretKey: string): string {
  return digestOf(text, secretKey).toString('hex').toUpperCase();
}

/** Whether `signature` is {@link signatureOf} these, in constant time. */
export function isSignatureValid(text: string | Buffer, secretKey: string, signature: string): boolean {
  return (
    SIGNATURE.test(signature) && timingSafeEqual(digestOf(text, secretKey), Buffer.from(signature, 'hex'))
  );
}

function digestOf(text: string | Buffer, secretKey: string): Buffer {
  // Node hands the request line over byte by byte as latin1; the same way back gives the bytes that were sent.
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  // At once, and as text: a Hash object, and a digest in bytes, take 2.7 µs of CPU more in a loop (Node 24).
  return Buffer.from(hash('sha1', Buffer.concat([bytes, Buffer.from(secretKey, 'utf8')]), 'hex'), 'hex');
}
