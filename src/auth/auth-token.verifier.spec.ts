import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AuthTokenConfig, AuthTokenKey, Config } from '../config/config.js';
import { GpasError } from '../errors/gpas-error.js';
import { AuthTokenVerifier } from './auth-token.verifier.js';

const NOW = 1_790_000_000;
const DAY = 86_400;
const SECRET = 'an-own-auth-token-secret-of-32-bytes';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const HS256: AuthTokenKey = { algorithm: 'HS256', key: createSecretKey(SECRET, 'utf8') };
const RS256: AuthTokenKey = { algorithm: 'RS256', key: rsa.publicKey };
const ES256: AuthTokenKey = { algorithm: 'ES256', key: ec.publicKey };

type Signer = (content: string) => Buffer;
type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';
const hmac =
  (secret: string | Buffer, hash: HashName = 'sha256'): Signer =>
  (content) =>
    createHmac(hash, secret).update(content).digest();
const byKey =
  (key: KeyObject, hash: HashName = 'sha256', dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363'): Signer =>
  (content) =>
    sign(hash, Buffer.from(content), { key, dsaEncoding });

const SIGNERS: Readonly<Record<AuthTokenKey['algorithm'], Signer>> = {
  HS256: hmac(SECRET),
  RS256: byKey(rsa.privateKey),
  ES256: byKey(ec.privateKey),
};

const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A token of these two texts, JSON or not. */
const tokenOfTexts = (header: string, payload: string, signer: Signer = SIGNERS.HS256): string => {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${encode(signer(content))}`;
};
/** A good HS256 token but for `claims`; undefined leaves one out. */
const tokenOf = (claims: object, header: object = {}, signer?: Signer): string =>
  tokenOfTexts(
    JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header }),
    JSON.stringify({ walletId: 'wallet-1', exp: NOW + 600, ...claims }),
    signer,
  );
/** A good token whose payload has `claims` as they stand, for what JSON.stringify cannot write. */
const tokenOfText = (claims: string): string =>
  tokenOfTexts('{"alg":"HS256","typ":"JWT"}', `{"walletId":"wallet-1",${claims}}`);

const verifierOf = (
  keys: readonly AuthTokenKey[],
  settings: Partial<AuthTokenConfig> = {},
): AuthTokenVerifier =>
  new AuthTokenVerifier({
    authTokens: { keys, maxLifetimeSeconds: DAY, issuer: undefined, audience: undefined, ...settings },
  } as unknown as Config);

const everyKey = verifierOf([HS256, RS256, ES256]);

/** Why `token` is refused; fails where it is not, and where the refusal is none of the catalogue's. */
function refusalOf(token: string, verifier = everyKey): string {
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

const walletOf = (token: string, verifier = everyKey): string =>
  (verifier.verify(token) as { walletId: string }).walletId;

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW * 1000 + 999);
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('a good token', () => {
  it.each(['HS256', 'RS256', 'ES256'] as const)('of %s is taken, alone or beside other keys', (algorithm) => {
    const token = tokenOf({}, { alg: algorithm }, SIGNERS[algorithm]);
    expect(everyKey.verify(token)).toEqual({ walletId: 'wallet-1' });
    const key = [HS256, RS256, ES256].filter((one) => one.algorithm === algorithm);
    expect(walletOf(token, verifierOf(key))).toBe('wallet-1');
  });

  it('may have the smallest header', () => {
    expect(walletOf(tokenOf({}, { typ: undefined }))).toBe('wallet-1');
  });

  it('may name a key, which nobody looks for', () => {
    for (const kid of ['1', '../../dev/null', "' OR 1=1", 1, null, { a: 1 }]) {
      expect(walletOf(tokenOf({}, { kid }))).toBe('wallet-1');
    }
  });

  it('may hold what we do not know', () => {
    const { key } = ES256;
    const header = { cty: 'x', jku: 'https://example.org/keys', jwk: key.export({ format: 'jwk' }) };
    expect(walletOf(tokenOf({ jti: 'x', name: 'Ann', roles: ['player'], iss: 1, aud: {} }, header))).toBe(
      'wallet-1',
    );
  });

  it('may be taken again: it is no one-time password', () => {
    const token = tokenOf({});
    expect([walletOf(token), walletOf(token)]).toEqual(['wallet-1', 'wallet-1']);
  });
});

describe('the wallet', () => {
  it('is walletId, else sub', () => {
    expect(walletOf(tokenOf({ sub: 'other' }))).toBe('wallet-1');
    expect(walletOf(tokenOf({ walletId: undefined, sub: 'wallet-2' }))).toBe('wallet-2');
  });

  it.each(['!', '~', 'a:b/c', 'x'.repeat(128)])('may be %s', (walletId) => {
    expect(walletOf(tokenOf({ walletId }))).toBe(walletId);
    expect(walletOf(tokenOf({ walletId: undefined, sub: walletId }))).toBe(walletId);
  });

  it.each<[string, unknown]>([
    ['an object', { id: 'wallet-1' }],
    ['an object that is nearly text', { length: 1, toString: 'wallet-1' }],
    ['a list', ['wallet-1']],
    ['a number', 1],
    ['true', true],
    ['false', false],
    ['empty', ''],
    ['with a space', 'wallet 1'],
    ['with a space after it', 'wallet-1 '],
    ['with a line break after it', 'wallet-1\n'],
    ['with NUL', 'wallet-1\0'],
    ['beyond ASCII', 'wallét'],
    ['too long', 'x'.repeat(129)],
  ])('may not be %s, as walletId or as sub', (_, value) => {
    expect(refusalOf(tokenOf({ walletId: value }))).toBe('walletId is missing');
    expect(refusalOf(tokenOf({ walletId: value, sub: 'wallet-1' }))).toBe('walletId is missing');
    expect(refusalOf(tokenOf({ walletId: undefined, sub: value }))).toBe('walletId is missing');
  });

  it('may not be missing', () => {
    expect(refusalOf(tokenOf({ walletId: undefined }))).toBe('walletId is missing');
    expect(refusalOf(tokenOf({ walletId: null, sub: null }))).toBe('walletId is missing');
    expect(refusalOf(tokenOf({ walletId: undefined, WalletId: 'x', walletid: 'x', Sub: 'x' }))).toBe(
      'walletId is missing',
    );
  });

  it('is none that every object has', () => {
    const text = `{"exp":${NOW + 600},"__proto__":{"walletId":"wallet-1"}}`;
    expect(refusalOf(tokenOfTexts('{"alg":"HS256"}', text))).toBe('walletId is missing');
  });
});

describe('the algorithm', () => {
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
  const withoutSignature = (alg: unknown): string => {
    const [header, payload] = tokenOf({}, { alg }).split('.');
    return `${header}.${payload}.`;
  };

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('%j is refused, signed or not', (alg) => {
    expect(refusalOf(withoutSignature(alg))).toBe('its algorithm is not accepted');
    expect(refusalOf(withoutSignature(alg).slice(0, -1))).toBe('its algorithm is not accepted');
    expect(refusalOf(tokenOf({}, { alg }))).toBe('its algorithm is not accepted');
  });

  it.each([undefined, null, 1, true, ['HS256'], { toString: 'HS256' }, 'hs256', 'HS256 ', 'HS256\0'])(
    '%j is refused',
    (alg) => {
      expect(refusalOf(tokenOf({}, { alg }))).toBe('its algorithm is not accepted');
    },
  );

  it.each<[string, Signer]>([
    ['HS384', hmac(SECRET, 'sha384')],
    ['HS512', hmac(SECRET, 'sha512')],
    ['RS384', byKey(rsa.privateKey, 'sha384')],
    ['RS512', byKey(rsa.privateKey, 'sha512')],
    ['PS256', byKey(rsa.privateKey)],
    ['ES384', byKey(ec.privateKey, 'sha384')],
    ['EdDSA', SIGNERS.ES256],
  ])('%s is not accepted, though the keys would serve', (alg, signer) => {
    expect(refusalOf(tokenOf({}, { alg }, signer))).toBe('its algorithm is not accepted');
  });

  it.each([
    ['RSA', RS256],
    ['EC', ES256],
  ])('HS256 with the public %s key as its secret is refused', (_, { key, algorithm }) => {
    const forms = [
      pem(key),
      pem(key).trimEnd(),
      `${pem(key)}\n`,
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(key.export({ format: 'jwk' })),
      '',
    ];
    for (const form of forms) {
      const token = tokenOf({}, {}, hmac(form));
      expect(refusalOf(token, verifierOf([{ key, algorithm }]))).toBe('its algorithm is not accepted');
      expect(refusalOf(token)).toBe('it does not verify');
      expect(refusalOf(tokenOf({}, { alg: algorithm }, hmac(form)))).toBe('it does not verify');
    }
  });

  it('of one key is not that of another: every signature under every other name is refused', () => {
    const names = ['HS256', 'RS256', 'ES256'] as const;
    for (const alg of names) {
      for (const other of names.filter((name) => name !== alg)) {
        expect(refusalOf(tokenOf({}, { alg }, SIGNERS[other]))).toBe('it does not verify');
      }
    }
  });

  it('is only what is configured', () => {
    const secretOnly = verifierOf([HS256]);
    expect(refusalOf(tokenOf({}, { alg: 'RS256' }, SIGNERS.RS256), secretOnly)).toBe(
      'its algorithm is not accepted',
    );
    expect(refusalOf(tokenOf({}, { alg: 'ES256' }, SIGNERS.ES256), secretOnly)).toBe(
      'its algorithm is not accepted',
    );
    expect(refusalOf(tokenOf({}), verifierOf([RS256]))).toBe('its algorithm is not accepted');
    expect(refusalOf(tokenOf({}), verifierOf([]))).toBe('its algorithm is not accepted');
  });
});

describe('the signature', () => {
  it('by another key is refused, whatever key the header brings along', () => {
    const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = strangers.publicKey.export({ format: 'jwk' });
    expect(refusalOf(tokenOf({}, { alg: 'ES256', jwk }, byKey(strangers.privateKey)))).toBe(
      'it does not verify',
    );
    expect(refusalOf(tokenOf({}, {}, hmac(`${SECRET}x`)))).toBe('it does not verify');
    expect(refusalOf(tokenOf({}, {}, hmac(SECRET, 'sha1')))).toBe('it does not verify');
    const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(refusalOf(tokenOf({}, { alg: 'RS256' }, byKey(otherRsa)))).toBe('it does not verify');
  });

  it('of ES256 is r and s, not DER and not zeros', () => {
    const header = { alg: 'ES256' };
    expect(refusalOf(tokenOf({}, header, byKey(ec.privateKey, 'sha256', 'der')))).toBe('it does not verify');
    expect(refusalOf(tokenOf({}, header, () => Buffer.alloc(64)))).toBe('it does not verify');
    expect(refusalOf(tokenOf({}, header, () => Buffer.alloc(0)))).toBe('it does not verify');
  });

  it.each(['HS256', 'RS256', 'ES256'] as const)(
    'of %s covers every character of header and payload',
    (alg) => {
      const token = tokenOf({}, { alg }, SIGNERS[alg]);
      const signed = alg === 'HS256' ? token.length : token.lastIndexOf('.');
      for (let index = 0; index < signed; index += 1) {
        const other = token[index] === 'A' ? 'B' : 'A';
        refusalOf(`${token.slice(0, index)}${other}${token.slice(index + 1)}`);
        refusalOf(`${token.slice(0, index)}${token.slice(index + 1)}`);
      }
    },
  );

  it('of another token, or cut off, is refused', () => {
    const [header, payload, signature] = tokenOf({}).split('.') as [string, string, string];
    const [, otherPayload] = tokenOf({ walletId: 'wallet-2' }).split('.') as [string, string];
    expect(refusalOf(`${header}.${otherPayload}.${signature}`)).toBe('it does not verify');
    expect(refusalOf(`${header}.${payload}.`)).toBe('it does not verify');
    expect(refusalOf(`${header}.${payload}`)).toBe('it does not verify');
    expect(refusalOf(`${header}.${payload}.${signature.slice(0, -1)}`)).toBe('it does not verify');
  });
});

describe('the header', () => {
  it.each([[['exp']], [[]], ['exp'], [null], [false], [{}]])('with crit %j asks for too much', (crit) => {
    expect(refusalOf(tokenOf({}, { crit }))).toBe('its header asks for an extension');
  });

  it.each([false, true, null])('with b64 %j asks for too much', (b64) => {
    expect(refusalOf(tokenOf({}, { b64 }))).toBe('its header asks for an extension');
    expect(refusalOf(tokenOf({}, { b64, crit: ['b64'] }))).toBe('its header asks for an extension');
  });

  it.each(['jwt', 'at+jwt', 'JWE', '', null, 1, ['JWT'], { JWT: 1 }])('with typ %j is not ours', (typ) => {
    expect(refusalOf(tokenOf({}, { typ }))).toBe('its typ is not JWT');
  });

  it.each(['', 'null', '1', '"HS256"', '[]', '{', 'alg: HS256', '\uFEFF{"alg":"HS256"}'])(
    'that is no object is refused: %j',
    (header) => {
      refusalOf(tokenOfTexts(header, `{"walletId":"wallet-1","exp":${NOW + 600}}`));
    },
  );
});

describe('the time', () => {
  it('it expires counts from its second on', () => {
    expect(walletOf(tokenOf({ exp: NOW + 1 }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ exp: NOW }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: NOW - 1 }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: 0 }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: -1 }))).toBe('it has expired');
  });

  it('it expires must be there', () => {
    expect(refusalOf(tokenOf({ exp: undefined }))).toBe('exp is missing or not a whole number');
    expect(refusalOf(tokenOf({ exp: undefined, iat: NOW }))).toBe('exp is missing or not a whole number');
  });

  it.each([
    `"${NOW + 600}"`,
    'null',
    'true',
    `[${NOW + 600}]`,
    '{}',
    `${NOW + 600}.5`,
    '1e400',
    '-1e400',
    '9007199254740993',
  ])('it expires is a whole number, not %s', (exp) => {
    refusalOf(tokenOfText(`"exp":${exp}`));
    refusalOf(tokenOfText(`"exp":${exp},"iat":${NOW}`));
  });

  it('it expires may not be in milliseconds', () => {
    expect(refusalOf(tokenOf({ exp: (NOW + 600) * 1000 }))).toBe('it lives too long');
    expect(refusalOf(tokenOf({ exp: (NOW + 600) * 1000, iat: NOW * 1000 }))).toBe('iat is in the future');
  });

  it('it starts may not be to come', () => {
    expect(walletOf(tokenOf({ nbf: NOW }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ nbf: NOW + 1 }))).toBe('it is not valid yet');
    expect(refusalOf(tokenOf({ nbf: NOW * 1000 }))).toBe('it is not valid yet');
    expect(refusalOf(tokenOfText(`"exp":${NOW + 600},"nbf":1e400`))).toBe('it is not valid yet');
    expect(refusalOf(tokenOf({ nbf: String(NOW) }))).toBe('it does not verify');
  });

  it('it was made may be 30 seconds ahead and no more', () => {
    expect(walletOf(tokenOf({ iat: NOW }))).toBe('wallet-1');
    expect(walletOf(tokenOf({ iat: NOW + 30 }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ iat: NOW + 31 }))).toBe('iat is in the future');
    expect(refusalOf(tokenOf({ iat: NOW * 1000 }))).toBe('iat is in the future');
  });

  it.each([`"${NOW}"`, 'null', 'true', `[${NOW}]`, '{}', `${NOW}.5`, '1e400', '-1e400'])(
    'it was made is a whole number, not %s',
    (iat) => {
      expect(refusalOf(tokenOfText(`"exp":${NOW + 600},"iat":${iat}`))).toBe('iat is not a whole number');
    },
  );

  it('it lives is bounded, from iat where there is one, else from now', () => {
    expect(walletOf(tokenOf({ exp: NOW + DAY }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ exp: NOW + DAY + 1 }))).toBe('it lives too long');
    expect(walletOf(tokenOf({ iat: NOW - 100, exp: NOW - 100 + DAY }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ iat: NOW - 100, exp: NOW - 99 + DAY }))).toBe('it lives too long');
    expect(walletOf(tokenOf({ iat: NOW + 30, exp: NOW + 30 + DAY }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ iat: 0, exp: NOW + 1 }))).toBe('it lives too long');
    expect(refusalOf(tokenOf({ iat: -Number.MAX_SAFE_INTEGER, exp: NOW + 1 }))).toBe('it lives too long');
  });

  it('it lives is as long as the setting says', () => {
    const short = verifierOf([HS256], { maxLifetimeSeconds: 60 });
    expect(walletOf(tokenOf({ exp: NOW + 60 }), short)).toBe('wallet-1');
    expect(refusalOf(tokenOf({ exp: NOW + 61 }), short)).toBe('it lives too long');
  });
});

describe('the payload', () => {
  it.each([
    'null',
    '[]',
    '["wallet-1"]',
    '1',
    'true',
    '"wallet-1"',
    '""',
    '',
    '{',
    'wallet-1',
    '{}',
    '{"jti":"0123456789abcde"}',
    '{"jti":"0123456789abcdefg"}',
    '{"jti":"0123456789abcde+"}',
    '{"jti": "0123456789abcdef"}',
    '{"jti":"0123456789abcdef","a":1}',
  ])('that is %s is refused', (payload) => {
    refusalOf(tokenOfTexts('{"alg":"HS256","typ":"JWT"}', payload));
    refusalOf(tokenOfTexts('{"alg":"HS256"}', payload));
  });

  it('of exactly a jti names a launch, under AUTH_TOKEN_SECRET alone and whatever issuer is asked of others', () => {
    const token = tokenOfTexts('{"alg":"HS256"}', '{"jti":"0123456789-bcd_f"}');
    expect(token).toHaveLength(100);
    expect(everyKey.verify(token)).toEqual({ launchId: '0123456789-bcd_f' });
    expect(verifierOf([HS256], { issuer: 'casino', audience: 'oas' }).verify(token)).toEqual({
      launchId: '0123456789-bcd_f',
    });
    const signed = tokenOfTexts('{"alg":"ES256"}', '{"jti":"0123456789-bcd_f"}', SIGNERS.ES256);
    expect(refusalOf(signed)).toBe('exp is missing or not a whole number');
    expect(refusalOf(tokenOfTexts('{"alg":"HS256"}', '{"jti":"0123456789-bcd_f"}', hmac('other')))).toBe(
      'it does not verify',
    );
    expect(refusalOf(token, verifierOf([RS256]))).toBe('its algorithm is not accepted');
  });

  it('that is a list with everything in it is refused', () => {
    const list = `[{"walletId":"wallet-1","exp":${NOW + 600}}]`;
    expect(refusalOf(tokenOfTexts('{"alg":"HS256"}', list))).toBe('no claims');
    expect(refusalOf(tokenOfTexts('{"alg":"HS256","typ":"JWT"}', list))).toBe('no claims');
  });
});

describe('issuer and audience', () => {
  const strict = verifierOf([HS256], { issuer: 'casino', audience: 'oas' });

  it('are checked when set', () => {
    expect(walletOf(tokenOf({ iss: 'casino', aud: 'oas' }), strict)).toBe('wallet-1');
    expect(walletOf(tokenOf({ iss: 'casino', aud: ['other', 'oas'] }), strict)).toBe('wallet-1');
  });

  it.each<[string, object]>([
    ['no issuer', { aud: 'oas' }],
    ['another issuer', { iss: 'Casino', aud: 'oas' }],
    ['a list of issuers', { iss: ['casino'], aud: 'oas' }],
    ['no audience', { iss: 'casino' }],
    ['another audience', { iss: 'casino', aud: 'oas2' }],
    ['other audiences', { iss: 'casino', aud: ['a', 'b'] }],
    ['no audience of many', { iss: 'casino', aud: [] }],
    ['an object', { iss: 'casino', aud: { oas: 'oas' } }],
  ])('set: %s is refused', (_, claims) => {
    expect(refusalOf(tokenOf(claims), strict)).toBe('it does not verify');
  });

  it('are each checked alone', () => {
    expect(refusalOf(tokenOf({ aud: 'oas' }), verifierOf([HS256], { issuer: 'casino' }))).toBe(
      'it does not verify',
    );
    expect(refusalOf(tokenOf({ iss: 'casino' }), verifierOf([HS256], { audience: 'oas' }))).toBe(
      'it does not verify',
    );
  });
});

describe('the form', () => {
  /** A good token of exactly so many characters. */
  const tokenOfLength = (length: number): string => {
    for (let pad = length - 300; ; pad += 1) {
      const token = tokenOf({ pad: 'x'.repeat(Math.floor((pad * 3) / 4)) });
      if (token.length >= length) return token;
    }
  };

  it('may be 4,096 characters long and not 4,097', () => {
    const [longest, longer] = [tokenOfLength(4_096), tokenOfLength(4_097)];
    expect([longest.length, longer.length]).toEqual([4_096, 4_097]);
    expect(walletOf(longest)).toBe('wallet-1');
    expect(refusalOf(longer)).toBe('longer than 4096 characters');
    expect(refusalOf(tokenOfLength(1_000_000))).toBe('longer than 4096 characters');
  });

  it.each([
    '',
    '.',
    '..',
    '...',
    'x',
    'x.y.z',
    'null',
    'Bearer',
    '{}',
    '0'.repeat(4_096),
    'é.é.é',
    '\0',
    'eyJ.eyJ.eyJ',
    '.'.repeat(4_000),
  ])('is a JWT and not %j', (token) => {
    refusalOf(token);
  });

  it('is base64url, nothing more: no padding, no plus, no spaces, no fourth part', () => {
    const token = tokenOf({});
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    expect(padded(signature)).not.toBe(signature);
    const plain = tokenOf({ pad: '???>>>~~~' });
    const standard = plain.replace(/-/g, '+').replace(/_/g, '/');
    expect(standard).not.toBe(plain);
    const others = [
      `${header}.${payload}.${padded(signature)}`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload}=.${signature}`,
      `${header}==.${payload}==.${signature}==`,
      standard,
      ` ${token}`,
      `${token} `,
      `${token}\n`,
      `${header}\n.${payload}.${signature}`,
      `${token}.`,
      `${token}.${signature}`,
      `.${token}`,
      `Bearer ${token}`,
      `"${token}"`,
    ];
    for (const other of others) refusalOf(other);
  });

  it('of the encoded JSON form or of an encrypted token is not ours', () => {
    refusalOf(JSON.stringify({ payload: 'x', signatures: [] }));
    refusalOf(
      'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9.tX_EFShS8iSeZrQ',
    );
  });
});

describe('a refusal', () => {
  it('says nothing of what the token holds', () => {
    const wrong = [
      tokenOf({ walletId: 'S3CR3T S3CR3T' }),
      tokenOf({ exp: 'S3CR3T' }),
      tokenOf({}, { alg: 'S3CR3T' }),
      tokenOf({}, { typ: 'S3CR3T' }),
      'S3CR3T.S3CR3T.S3CR3T',
      tokenOf({ iss: 'S3CR3T' }, {}, hmac('S3CR3T')),
    ];
    for (const token of wrong) expect(refusalOf(token)).not.toContain('S3CR3T');
    const strict = verifierOf([HS256], { issuer: 'S3CR3T', audience: 'S3CR3T' });
    expect(refusalOf(tokenOf({}), strict)).not.toContain('S3CR3T');
  });
});
