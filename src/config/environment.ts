import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { parseNetwork } from './network.js';

/** Whole numbers as people write them in an environment file; `0x10`, `1e3` and `007` are mistakes, not numbers. */
const wholeNumber = (least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^(0|[1-9]\d*)$/, { error: `must be a whole number from ${least} to ${most}`, abort: true })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    });

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

const bytes = (value: string): number => Buffer.byteLength(value, 'utf8');

const secretsKey = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, { error: 'must be 32 bytes in hex; make one with: openssl rand -hex 32' })
  .optional();

/** A number of hops, or addresses and networks; never everybody, or a caller could name any address as its own. */
function readTrustedProxies(text: string): number | string[] | undefined {
  if (/^([1-9]|10)$/.test(text)) return Number(text);
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every((entry) => parseNetwork(entry)?.prefix) ? entries : undefined;
}

/**
 * Every variable this server reads, with its default and its meaning. README.md and .env.example are checked
 * against this table by a test. Messages complete the sentence that starts with the variable's name.
 */
export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], { error: 'must be development, test or production' })
    .default('development')
    .describe('`production` refuses demo values and missing secrets'),
  HOST: z.string().default('127.0.0.1').describe('address to listen on (the Dockerfile sets `0.0.0.0`)'),
  PORT: wholeNumber(0, 65_535)
    .prefault('3000')
    .describe('port to listen on; 0 takes a free one, printed at start'),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], {
      error: 'must be silent, error, warn, info or debug',
    })
    .default('info')
    .describe('least severe line that is logged'),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|mysql:\/\/.+)$/, {
      error:
        'must be sqlite:<file>, sqlite::memory: or mysql://user:password@host:3306/database (add ?tls=true for TLS)',
    })
    .default('sqlite:./data/oas.sqlite')
    .describe('`mysql://user:password@host:3306/database` for MySQL, MariaDB and what speaks their protocol'),
  DATABASE_POOL_SIZE: wholeNumber(1, 200).prefault('10').describe('connections to a MySQL-protocol server'),
  DATABASE_TLS_CA: z
    .string()
    .optional()
    .describe(
      'PEM certificate (or a path to it) of the authority to trust with `?tls=true`; else the public ones',
    ),
  DATABASE_TLS_CERT: z
    .string()
    .optional()
    .describe('PEM certificate (or a path to it) that this server shows the database'),
  DATABASE_TLS_KEY: z
    .string()
    .optional()
    .describe('PEM private key (or a path to it) of `DATABASE_TLS_CERT`'),
  MIGRATE_ON_START: flag
    .prefault('true')
    .describe('run pending migrations at start, safely when several instances start at once'),
  GPAS_PARENT_SYSTEM_ID: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, { error: 'must be 1 to 128 visible ASCII characters without spaces' })
    .optional()
    .describe('first parent system, registered at start if it is not there yet'),
  GPAS_SECRET_KEY: z
    .string()
    .max(255, { error: 'must be at most 255 characters' })
    .optional()
    .describe("the parent system's signing secret, chosen by GPAS; under 16 characters a warning is logged"),
  AUTH_TOKEN_SECRET: z
    .string()
    .refine((value) => bytes(value) >= 32, {
      error: 'must be at least 32 bytes long; make one with: openssl rand -hex 32',
    })
    .optional()
    .describe('HS256 key of the AuthTokens, at least 32 bytes'),
  AUTH_TOKEN_PUBLIC_KEY: z
    .string()
    .optional()
    .describe("PEM public key (or a path to it) of the operator's own token system"),
  AUTH_TOKEN_ALGORITHM: z
    .enum(['RS256', 'ES256'], { error: 'must be RS256 or ES256' })
    .optional()
    .describe('the one algorithm that `AUTH_TOKEN_PUBLIC_KEY` is good for: RS256 or ES256'),
  AUTH_TOKEN_MAX_LIFETIME_SECONDS: wholeNumber(1, 31_536_000)
    .prefault('86400')
    .describe('longest life of a self-contained AuthToken, from `iat`, else from now'),
  AUTH_TOKEN_ISSUER: z.string().optional().describe('required `iss` of AuthTokens'),
  AUTH_TOKEN_AUDIENCE: z.string().optional().describe('required `aud` of AuthTokens'),
  SECRETS_KEY: secretsKey.describe(
    'encrypts the secrets of parent systems and the key that movements are sealed with: 32 bytes in hex; required in production (`openssl rand -hex 32`)',
  ),
  SECRETS_KEY_PREVIOUS: secretsKey.describe(
    'the key before `SECRETS_KEY`, for reading until `npm run secrets:encrypt` has run',
  ),
  GPAS_LAUNCHER_URL: z
    .string()
    .refine((value) => /^https?:[^?#]+$/.test(value) && URL.canParse(value), {
      error: "must be the base of GPAS's launcher, like https://launcher.example, without a query",
    })
    .optional()
    .describe("base of launch URLs: GPAS's launcher, like `https://launcher.example`"),
  TRUSTED_PROXIES: z
    .string()
    .transform((value, context) => {
      const proxies = readTrustedProxies(value);
      if (proxies === undefined) {
        context.addIssue(
          'must be a number of hops from 1 to 10, or addresses and networks, separated by commas',
        );
        return z.NEVER;
      }
      return proxies;
    })
    .optional()
    .describe(
      'proxies whose `X-Forwarded-For` counts: their addresses and networks, or a number of hops, which is only safe where nobody gets past them; else none',
    ),
  BASE_PATH: z
    .string()
    .regex(/^(?:\/[\w.~-]+)+$/, { error: 'must look like /oas, without a slash at its end' })
    .optional()
    .describe(
      'path that a proxy serves this under, like `/oas`; everything is served with and without it, so the proxy may strip it or not',
    ),
  MAX_FAILED_CALLS: wholeNumber(1, 1_000_000)
    .prefault('100')
    .describe(
      'calls of one address that may fail for their signature or operator key, for each parent system, before those that fail are answered 429',
    ),
  FAILED_CALLS_WINDOW_SECONDS: wholeNumber(1, 3_600)
    .prefault('60')
    .describe('within how long so many may fail, and until when more are answered 429'),
  DUPLICATE_POLICY: z
    .enum(['error', 'replay'], { error: 'must be error or replay' })
    .default('error')
    .describe('exact repeat of a movement: 400/1003, or the first answer again'),
  LATE_SETTLEMENT_POLICY: z
    .enum(['refuse', 'accept'], { error: 'must be refuse or accept' })
    .default('refuse')
    .describe('a credit or rollback on a closed session: 400/1004, or booked'),
  GAME_POLICY: z
    .enum(['any', 'catalogue'], { error: 'must be any or catalogue' })
    .default('any')
    .describe('games a bet may name: any that is not disabled, or those of the catalogue only'),
  OPERATOR_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{32,255}$/, {
      error: 'must be 32 to 255 visible ASCII characters without spaces; make one with: openssl rand -hex 32',
    })
    .optional()
    .describe("the back office's bearer key, at least 32 characters"),
});

