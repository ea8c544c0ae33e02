import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, type Environment } from './environment.js';

/** How a connection to the database is encrypted. */
export interface DatabaseTls {
  /** Whether the server must show a certificate of an authority that is trusted, made out to the host of the url. */
  readonly verified: boolean;
  /** In PEM: the authority that is trusted instead of the public ones; the certificate that this server shows, its key. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Where the data lives. The engine decides which of the two ways of sharing a database applies. */
export type DatabaseConfig =
  | { readonly engine: 'sqlite'; readonly path: string; readonly migrateOnStart: boolean }
  | {
      readonly engine: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      /** Undefined: not encrypted. */
      readonly tls: DatabaseTls | undefined;
      readonly poolSize: number;
      readonly migrateOnStart: boolean;
    };

const TLS_VALUES = ['true', 'false', 'require'];

/** @throws ConfigurationError */
export function databaseConfig(environment: Environment): DatabaseConfig {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, MIGRATE_ON_START: migrateOnStart } = environment;
  if (url.startsWith('sqlite:')) {
    return { engine: 'sqlite', path: url.slice('sqlite:'.length), migrateOnStart };
  }
  const mend = 'DATABASE_URL must look like mysql://user:password@host:3306/database';
  const encoding = `${mend} (percent-encode special characters of the password)`;
  if (!URL.canParse(url)) throw new ConfigurationError([encoding]);
  const parts = new URL(url);
  let user: string;
  let password: string;
  let database: string;
  try {
    user = decodeURIComponent(parts.username);
    password = decodeURIComponent(parts.password);
    database = decodeURIComponent(parts.pathname.slice(1));
  } catch {
    throw new ConfigurationError([encoding]); // a bare % in it
  }
  if (!parts.hostname || !parts.username || !database) throw new ConfigurationError([mend]);
  const unknown = [...parts.searchParams].filter(
    ([name, value]) => name !== 'tls' || !TLS_VALUES.includes(value),
  );
  if (unknown.length > 0) {
    throw new ConfigurationError([
      'DATABASE_URL takes one option only: ?tls=true, ?tls=require (encrypted, but whoever answers is trusted) or ?tls=false',
    ]);
  }
  return {
    engine: 'mysql',
    host: parts.hostname.replace(/^\[(.*)\]$/, '$1'), // sockets take an IPv6 address without its brackets
    port: parts.port === '' ? 3306 : Number(parts.port),
    user,
    password,
    database,
    tls: tlsOf(parts.searchParams.get('tls') ?? 'false', environment),
    poolSize,
    migrateOnStart,
  };
}

function tlsOf(mode: string, environment: Environment): DatabaseTls | undefined {
  const { DATABASE_TLS_CA: caText, DATABASE_TLS_CERT: certText, DATABASE_TLS_KEY: keyText } = environment;
  if (mode === 'false') {
    if ((caText ?? certText ?? keyText) === undefined) return undefined;
    throw new ConfigurationError(['DATABASE_TLS_CA, _CERT and _KEY need ?tls=true in DATABASE_URL']);
  }
  if (mode === 'require' && caText !== undefined) {
    throw new ConfigurationError(['DATABASE_TLS_CA is not looked at with ?tls=require: set ?tls=true']);
  }
  if ((certText === undefined) !== (keyText === undefined)) {
    throw new ConfigurationError([
      'DATABASE_TLS_CERT and DATABASE_TLS_KEY belong together: set both or neither',
    ]);
  }
  const ca = readPem('DATABASE_TLS_CA', caText);
  const cert = readPem('DATABASE_TLS_CERT', certText);
  const key = readPem('DATABASE_TLS_KEY', keyText);
  if (cert && key && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    throw new ConfigurationError(['DATABASE_TLS_KEY is not the key of DATABASE_TLS_CERT']);
  }
  return { verified: mode === 'true', ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readPem(name: string, pemOrPath: string | undefined): string | undefined {
  if (pemOrPath === undefined) return undefined;
  const isKey = name === 'DATABASE_TLS_KEY';
  try {
    const pem = pemOrPath.includes('-----BEGIN') ? pemOrPath : readFileSync(pemOrPath, 'utf8');
    if (isKey) createPrivateKey(pem);
    else new X509Certificate(pem);
    return pem;
  } catch {
    const what = isKey ? 'private key without a passphrase' : 'certificate';
    throw new ConfigurationError([`${name} must be a PEM ${what} or the path of a file that holds one`]);
  }
}
