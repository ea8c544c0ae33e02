import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { loadConfig } from '../../src/config/config.js';
import { ConfigurationError } from '../../src/config/environment.js';

export const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsaPem = pemOf(rsa.publicKey);
export const p256Pem = pemOf(p256.publicKey);

/** Everything that production needs, none of it the demo's. */
export const OWN = {
  NODE_ENV: 'production',
  GPAS_PARENT_SYSTEM_ID: 'OWN1',
  GPAS_SECRET_KEY: 'an-own-signing-secret',
  AUTH_TOKEN_SECRET: 'an-own-auth-token-secret-of-32-bytes',
  OPERATOR_API_KEY: 'an-own-operator-key-of-32-characters',
  SECRETS_KEY: 'ab'.repeat(32),
};

export function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems;
  }
}

/** The names that the problems are about, in the order of the alphabet. */
export const namesOf = (environment: NodeJS.ProcessEnv): string[] =>
  problemsOf(environment)
    .map((problem) => /^[A-Z_]+/.exec(problem)?.[0] ?? problem)
    .sort();

export const keysOf = (environment: NodeJS.ProcessEnv): [string, KeyObject][] =>
  loadConfig(environment).authTokens.keys.map(({ algorithm, key }) => [algorithm, key]);
