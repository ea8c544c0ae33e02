import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  keysOf,
  namesOf,
  OWN,
  p256,
  p256Pem,
  pemOf,
  problemsOf,
  rsa,
  rsaPem,
} from '../../test/support/config.js';
import { DEMO } from '../demo/values.js';
import { loadConfig } from './config.js';

const folder = mkdtempSync(join(tmpdir(), 'config-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('demo values', () => {
  const missing = ['AUTH_TOKEN_SECRET', 'GPAS_PARENT_SYSTEM_ID', 'GPAS_SECRET_KEY', 'OPERATOR_API_KEY'];

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('serve on %s', (host) => {
    expect(loadConfig({ HOST: host }).demo).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '192.168.0.1',
    'example.org',
    '127.example.org',
    '127.0.0.1.example.org',
    'localhost.',
  ])('do not serve on %s: every secret that is missing is named', (host) => {
    expect(namesOf({ HOST: host })).toEqual(missing);
    expect(problemsOf({ HOST: host })).toContain('OPERATOR_API_KEY must be set when HOST is not loopback');
  });

  it('do not serve in production, loopback or not', () => {
    expect(namesOf({ NODE_ENV: 'production' })).toEqual([...missing, 'SECRETS_KEY']);
    expect(problemsOf({ NODE_ENV: 'production' })).toContain(
      'AUTH_TOKEN_SECRET (or AUTH_TOKEN_PUBLIC_KEY) must be set in production',
    );
    expect(problemsOf({ ...OWN, HOST: '0.0.0.0' })).toEqual([]);
  });

  it.each([
    ['GPAS_SECRET_KEY', DEMO.secretKey],
    ['AUTH_TOKEN_SECRET', DEMO.authTokenSecret],
    ['OPERATOR_API_KEY', DEMO.operatorApiKey],
    ['OPERATOR_API_KEY', DEMO.authTokenSecret],
  ])('are refused as %s when they are set', (name, value) => {
    const exposed = { ...OWN, [name]: value };
    expect(problemsOf(exposed)).toEqual([`${name} is the demo's, which everybody knows; set your own`]);
    expect(namesOf({ ...exposed, NODE_ENV: 'test', HOST: '0.0.0.0' })).toEqual([name]);
    // The demo's signing secret is trusted by the demo alone; the other values may be set on loopback.
    expect(namesOf({ ...exposed, NODE_ENV: 'test' })).toEqual(name === 'GPAS_SECRET_KEY' ? [name] : []);
  });

  it('are refused as AUTH_TOKEN_SECRET beside a public key too', () => {
    const keys = { AUTH_TOKEN_PUBLIC_KEY: rsaPem, AUTH_TOKEN_ALGORITHM: 'RS256' };
    expect(namesOf({ ...OWN, ...keys, AUTH_TOKEN_SECRET: DEMO.authTokenSecret })).toEqual([
      'AUTH_TOKEN_SECRET',
    ]);
  });

  it('need no AUTH_TOKEN_SECRET beside a public key, and none is then made up', () => {
    const { AUTH_TOKEN_SECRET: _, ...others } = OWN;
    const keys = { AUTH_TOKEN_PUBLIC_KEY: rsaPem, AUTH_TOKEN_ALGORITHM: 'RS256' };
    expect(keysOf({ ...others, ...keys }).map(([algorithm]) => algorithm)).toEqual(['RS256']);
  });
});

