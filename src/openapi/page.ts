import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** The best first. */
const COMPRESSIONS = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
} as const;
type Compression = keyof typeof COMPRESSIONS;
const NAMES = Object.keys(COMPRESSIONS) as Compression[];

/**
 * What stays as it is while the process runs, and anybody may ask for: bytes made once, compressed once for each way that
 * somebody asks for, beside the event loop; who has them already is told so.
 */
export class Page {
  private readonly headers: Readonly<Record<string, string>>;
  private readonly compressed = new Map<Compression, Promise<Buffer>>();

  /** @param cacheControl whether browsers may keep it; where they may, they ask each time whether it is still the same */
  constructor(
    type: string,
    private readonly bytes: Buffer,
    cacheControl: 'no-cache' | 'no-store' = 'no-cache',
  ) {
    this.headers = {
      'Content-Type': type,
      'Cache-Control': cacheControl,
      Vary: 'Accept-Encoding',
      // Weak: one for the page, however it is compressed.
      ETag: `W/"${createHash('sha256').update(bytes).digest('base64url')}"`,
    };
  }

  async answer(request: Request, response: Response): Promise<void> {
    response.set(this.headers);
    const name = request.fresh ? undefined : NAMES.find((one) => request.acceptsEncodings(one));
    if (name) response.set('Content-Encoding', name);
    response.send(name ? await this.compressedBy(name) : this.bytes); // 304 where it is fresh
  }

  private compressedBy(name: Compression): Promise<Buffer> {
    const known = this.compressed.get(name);
    if (known) return known;
    const compressed = COMPRESSIONS[name](this.bytes);
    this.compressed.set(name, compressed);
    return compressed;
  }
}
