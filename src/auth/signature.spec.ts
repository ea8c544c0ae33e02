import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isSignatureValid, signatureOf } from './signature.js';

const SECRET = 'Ax34deSfgdB';

/** Every vector that GPAS prints (protocol §2.2). */
const VECTORS = [
  ['walletId=2sdflsd', '8F0F3379F1C6CC24DF5A4DC2A937061102487C46'],
  ['id=3fa85f64-5717-4562-b3fc-2c963f66afa6', '097C11EEE445BB16C4FBC5197E1E4492BD47AB0F'],
  ['walletSessionId=3fa85f64-5717-4562-b3fc-2c963f66afa6', '52D7382EB6D253CECBD0414AE0CF5B673C9D2D0C'],
  [
    '{"externalReference":"agt-b7219c1d2d5e1bd40a508ef19a672d06","value":"100","description":"Debit game move for customer id 6df5sd made by gpas","typeCode":"GAME_DEBIT","tags":{"gpasSessionId":"gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636","gameid":"agt-13"}}',
    '963510BBB54BFB7916BF7D5937539A8AB5E3A633',
  ],
  [
    '{"externalReference":"agt-u1385e2f3q8x9cv274618ybd7h612p26","description":"Rollback game move for customer id 6df5sd made by gpas","tags":{"gpasSessionId":"gpas-bfd9516b-c51f-4bd5-ab83-8899100dc636","gameid":"agt-13"}}',
    '8A25D73497BA197F5E67C49E149814DFDFB2FB56',
  ],
] as const;

const [[TEXT, GOOD]] = VECTORS;

describe('the signature', () => {
  it.each(VECTORS)('of %s is the printed one, over text and over bytes', (text, signature) => {
    for (const form of [text, Buffer.from(text)]) {
      expect(signatureOf(form, SECRET)).toBe(signature);
      expect(isSignatureValid(form, SECRET, signature)).toBe(true);
    }
  });

  it('fails with any one bit changed', () => {
    const bytes = Buffer.from(GOOD, 'hex');
    for (let bit = 0; bit < 160; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isSignatureValid(TEXT, SECRET, changed.toString('hex').toUpperCase())).toBe(false);
    }
  });

  it.each([
    ['lower case', GOOD.toLowerCase()],
    ['one lower-case letter', GOOD.replace('F', 'f')],
    ['nothing', ''],
    ['one character less', GOOD.slice(0, -1)],
    ['one byte less', GOOD.slice(0, -2)],
    ['one character more', `${GOOD}0`],
    ['one byte more', `${GOOD}00`],
    ['no hex, where a hex decoder stops: the good start, then zz', `${GOOD.slice(0, 38)}ZZ`],
    ['no hex after all of it', `${GOOD}ZZ`],
    ['a space before', ` ${GOOD}`],
    ['a space after', `${GOOD} `],
    ['a line break after', `${GOOD}\n`],
    ['two headers in one', `${GOOD}, ${GOOD}`],
    ['full-width digits', GOOD.replace('8', '８')],
    ['base64', Buffer.from(GOOD, 'hex').toString('base64')],
    ['0x before', `0x${GOOD.slice(2)}`],
  ])('refuses %s and does not throw', (_, signature) => {
    expect(isSignatureValid(TEXT, SECRET, signature)).toBe(false);
  });

  it('refuses another secret, the secret in another case, and no secret', () => {
    for (const secret of ['Ax34deSfgdC', SECRET.toLowerCase(), '', `${SECRET} `]) {
      expect(isSignatureValid(TEXT, secret, GOOD)).toBe(false);
    }
  });

  it.each([
    'walletId=2sdf1sd',
    'walletid=2sdflsd',
    '?walletId=2sdflsd',
    'walletId=2sdflsd&',
    'walletId=%32sdflsd',
    '',
  ])('of another text (%s) is another one', (text) => {
    expect(isSignatureValid(text, SECRET, GOOD)).toBe(false);
  });

  it.each(['walletId=é', 'walletId=日本', 'walletId=😀', 'id=a%20b+c'])(
    'of the query %s covers the bytes that were sent, which Node hands over as latin1',
    (sent) => {
      const bytes = Buffer.from(sent, 'utf8');
      const expected = createHash('sha1')
        .update(Buffer.concat([bytes, Buffer.from(SECRET)]))
        .digest('hex')
        .toUpperCase();
      expect(signatureOf(bytes.toString('latin1'), SECRET)).toBe(expected);
      expect(isSignatureValid(bytes.toString('latin1'), SECRET, expected)).toBe(true);
      expect(isSignatureValid(bytes, SECRET, expected)).toBe(true);
    },
  );

  it('covers every byte of a body, text or not', () => {
    const body = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const expected = createHash('sha1').update(body).update(SECRET).digest('hex').toUpperCase();
    expect(signatureOf(body, SECRET)).toBe(expected);
  });

  it('takes a secret beyond ASCII as UTF-8', () => {
    const expected = createHash('sha1').update('id=1').update(Buffer.from('sécret–ñ', 'utf8')).digest('hex');
    expect(signatureOf('id=1', 'sécret–ñ')).toBe(expected.toUpperCase());
  });

  it('of an empty text is that of the secret alone', () => {
    expect(signatureOf('', SECRET)).toBe(createHash('sha1').update(SECRET).digest('hex').toUpperCase());
  });
});
