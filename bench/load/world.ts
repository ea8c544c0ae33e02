import { createHash, createHmac } from 'node:crypto';

/** A wallet with money and an open session on it. */
export interface Player {
  readonly walletId: string;
  readonly sessionId: string;
}

/** Who plays: as many players as come after each other, and one whose wallet everybody wants at the same time. */
export interface World {
  readonly players: readonly Player[];
  readonly hot: Player;
}

export const WALLETS = 1_000;
export const CURRENCY = 'EUR';
/** In the real money of each wallet: more than any run can bet. */
export const DEPOSIT = '1000000000';

export const PARENT_SYSTEM_ID = 'BENCH1';
export const GPAS_SECRET_KEY = 'only-for-measuring-0123456789';
export const AUTH_TOKEN_SECRET = 'only-for-measuring-0123456789-0123456789';
export const OPERATOR_API_KEY = 'only-for-measuring-0123456789-0123456789-operator';
const SECRETS_KEY = '5'.repeat(64);

/** What every contender is started with: own values, as production asks for, so that nothing is left out that costs there. */
export const SETTINGS = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'info',
  HOST: '127.0.0.1',
  PORT: '0',
  GPAS_PARENT_SYSTEM_ID: PARENT_SYSTEM_ID,
  GPAS_SECRET_KEY,
  AUTH_TOKEN_SECRET,
  OPERATOR_API_KEY,
  SECRETS_KEY,
} as const;

/** UPPERCASE_HEX(SHA1(text + secret)), as GPAS signs. */
export function signatureOf(text: string): string {
  return createHash('sha1')
    .update(text + GPAS_SECRET_KEY)
    .digest('hex')
    .toUpperCase();
}

/** An AuthToken for the wallet, good for an hour. */
export function authTokenOf(walletId: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ walletId, exp })}`;
  return `${content}.${createHmac('sha256', AUTH_TOKEN_SECRET).update(content).digest('base64url')}`;
}
