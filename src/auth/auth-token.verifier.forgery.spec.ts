import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  byKey,
  ec,
  ES256,
  hmac,
  HS256,
  NOW,
  refusalOf,
  RS256,
  rsa,
  SECRET,
  SIGNERS,
  tokenOf,
  tokenOfTexts,
  verifierOf,
  walletOf,
  type Signer,
} from '../../test/support/auth-tokens.js';

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW * 1000 + 999);
});
afterEach(() => {
  jest.restoreAllMocks();
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
