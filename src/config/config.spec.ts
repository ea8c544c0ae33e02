import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Config, loadConfig } from './config.js';
import { DEMO } from '../demo/values.js';
import { ConfigurationError } from './environment.js';

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsaPem = pemOf(rsa.publicKey);
const p256Pem = pemOf(p256.publicKey);

const folder = mkdtempSync(join(tmpdir(), 'config-spec-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that production needs, none of it the demo's. */
const OWN = {
  NODE_ENV: 'production',
  GPAS_PARENT_SYSTEM_ID: 'OWN1',
  GPAS_SECRET_KEY: 'an-own-signing-secret',
  AUTH_TOKEN_SECRET: 'an-own-auth-token-secret-of-32-bytes',
  OPERATOR_API_KEY: 'an-own-operator-key-of-32-characters',
  SECRETS_KEY: 'ab'.repeat(32),
};

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}

/** The names that the problems are about, in the order of the alphabet. */
const namesOf = (environment: NodeJS.ProcessEnv): string[] =>
  problemsOf(environment)
    .map((problem) => /^[A-Z_]+/.exec(problem)?.[0] ?? problem)
    .sort();

const keysOf = (environment: NodeJS.ProcessEnv): [string, KeyObject][] =>
  loadConfig(environment).authTokens.keys.map(({ algorithm, key }) => [algorithm, key]);

describe('without any setting', () => {
  it('everything has its default, the demo on loopback', () => {
    const config = loadConfig({});
    expect(config).toEqual({
      production: false,
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 3000, trustedProxies: undefined },
      database: { engine: 'sqlite', path: './data/oas.sqlite', migrateOnStart: true },
      authTokens: {
        keys: [{ algorithm: 'HS256', key: expect.anything() as unknown as KeyObject }],
        maxLifetimeSeconds: 86_400,
        issuer: undefined,
        audience: undefined,
      },
      policies: { duplicatePolicy: 'error', lateSettlementPolicy: 'refuse', gamePolicy: 'any' },
      operatorApiKey: DEMO.operatorApiKey,
      firstParentSystem: { id: 'BL13GT', secretKey: 'Ax34deSfgdB' },
      secretsKeys: { current: undefined, previous: undefined },
      launcherUrl: DEMO.launcherUrl,
      demo: true,
      warnings: [],
    });
    expect(config.authTokens.keys[0]?.key.export().toString()).toBe(DEMO.authTokenSecret);
  });

  it('an empty variable counts as not set', () => {
    const { HOME: _, ...names } = Object.fromEntries(
      Object.keys({ ...OWN, HOST: '', PORT: '', DATABASE_URL: '', MIGRATE_ON_START: '' }).map((n) => [n, '']),
    );
    const empty = { ...names, AUTH_TOKEN_PUBLIC_KEY: '', AUTH_TOKEN_ISSUER: '', DUPLICATE_POLICY: '' };
    expect(loadConfig(empty)).toEqual(loadConfig({}));
    expect(namesOf({ ...OWN, OPERATOR_API_KEY: '' })).toEqual(['OPERATOR_API_KEY']);
  });

  it('what is not ours is not read', () => {
    expect(loadConfig({ PATH: '/bin', port: '1', GPAS: 'x' })).toEqual(loadConfig({}));
  });
});