export type Environment = z.output<typeof environmentSchema>;

/** Everything that is wrong with the environment, in one message that says how to mend each. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** The environment as far as it can be read. */
export interface ParsedEnvironment {
  readonly environment: Environment;
  readonly problems: readonly string[];
  /** Variables that are set, but to something that cannot be used; `environment` has them as not set. */
  readonly unusable: ReadonlySet<string>;
  /** Variables that nobody reads, and that look as if somebody was meant to. */
  readonly warnings: readonly string[];
}

/**
 * Parses the environment. An empty variable counts as not set; values never appear in a message. What cannot be used
 * is left out, so that the rest can be checked and every problem be told at once.
 */
export function parseEnvironment(source: NodeJS.ProcessEnv): ParsedEnvironment {
  const set = Object.fromEntries(KNOWN.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
  const issues = environmentSchema.safeParse(set).error?.issues ?? [];
  const unusable = new Set(issues.map(({ path }) => path.join('.')));
  const usable = Object.fromEntries(Object.entries(set).filter(([name]) => !unusable.has(name)));
  return {
    environment: environmentSchema.parse(usable),
    problems: issues.map(({ path, message }) => `${path.join('.')} ${message}`),
    unusable,
    warnings: Object.keys(source).flatMap(mistakenName),
  };
}

const KNOWN = Object.keys(environmentSchema.shape);
/** Set by Kubernetes for every service, whatever that is called. */
const OF_KUBERNETES = /_(?:SERVICE_(?:HOST|PORT)|PORT)(?:_|$)/;
/** Of the letters of a name, one of so many may be wrong for it to be meant: `POST` is not `PORT`. */
const LETTERS_PER_MISTAKE = 5;

function mistakenName(name: string): string[] {
  if (KNOWN.includes(name) || !/^\w{1,64}$/.test(name)) return [];
  const meant = closest(name.toUpperCase(), KNOWN);
  const isNear = distance(name.toUpperCase(), meant) * LETTERS_PER_MISTAKE <= meant.length;
  const isOurs = name.startsWith('GPAS_') && !OF_KUBERNETES.test(name);
  return isNear || isOurs ? [`${name} is not read by this server: is ${meant} meant?`] : [];
}
