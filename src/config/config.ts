import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEMO } from '../demo/values.js';
import { type DatabaseConfig, databaseConfig } from './database-config.js';
import {
  ConfigurationError,
  type Environment,
  type ParsedEnvironment,
  parseEnvironment,
} from './environment.js';
import { isLoopback } from './network.js';

export type AuthTokenAlgorithm = 'HS256' | 'RS256' | 'ES256';

/** A key that verifies AuthTokens, bound to its one algorithm (protocol §4.2). */
export interface AuthTokenKey {
  readonly algorithm: AuthTokenAlgorithm;
  readonly key: KeyObject;
}

export interface AuthTokenConfig {
  readonly keys: readonly AuthTokenKey[];
  readonly maxLifetimeSeconds: number;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/** The settings of protocol §5; docs/policies.md has each with its reason. */
export interface PolicyConfig {
  readonly duplicatePolicy: 'error' | 'replay';
  readonly lateSettlementPolicy: 'refuse' | 'accept';
  readonly gamePolicy: 'any' | 'catalogue';
}

/** The parsed configuration; the class is also its injection token. */
export abstract class Config {
  abstract readonly production: boolean;
  abstract readonly logLevel: Environment['LOG_LEVEL'];
  abstract readonly http: {
    readonly host: string;
    readonly port: number;
    /** As Express's `trust proxy` takes it: hops, or addresses and networks; undefined trusts nobody. */
    readonly trustedProxies: number | readonly string[] | undefined;
    /** What stands before every path where clients see it, like `/oas`; empty for nothing. */
    readonly basePath: string;
  };
  /** From when on failing calls are answered 429. */
  abstract readonly failedCalls: { readonly max: number; readonly windowSeconds: number };
  abstract readonly database: DatabaseConfig;
  abstract readonly authTokens: AuthTokenConfig;
  abstract readonly policies: PolicyConfig;
  abstract readonly operatorApiKey: string;
  abstract readonly firstParentSystem: { readonly id: string; readonly secretKey: string };
  /** What encrypts the secrets of parent systems; none only off production. */
  abstract readonly secretsKeys: {
    readonly current: KeyObject | undefined;
    readonly previous: KeyObject | undefined;
  };
  /** Base of launch URLs, without a slash at its end. */
  abstract readonly launcherUrl: string | undefined;
  /** True where none of the operator's own values is set: the demo's wallet is created, its values are printed. */
  abstract readonly demo: boolean;
  abstract readonly warnings: readonly string[];
}

/**
 * Reads the whole configuration from the environment, once.
 * @throws ConfigurationError naming every problem and its mend.
 */
export function loadConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const parsed = parseEnvironment(source);
  const { environment } = parsed;
  const problems = [...parsed.problems, ...ownValueProblems(parsed), ...publicKeyProblems(parsed)];
  const publicKey = collect(problems, () => publicKeyOf(environment));
  const database = collect(problems, () => databaseConfig(environment));
  if (problems.length > 0 || !database) throw new ConfigurationError(problems);

  const secret = environment.AUTH_TOKEN_SECRET ?? (publicKey ? undefined : DEMO.authTokenSecret);
  const secretKey = environment.GPAS_SECRET_KEY ?? DEMO.secretKey;
  const demo = environment.GPAS_PARENT_SYSTEM_ID === undefined; // checked: all of OWN_VALUES are set, or none
  return {
    production: environment.NODE_ENV === 'production',
    logLevel: environment.LOG_LEVEL,
    http: {
      host: environment.HOST,
      port: environment.PORT,
      trustedProxies: environment.TRUSTED_PROXIES,
      basePath: environment.BASE_PATH ?? '',
    },
    failedCalls: {
      max: environment.MAX_FAILED_CALLS,
      windowSeconds: environment.FAILED_CALLS_WINDOW_SECONDS,
    },
    database,
    authTokens: {
      keys: [
        ...(secret ? [{ algorithm: 'HS256', key: createSecretKey(secret, 'utf8') } as const] : []),
        ...(publicKey ? [publicKey] : []),
      ],
      maxLifetimeSeconds: environment.AUTH_TOKEN_MAX_LIFETIME_SECONDS,
      issuer: environment.AUTH_TOKEN_ISSUER,
      audience: environment.AUTH_TOKEN_AUDIENCE,
    },
    policies: {
      duplicatePolicy: environment.DUPLICATE_POLICY,
      lateSettlementPolicy: environment.LATE_SETTLEMENT_POLICY,
      gamePolicy: environment.GAME_POLICY,
    },
    operatorApiKey: environment.OPERATOR_API_KEY ?? DEMO.operatorApiKey,
    secretsKeys: {
      current: secretsKeyOf(environment.SECRETS_KEY),
      previous: secretsKeyOf(environment.SECRETS_KEY_PREVIOUS),
    },
    launcherUrl: (environment.GPAS_LAUNCHER_URL ?? (demo ? DEMO.launcherUrl : undefined))?.replace(
      /\/+$/,
      '',
    ),
    firstParentSystem: { id: environment.GPAS_PARENT_SYSTEM_ID ?? DEMO.parentSystemId, secretKey },
    demo,
    warnings: [...parsed.warnings, ...(!demo && secretKey.length < 16 ? [SHORT_SECRET_KEY] : [])],
  };
}