describe('what is set', () => {
  it('counts', () => {
    const config = loadConfig({
      ...OWN,
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'silent',
      MIGRATE_ON_START: 'false',
      AUTH_TOKEN_MAX_LIFETIME_SECONDS: '60',
      AUTH_TOKEN_ISSUER: 'casino',
      AUTH_TOKEN_AUDIENCE: 'oas',
      DUPLICATE_POLICY: 'replay',
      LATE_SETTLEMENT_POLICY: 'accept',
      GAME_POLICY: 'catalogue',
      GPAS_LAUNCHER_URL: 'https://launcher.example/base/',
      TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1',
      SECRETS_KEY_PREVIOUS: 'CD'.repeat(32),
    });
    expect(config).toMatchObject({
      production: true,
      logLevel: 'silent',
      http: { host: '0.0.0.0', port: 0, trustedProxies: ['10.0.0.0/8', '2001:db8::1'] },
      launcherUrl: 'https://launcher.example/base',
      database: { migrateOnStart: false },
      authTokens: { maxLifetimeSeconds: 60, issuer: 'casino', audience: 'oas' },
      policies: { duplicatePolicy: 'replay', lateSettlementPolicy: 'accept', gamePolicy: 'catalogue' },
      operatorApiKey: OWN.OPERATOR_API_KEY,
      firstParentSystem: { id: 'OWN1', secretKey: OWN.GPAS_SECRET_KEY },
      demo: false,
      warnings: [],
    });
    expect(config.authTokens.keys[0]?.key.export().toString()).toBe(OWN.AUTH_TOKEN_SECRET);
  });

  it.each([
    [
      'PORT',
      ['0x10', '1e3', '-1', '65536', '007', '+1', '3.0', ' 3000', '3000 ', '99999999999999999999', 'x'],
    ],
    ['DATABASE_POOL_SIZE', ['0', '201', '1.5', '-1']],
    ['AUTH_TOKEN_MAX_LIFETIME_SECONDS', ['0', '31536001', '1d']],
    ['MIGRATE_ON_START', ['yes', '1', 'TRUE', 'on']],
    ['NODE_ENV', ['prod', 'Production']],
    ['LOG_LEVEL', ['verbose', 'INFO']],
    ['DUPLICATE_POLICY', ['ignore', 'ERROR']],
    ['LATE_SETTLEMENT_POLICY', ['maybe']],
    ['GAME_POLICY', ['none']],
    ['SECRETS_KEY', ['ab'.repeat(31), 'ab'.repeat(33), 'xy'.repeat(32)]],
    ['SECRETS_KEY_PREVIOUS', ['short']],
    [
      'GPAS_LAUNCHER_URL',
      ['launcher.example', 'javascript:alert(1)', 'ftp://launcher.example', 'https://l.example/?a=1'],
    ],
    ['TRUSTED_PROXIES', ['true', '0', '11', '0.0.0.0/0', '::/0', '10.0.0.1,', '10.0.0.0/33', 'loopback']],
    ['GPAS_PARENT_SYSTEM_ID', ['a b', 'é', 'x'.repeat(129), 'a\n']],
    ['GPAS_SECRET_KEY', ['x'.repeat(256)]],
    ['AUTH_TOKEN_SECRET', ['x'.repeat(31), 'é'.repeat(15)]],
    ['OPERATOR_API_KEY', ['x'.repeat(31), 'x'.repeat(256), `${'x'.repeat(32)} `, 'é'.repeat(40)]],
    ['DATABASE_URL', ['postgres://u:p@h/db', 'sqlite:', 'mysql:', 'oas.sqlite', 'SQLITE:./x']],
  ])('is checked: %s', (name, values) => {
    for (const value of values) expect(namesOf({ ...OWN, [name]: value })).toEqual([name]);
  });

  it.each([
    ['PORT', ['0', '1', '65535']],
    ['DATABASE_POOL_SIZE', ['1', '200']],
    ['AUTH_TOKEN_MAX_LIFETIME_SECONDS', ['1', '31536000']],
    ['AUTH_TOKEN_SECRET', ['x'.repeat(32), 'é'.repeat(16)]],
    ['OPERATOR_API_KEY', ['x'.repeat(32), '~'.repeat(255)]],
    ['GPAS_PARENT_SYSTEM_ID', ['!', 'x'.repeat(128)]],
    ['GPAS_SECRET_KEY', ['x'.repeat(255)]],
  ])('may go to the bounds: %s', (name, values) => {
    for (const value of values) expect(problemsOf({ ...OWN, [name]: value })).toEqual([]);
  });

  it('has every problem reported together', () => {
    const wrong = { ...OWN, PORT: '-1', LOG_LEVEL: 'x', AUTH_TOKEN_SECRET: 'short', DATABASE_URL: 'x' };
    expect(namesOf(wrong)).toEqual(['AUTH_TOKEN_SECRET', 'DATABASE_URL', 'LOG_LEVEL', 'PORT']);
    const wrongTogether = {
      HOST: '0.0.0.0',
      GPAS_SECRET_KEY: OWN.GPAS_SECRET_KEY,
      AUTH_TOKEN_PUBLIC_KEY: 'nowhere',
      AUTH_TOKEN_ALGORITHM: 'RS256',
      DATABASE_URL: 'mysql://host/database',
    };
    expect(namesOf(wrongTogether)).toEqual([
      'AUTH_TOKEN_PUBLIC_KEY',
      'DATABASE_URL',
      'GPAS_PARENT_SYSTEM_ID',
      'OPERATOR_API_KEY',
    ]);
    expect(namesOf({ PORT: '-1', ...wrongTogether })).toEqual([...namesOf(wrongTogether), 'PORT'].sort());
    expect(() => loadConfig(wrongTogether)).toThrow(/cannot be used:\n( {2}- [A-Z_]+ .+\n?){4}$/);
  });

  it.each(['HS256', 'none', 'EdDSA', 'rs256'])('is no algorithm of a public key: %s', (algorithm) => {
    const keys = { AUTH_TOKEN_PUBLIC_KEY: rsaPem, AUTH_TOKEN_ALGORITHM: algorithm };
    expect(namesOf({ ...OWN, ...keys })).toEqual(['AUTH_TOKEN_ALGORITHM']);
  });

  it('to something wrong is not called missing as well', () => {
    expect(namesOf({ ...OWN, GPAS_SECRET_KEY: 'x'.repeat(256), AUTH_TOKEN_SECRET: 'short' })).toEqual([
      'AUTH_TOKEN_SECRET',
      'GPAS_SECRET_KEY',
    ]);
  });

  it('never appears in a message', () => {
    const marker = 'S3CR3T';
    const wrong: NodeJS.ProcessEnv[] = [
      { AUTH_TOKEN_SECRET: marker },
      { OPERATOR_API_KEY: marker },
      { GPAS_SECRET_KEY: marker },
      { GPAS_SECRET_KEY: marker.repeat(50) },
      { GPAS_PARENT_SYSTEM_ID: `${marker} ${marker}` },
      { PORT: marker, NODE_ENV: marker, LOG_LEVEL: marker, MIGRATE_ON_START: marker },
      { AUTH_TOKEN_ALGORITHM: marker },
      { AUTH_TOKEN_PUBLIC_KEY: marker, AUTH_TOKEN_ALGORITHM: 'ES256' },
      { AUTH_TOKEN_PUBLIC_KEY: `-----BEGIN PUBLIC KEY-----\n${marker}`, AUTH_TOKEN_ALGORITHM: 'ES256' },
      { DATABASE_URL: `postgres://user:${marker}@host/database` },
      { DATABASE_URL: `mysql://user:${marker}@host:x/database` },
      { DATABASE_URL: `mysql://user:${marker}@host` },
      { DATABASE_URL: `mysql://user:50%${marker}@host/database` },
      { DATABASE_URL: `mysql://user:password@host/database?${marker}=${marker}` },
    ];
    for (const environment of wrong) {
      const problems = problemsOf(environment);
      expect(problems).not.toEqual([]);
      expect(problems.join()).not.toContain(marker);
    }
  });
});

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