describe('own values', () => {
  const { NODE_ENV: _, AUTH_TOKEN_SECRET: secret, SECRETS_KEY, ...others } = OWN;
  const publicKey = { AUTH_TOKEN_PUBLIC_KEY: rsaPem, AUTH_TOKEN_ALGORITHM: 'RS256' };
  const names = ['AUTH_TOKEN_SECRET', 'GPAS_PARENT_SYSTEM_ID', 'GPAS_SECRET_KEY', 'OPERATOR_API_KEY'];

  it.each([
    ['a secret', { AUTH_TOKEN_SECRET: secret }],
    ['a public key', publicKey],
  ])("with %s of the tokens are never filled up with the demo's: all are set, or none", (_form, token) => {
    expect(loadConfig({ ...others, ...token }).demo).toBe(false);
    for (const name of names) {
      const isOne = ([variable]: [string, string]): boolean =>
        name === 'AUTH_TOKEN_SECRET' ? variable in token : variable === name;
      const all = Object.entries<string>({ ...others, ...token });
      const alone = Object.fromEntries(all.filter(isOne));
      const rest = Object.fromEntries(all.filter((entry) => !isOne(entry)));
      for (const NODE_ENV of ['development', 'production']) {
        expect(namesOf({ NODE_ENV, SECRETS_KEY, ...alone })).toEqual(names.filter((other) => other !== name));
        expect(namesOf({ NODE_ENV, SECRETS_KEY, ...rest })).toEqual([name]);
      }
    }
  });

  it('that are missing are named with the mend', () => {
    expect(problemsOf({ ...others })).toEqual([
      'AUTH_TOKEN_SECRET (or AUTH_TOKEN_PUBLIC_KEY) must be set where others are: set them all, or none to run on demo values',
    ]);
    expect(problemsOf({ ...others, SECRETS_KEY, NODE_ENV: 'production' })).toEqual([
      'AUTH_TOKEN_SECRET (or AUTH_TOKEN_PUBLIC_KEY) must be set in production',
    ]);
  });

  it.each(Object.entries(publicKey))('%s and its other half belong together', (name, value) => {
    expect(problemsOf({ ...OWN, [name]: value })).toEqual([
      'AUTH_TOKEN_PUBLIC_KEY and AUTH_TOKEN_ALGORITHM belong together: set both or neither',
    ]);
  });
});

describe('the public key of AuthTokens', () => {
  const { AUTH_TOKEN_SECRET: _, ...others } = OWN;
  const withKey = (key: string, algorithm: string): NodeJS.ProcessEnv => ({
    ...others,
    AUTH_TOKEN_PUBLIC_KEY: key,
    AUTH_TOKEN_ALGORITHM: algorithm,
  });
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it.each([
    ['RS256', rsaPem, rsa.publicKey],
    ['RS256', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), rsa.publicKey],
    ['ES256', p256Pem, p256.publicKey],
  ])('for %s is taken as PEM and from a file', (algorithm, pem, key) => {
    for (const form of [pem, file('key.pem', pem)]) {
      const [read, ...others] = keysOf(withKey(form, algorithm));
      expect(others).toEqual([]);
      expect(read?.[0]).toBe(algorithm);
      expect(read?.[1].type).toBe('public');
      expect(read?.[1].equals(key)).toBe(true);
    }
  });

  it('stands beside the secret, each bound to its algorithm', () => {
    const both = keysOf({ ...OWN, ...withKey(p256Pem, 'ES256') });
    expect(both.map(([algorithm, { type }]) => [algorithm, type])).toEqual([
      ['HS256', 'secret'],
      ['ES256', 'public'],
    ]);
  });

  it.each<[string, () => string, string]>([
    ['an EC key for RS256', () => p256Pem, 'RS256'],
    ['an RSA key for ES256', () => rsaPem, 'ES256'],
    [
      'an RSA key of 1024 bits',
      () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      'RS256',
    ],
    [
      'an RSA-PSS key',
      () => pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
      'RS256',
    ],
    ['a P-384 key', () => pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey), 'ES256'],
    [
      'a secp256k1 key',
      () => pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      'ES256',
    ],
    ['an Ed25519 key', () => pemOf(generateKeyPairSync('ed25519').publicKey), 'ES256'],
  ])('is refused when it does not fit: %s', (_, pem, algorithm) => {
    expect(problemsOf(withKey(pem(), algorithm))).toEqual([
      expect.stringContaining(`does not fit ${algorithm}`),
    ]);
  });

  it.each<[string, () => string]>([
    ['a file that is not there', () => join(folder, 'missing.pem')],
    ['a folder', () => folder],
    ['a file of something else', () => file('other.pem', 'hello')],
    ['a private key', () => rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    [
      'a file of a private key',
      () => file('private.pem', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string),
    ],
    ['a damaged key', () => rsaPem.replace(/A/g, 'B')],
    ['a cut key', () => rsaPem.slice(0, 100)],
    ['a secret', () => 'an-own-auth-token-secret-of-32-bytes'],
  ])('is refused when it is none: %s', (_, key) => {
    expect(problemsOf(withKey(key(), 'RS256'))).toEqual([
      'AUTH_TOKEN_PUBLIC_KEY must be a PEM public key or the path of a file that holds one',
    ]);
  });
});
