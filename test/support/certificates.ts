import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from './temporary-folder.js';

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of the test's own, and what it signs. Needs `openssl`, which every Node comes with the libraries of. */
export class Authority {
  private constructor(private readonly folder: TemporaryFolder) {}

  static create(): Authority {
    const authority = new Authority(new TemporaryFolder('oas-ca-'));
    authority.openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      '-subj',
      '/CN=an authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    return authority;
  }

  /** Where its own certificate is. */
  get path(): string {
    return join(this.folder.path, 'ca.pem');
  }

  get pem(): string {
    return readFileSync(this.path, 'utf8');
  }

  /**
   * @param name of the files
   * @param names `DNS:localhost,IP:127.0.0.1`
   * @param days of its validity from now; negative: it has expired
   */
  sign(name: string, names: string, days = 2): { cert: string; key: string } {
    const [cert, key] = [`${name}.pem`, `${name}.key`];
    const request = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
    this.openssl('req', ...NEW_KEY, ...request, '-keyout', key, '-out', 'request');
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'];
    this.openssl('x509', '-req', '-in', 'request', ...authority, '-days', String(days), '-out', cert);
    return { cert: join(this.folder.path, cert), key: join(this.folder.path, key) };
  }

  remove(): Promise<void> {
    return this.folder.remove();
  }

  private openssl(...parameters: string[]): void {
    execFileSync('openssl', parameters, { cwd: this.folder.path, stdio: 'pipe' });
  }
}

/** Puts a certificate and its key where a server reads others. */
export function replaceCertificate(
  server: { readonly cert: string; readonly key: string },
  by: { readonly cert: string; readonly key: string },
): void {
  copyFileSync(by.cert, server.cert);
  copyFileSync(by.key, server.key);
}