describe('the database', () => {
  const databaseOf = (url: string): Config['database'] => loadConfig({ DATABASE_URL: url }).database;
  const mysql = {
    engine: 'mysql',
    host: 'host',
    port: 3306,
    user: 'user',
    password: 'password',
    database: 'database',
    tls: false,
    poolSize: 10,
    migrateOnStart: true,
  };

  it.each(['./data/oas.sqlite', ':memory:', '/var/lib/oas.sqlite', 'C:\\oas.sqlite'])(
    'may be sqlite:%s',
    (path) => {
      expect(databaseOf(`sqlite:${path}`)).toEqual({ engine: 'sqlite', path, migrateOnStart: true });
    },
  );

  it.each<[string, object]>([
    ['mysql://user:password@host:3306/database', {}],
    ['mysql://user:password@host/database', {}],
    ['mysql://user@host/database', { password: '' }],
    ['mysql://user:password@127.0.0.1:4000/database', { host: '127.0.0.1', port: 4000 }],
    ['mysql://user:password@db.example.org/database', { host: 'db.example.org' }],
    ['mysql://user:password@host/database?tls=true', { tls: true }],
    ['mysql://user:password@host/database?tls=false', { tls: false }],
    [
      'mysql://us%40er:p%40ss%2Fw%3Ard%25%23@host/data%20base',
      { user: 'us@er', password: 'p@ss/w:rd%#', database: 'data base' },
    ],
    ['mysql://user:p%C3%A9@host/database', { password: 'pé' }],
    ['mysql://user:a:b@host/database', { password: 'a:b' }],
    ['mysql://user:password@[::1]:3307/database', { host: '::1', port: 3307 }],
    ['mysql://user:password@[2001:db8::1]/database', { host: '2001:db8::1' }],
  ])('may be %s', (url, parts) => {
    expect(databaseOf(url)).toEqual({ ...mysql, ...parts });
  });

  it('has its pool size', () => {
    const environment = { DATABASE_URL: 'mysql://user:password@host/database', DATABASE_POOL_SIZE: '3' };
    expect(loadConfig(environment).database).toMatchObject({ poolSize: 3 });
  });

  it.each([
    'mysql://host/database',
    'mysql://user:password@host',
    'mysql://user:password@host/',
    'mysql://:password@host/database',
    'mysql:///database',
    'mysql://user:password@host:x/database',
    'mysql://user:password@host:99999/database',
    'mysql://user:pa/ss@host/database',
    'mysql://user:pa#ss@host/database',
    'mysql://user:pa?ss@host/database',
    'mysql://user:50%off@host/database',
    'mysql://us%er:password@host/database',
    'mysql://user:password@host/data%base',
  ])('is refused with its form: %s', (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([
      expect.stringMatching(/^DATABASE_URL must look like mysql:\/\/user:password@host:3306\/database/),
    ]);
  });

  it.each(['tls=1', 'tls=', 'tls', 'TLS=true', 'ssl=true', 'tls=true&charset=latin1', 'timezone=local'])(
    'takes no option but tls: %s',
    (options) => {
      expect(problemsOf({ DATABASE_URL: `mysql://user:password@host/database?${options}` })).toEqual([
        'DATABASE_URL takes one option only: ?tls=true or ?tls=false',
      ]);
    },
  );
});

describe('the secret that GPAS chose', () => {
  it('is warned of under 16 characters, without being shown', () => {
    const { warnings } = loadConfig({ ...OWN, GPAS_SECRET_KEY: 'S3CR3T-S3CR3T-S' });
    expect(warnings).toEqual([expect.stringMatching(/^GPAS_SECRET_KEY is shorter than 16 characters/)]);
    expect(warnings.join()).not.toContain('S3CR3T');
    expect(loadConfig({ ...OWN, GPAS_SECRET_KEY: 'x'.repeat(16) }).warnings).toEqual([]);
  });
});
