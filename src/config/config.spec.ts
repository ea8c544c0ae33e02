import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { namesOf, OWN, problemsOf, rsaPem } from '../../test/support/config.js';
import { DEMO } from '../demo/values.js';
import { type Config, loadConfig } from './config.js';

describe('without any setting', () => {
  it('everything has its default, the demo on loopback', () => {
    const config = loadConfig({});
    expect(config).toEqual({
      production: false,
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 3000, trustedProxies: undefined, basePath: '' },
      database: { engine: 'sqlite', path: './data/oas.sqlite', migrateOnStart: true },
      authTokens: {
        keys: [{ algorithm: 'HS256', key: expect.anything() as unknown as KeyObject }],
        maxLifetimeSeconds: 86_400,
        issuer: undefined,
        audience: undefined,
      },
      policies: { duplicatePolicy: 'error', lateSettlementPolicy: 'refuse', gamePolicy: 'any' },
      operatorApiKey: DEMO.operatorApiKey,
      failedCalls: { max: 100, windowSeconds: 60 },
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
    expect(loadConfig({ PATH: '/bin', LANG: 'C', GPAS: 'x' })).toEqual(loadConfig({}));
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
      BASE_PATH: '/casino/oas',
      MAX_FAILED_CALLS: '7',
      FAILED_CALLS_WINDOW_SECONDS: '30',
      SECRETS_KEY_PREVIOUS: 'CD'.repeat(32),
    });
    expect(config).toMatchObject({
      production: true,
      logLevel: 'silent',
      http: {
        host: '0.0.0.0',
        port: 0,
        trustedProxies: ['10.0.0.0/8', '2001:db8::1'],
        basePath: '/casino/oas',
      },
      failedCalls: { max: 7, windowSeconds: 30 },
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
    ['BASE_PATH', ['/', 'oas', '/oas/', '/a//b', '/a?b', '/a b', 'https://x.example/oas']],
    ['MAX_FAILED_CALLS', ['0', '-1', '1.5', '1000001', 'none']],
    ['FAILED_CALLS_WINDOW_SECONDS', ['0', '3601', '1m']],
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

describe('the database', () => {
  const databaseOf = (url: string): Config['database'] => loadConfig({ DATABASE_URL: url }).database;
  const mysql = {
    engine: 'mysql',
    host: 'host',
    port: 3306,
    user: 'user',
    password: 'password',
    database: 'database',
    tls: undefined,
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
    ['mysql://user:password@host/database?tls=true', { tls: { verified: true } }],
    ['mysql://user:password@host/database?tls=require', { tls: { verified: false } }],
    ['mysql://user:password@host/database?tls=false', { tls: undefined }],
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
        expect.stringMatching(/^DATABASE_URL takes one option only: \?tls=true, /),
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
