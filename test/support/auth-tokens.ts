import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect } from '@jest/globals';
import { AuthTokenVerifier } from '../../src/auth/auth-token.verifier.js';
import type { AuthTokenConfig, AuthTokenKey, Config } from '../../src/config/config.js';
import { GpasError } from '../../src/errors/gpas-error.js';

/* What the specs of the verifier make tokens of, right and wrong in any way, at an instant of their own. */

export const NOW = 1_790_000_000;
export const DAY = 86_400;
export const SECRET = 'an-own-auth-token-secret-of-32-bytes';

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const HS256: AuthTokenKey = { algorithm: 'HS256', key: createSecretKey(SECRET, 'utf8') };
export const RS256: AuthTokenKey = { algorithm: 'RS256', key: rsa.publicKey };
export const ES256: AuthTokenKey = { algorithm: 'ES256', key: ec.publicKey };

export type Signer = (content: string) => Buffer;
type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';
export const hmac =
  (secret: string | Buffer, hash: HashName = 'sha256'): Signer =>
  (content) =>
    createHmac(hash, secret).update(content).digest();
export const byKey =
  (key: KeyObject, hash: HashName = 'sha256', dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer =>
  (content) =>
    sign(hash, Buffer.from(content), { key, dsaEncoding });

export const SIGNERS: Readonly<Record<AuthTokenKey['algorithm'], Signer>> = {
  HS256: hmac(SECRET),
  RS256: byKey(rsa.privateKey),
  ES256: byKey(ec.privateKey),
};

export const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A token of these two texts, JSON or not. */
export const tokenOfTexts = (header: string, payload: string, signer: Signer = SIGNERS.HS256): string => {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${encode(signer(content))}`;
};
/** A good HS256 token but for `claims`; undefined leaves one out. */
export const tokenOf = (claims: object, header: object = {}, signer?: Signer): string =>
  tokenOfTexts(
    JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header }),
    JSON.stringify({ walletId: 'wallet-1', exp: NOW + 600, ...claims }),
    signer,
  );
/** A good token whose payload has `claims` as they stand, for what JSON.stringify cannot write. */
export const tokenOfText = (claims: string): string =>
  tokenOfTexts('{"alg":"HS256","typ":"JWT"}', `{"walletId":"wallet-1",${claims}}`);

export const verifierOf = (
  keys: readonly AuthTokenKey[],
  settings: Partial<AuthTokenConfig> = {},
): AuthTokenVerifier =>
  new AuthTokenVerifier({
    authTokens: { keys, maxLifetimeSeconds: DAY, issuer: undefined, audience: undefined, ...settings },
  } as unknown as Config);

export const everyKey = verifierOf([HS256, RS256, ES256]);

/** Why `token` is refused; fails where it is not, and where the refusal is none of the catalogue's. */
export function refusalOf(token: string, verifier = everyKey): string {
  try {
    verifier.verify(token);
  } catch (error) {
    if (!(error instanceof GpasError)) throw error;
    expect([error.status, error.errorName]).toEqual([401, 'INVALID_AUTH_TOKEN']);
    expect(error.message).toMatch(/^Invalid auth token: /);
    return error.message.slice('Invalid auth token: '.length);
  }
  throw new Error(`a wrong token was taken: ${token}`);
}

export const walletOf = (token: string, verifier = everyKey): string =>
  (verifier.verify(token) as { walletId: string }).walletId;