const SHORT_SECRET_KEY =
  'GPAS_SECRET_KEY is shorter than 16 characters: one captured call is enough to guess it; ask GPAS for a longer one';

function secretsKeyOf(hex: string | undefined): KeyObject | undefined {
  return hex === undefined ? undefined : createSecretKey(hex, 'hex');
}

/** What the demo has public values for. AUTH_TOKEN_PUBLIC_KEY may stand for AUTH_TOKEN_SECRET. */
const OWN_VALUES = [
  'GPAS_PARENT_SYSTEM_ID',
  'GPAS_SECRET_KEY',
  'OPERATOR_API_KEY',
  'AUTH_TOKEN_SECRET',
] as const;

/**
 * Demo values are public. They serve on loopback only, never in production, and never beside an own value: a real
 * key would be shown with them, or theirs would open what the real one protects.
 */
function ownValueProblems(parsed: ParsedEnvironment): string[] {
  const { environment } = parsed;
  const exposed = exposureOf(environment);
  const demoValues: readonly string[] = [DEMO.secretKey, DEMO.authTokenSecret, DEMO.operatorApiKey];
  // Outside of the demo its signing secret is never trusted, on loopback either.
  const borrowed = OWN_VALUES.filter(
    (name) =>
      (exposed !== undefined || name === 'GPAS_SECRET_KEY') && demoValues.includes(environment[name] ?? ''),
  );
  const missing = OWN_VALUES.filter(
    (name) =>
      !isSet(parsed, name) && !(name === 'AUTH_TOKEN_SECRET' && isSet(parsed, 'AUTH_TOKEN_PUBLIC_KEY')),
  );
  const isDemo = exposed === undefined && missing.length === OWN_VALUES.length;
  const when = exposed ?? 'where others are: set them all, or none to run on demo values';
  return [
    ...(environment.NODE_ENV === 'production' && !isSet(parsed, 'SECRETS_KEY')
      ? ['SECRETS_KEY must be set in production; make one with: openssl rand -hex 32']
      : []),
    ...borrowed.map((name) => `${name} is the demo's, which everybody knows; set your own`),
    ...(isDemo ? [] : missing).map((name) => {
      const alternative = name === 'AUTH_TOKEN_SECRET' ? ' (or AUTH_TOKEN_PUBLIC_KEY)' : '';
      return `${name}${alternative} must be set ${when}`;
    }),
  ];
}

/** Why others than this machine's user may reach the server, or undefined. */
function exposureOf({ NODE_ENV, HOST }: Environment): string | undefined {
  if (NODE_ENV === 'production') return 'in production';
  return isLoopback(HOST) ? undefined : 'when HOST is not loopback';
}

function publicKeyProblems(parsed: ParsedEnvironment): string[] {
  const [one, other] = ['AUTH_TOKEN_PUBLIC_KEY', 'AUTH_TOKEN_ALGORITHM'] as const;
  if (isSet(parsed, one) === isSet(parsed, other)) return [];
  return [`${one} and ${other} belong together: set both or neither`];
}

/** True also for what is set to something that cannot be used, so that it is not called missing as well. */
function isSet({ environment, unusable }: ParsedEnvironment, name: keyof Environment): boolean {
  return environment[name] !== undefined || unusable.has(name);
}

function publicKeyOf(environment: Environment): AuthTokenKey | undefined {
  const { AUTH_TOKEN_PUBLIC_KEY: pemOrPath, AUTH_TOKEN_ALGORITHM: algorithm } = environment;
  if (pemOrPath === undefined || algorithm === undefined) return undefined;
  const form = 'AUTH_TOKEN_PUBLIC_KEY must be a PEM public key or the path of a file that holds one';
  let pem: string;
  let key: KeyObject;
  try {
    pem = pemOrPath.includes('-----BEGIN') ? pemOrPath : readFileSync(pemOrPath, 'utf8');
    key = createPublicKey(pem);
  } catch {
    throw new ConfigurationError([form]);
  }
  // A private key has a public one too, but does not belong here.
  if (!pem.includes('PUBLIC KEY')) throw new ConfigurationError([form]);
  const fits =
    algorithm === 'RS256'
      ? key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
      : key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  if (!fits) {
    throw new ConfigurationError([
      `AUTH_TOKEN_PUBLIC_KEY does not fit ${algorithm}: RS256 needs an RSA key of 2048 bits or more, ES256 a P-256 key`,
    ]);
  }
  return { algorithm, key };
}

function collect<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
