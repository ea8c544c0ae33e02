import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Authority } from '../../test/support/certificates.js';
import { problemsOf } from '../../test/support/config.js';
import { loadConfig } from './config.js';

let authority: Authority;
let own: { cert: string; key: string };
let other: { cert: string; key: string };
const folder = mkdtempSync(join(tmpdir(), 'database-config-'));
beforeAll(() => {
  authority = Authority.create();
  own = authority.sign('own', 'DNS:own');
  other = authority.sign('other', 'DNS:other');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await authority.remove();
});

const url = (mode: string): string => `mysql://user:password@host/database?tls=${mode}`;
const tlsOf = (environment: NodeJS.ProcessEnv): unknown => loadConfig(environment).database;

describe('TLS to the database', () => {
  it('takes an authority, a certificate and its key, as PEM or as paths', () => {
    expect(tlsOf({ DATABASE_URL: url('true'), DATABASE_TLS_CA: authority.path })).toMatchObject({
      tls: { verified: true, ca: authority.pem },
    });
    const tls = { DATABASE_TLS_CERT: own.cert, DATABASE_TLS_KEY: own.key };
    expect(tlsOf({ DATABASE_URL: url('true'), DATABASE_TLS_CA: authority.pem, ...tls })).toMatchObject({
      tls: {
        cert: expect.stringContaining('BEGIN CERTIFICATE'),
        key: expect.stringContaining('PRIVATE KEY'),
      },
    });
    expect(tlsOf({ DATABASE_URL: url('require'), ...tls })).toMatchObject({ tls: { verified: false } });
  });

  it('is refused in words where its parts do not fit', () => {
    const wrongFile = join(folder, 'wrong.pem');
    writeFileSync(wrongFile, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const [ca, cert, key] = ['DATABASE_TLS_CA', 'DATABASE_TLS_CERT', 'DATABASE_TLS_KEY'];
    const certificate = (name: string): string =>
      `${name} must be a PEM certificate or the path of a file that holds one`;
    const wrong: [NodeJS.ProcessEnv, string][] = [
      [
        { DATABASE_URL: url('false'), [ca]: authority.pem },
        `${ca}, _CERT and _KEY need ?tls=true in DATABASE_URL`,
      ],
      [
        { DATABASE_URL: url('require'), [ca]: authority.pem },
        `${ca} is not looked at with ?tls=require: set ?tls=true`,
      ],
      [
        { DATABASE_URL: url('true'), [cert]: own.cert },
        `${cert} and ${key} belong together: set both or neither`,
      ],
      [{ DATABASE_URL: url('true'), [ca]: '/no/such/file' }, certificate(ca)],
      [{ DATABASE_URL: url('true'), [ca]: wrongFile }, certificate(ca)],
      [{ DATABASE_URL: url('true'), [ca]: own.key }, certificate(ca)],
      [
        { DATABASE_URL: url('true'), [cert]: own.cert, [key]: own.cert },
        `${key} must be a PEM private key without a passphrase or the path of a file that holds one`,
      ],
      [{ DATABASE_URL: url('true'), [cert]: own.cert, [key]: other.key }, `${key} is not the key of ${cert}`],
    ];
    for (const [environment, problem] of wrong) expect(problemsOf(environment)).toEqual([problem]);
  });
});
