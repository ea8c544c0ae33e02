import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  DAY,
  ES256,
  everyKey,
  hmac,
  HS256,
  NOW,
  refusalOf,
  RS256,
  SIGNERS,
  tokenOf,
  tokenOfText,
  tokenOfTexts,
  verifierOf,
  walletOf,
} from '../../test/support/auth-tokens.js';

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

describe('the time', () => {
  it('it expires counts from its second on', () => {
    expect(walletOf(tokenOf({ exp: NOW + 1 }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ exp: NOW }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: NOW - 1 }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: 0 }))).toBe('it has expired');
    expect(refusalOf(tokenOf({ exp: -1 }))).toBe('it has expired');
  });

  it('it expires must be there', () => {
    expect(refusalOf(tokenOf({ exp: undefined }))).toBe('exp is missing or not a number');
    expect(refusalOf(tokenOf({ exp: undefined, iat: NOW }))).toBe('exp is missing or not a number');
  });

  it.each([
    `"${NOW + 600}"`,
    'null',
    'true',
    `[${NOW + 600}]`,
    '{}',
    '1e400',
    '-1e400',
    '1e300',
    '9007199254740993',
  ])('it expires is a number of seconds, not %s', (exp) => {
    refusalOf(tokenOfText(`"exp":${exp}`));
    refusalOf(tokenOfText(`"exp":${exp},"iat":${NOW}`));
  });

  it('it expires, it was made and it starts may have decimals, as RFC 7519 allows', () => {
    expect(walletOf(tokenOfText(`"exp":${NOW + 600}.5`))).toBe('wallet-1');
    expect(walletOf(tokenOfText(`"exp":${NOW + 600}.25,"iat":${NOW}.75,"nbf":${NOW}.125`))).toBe('wallet-1');
    expect(walletOf(tokenOfText(`"exp":${(NOW + 600) / 1e9}e9,"iat":${NOW}.0`))).toBe('wallet-1');
    // The clock stands at .999.
    expect(refusalOf(tokenOfText(`"exp":${NOW}.998`))).toBe('it has expired');
    expect(refusalOf(tokenOfText(`"exp":${NOW}.999`))).toBe('it has expired');
    expect(walletOf(tokenOfText(`"exp":${NOW}.9995`))).toBe('wallet-1');
    expect(refusalOf(tokenOfText(`"exp":${NOW + 600},"iat":${NOW + 30}.5`))).toBe('iat is in the future');
    expect(refusalOf(tokenOfText(`"exp":${NOW + 600},"nbf":${NOW + 30}.5`))).toBe('it is not valid yet');
  });

  it.each([0.1, 0.123456, 0.7, 0.999999])('it lives may be a day to the last, from .%d on', (fraction) => {
    const iat = NOW + fraction;
    expect(walletOf(tokenOf({ iat, exp: iat + DAY }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ iat, exp: iat + DAY + 0.01 }))).toBe('it lives too long');
  });

  it('it expires may not be in milliseconds', () => {
    expect(refusalOf(tokenOf({ exp: (NOW + 600) * 1000 }))).toBe('it lives too long');
    expect(refusalOf(tokenOf({ exp: (NOW + 600) * 1000, iat: NOW * 1000 }))).toBe('iat is in the future');
  });

  it('it starts may be 30 seconds ahead and no more', () => {
    expect(walletOf(tokenOf({ nbf: NOW }))).toBe('wallet-1');
    expect(walletOf(tokenOf({ nbf: NOW - DAY }))).toBe('wallet-1');
    expect(walletOf(tokenOf({ nbf: NOW + 30 }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ nbf: NOW + 31 }))).toBe('it is not valid yet');
    expect(refusalOf(tokenOf({ nbf: NOW * 1000 }))).toBe('it is not valid yet');
  });

  it('it was made may be 30 seconds ahead and no more', () => {
    expect(walletOf(tokenOf({ iat: NOW }))).toBe('wallet-1');
    expect(walletOf(tokenOf({ iat: NOW + 30 }))).toBe('wallet-1');
    expect(refusalOf(tokenOf({ iat: NOW + 31 }))).toBe('iat is in the future');
    expect(refusalOf(tokenOf({ iat: NOW * 1000 }))).toBe('iat is in the future');
  });

  it.each([`"${NOW}"`, 'null', 'true', `[${NOW}]`, '{}', '1e400', '-1e400'])(
    'it was made and it starts is a number of seconds, not %s',
    (seconds) => {
      for (const claim of ['iat', 'nbf']) {
        const token = tokenOfText(`"exp":${NOW + 600},"${claim}":${seconds}`);
        expect(refusalOf(token)).toBe(`${claim} is not a number`);
      }
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
    expect(refusalOf(signed)).toBe('exp is missing or not a number');
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
