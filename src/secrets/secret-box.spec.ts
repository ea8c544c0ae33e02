import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/config.js';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';
import { SecretBox, type SealedSecret } from './secret-box.js';

const [ONE, TWO, THREE] = ['ab'.repeat(32), 'cd'.repeat(32), '0f'.repeat(32)] as const;
const OWNER = '019a8e3c-5f1e-7c3a-9d52-3b1f0a6c7e42';
const TEXT = 'Ax34deSfgdB-a-signing-secret';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const boxWith = (current?: string, previous?: string): SecretBox =>
  new SecretBox(
    loadConfig({
      ...(current ? { SECRETS_KEY: current } : {}),
      ...(previous ? { SECRETS_KEY_PREVIOUS: previous } : {}),
    }),
  );

const bytesOf = ({ secret }: SealedSecret): Buffer => Buffer.from(secret, 'base64');
const withBytes = (sealed: SealedSecret, bytes: Buffer): SealedSecret => ({
  ...sealed,
  secret: bytes.toString('base64'),
});

const CHANGED = 'A stored secret was changed after it was encrypted: restore its row.';

/** What the box says instead of the text; the text where it opens. */
function attempt(box: SecretBox, sealed: SealedSecret, owner = OWNER): string {
  try {
    return `opened: ${box.open(sealed, owner)}`;
  } catch (error) {
    if (!(error instanceof UnsafeDatabaseError)) throw error;
    return error.message;
  }
}

describe('a sealed secret', () => {
  it.each([TEXT, '', 'x', '!~'.repeat(127), 'Ñandú 🌙', '\u0000', 'a'.repeat(255)])(
    'opens again: %j',
    (text) => {
      const box = boxWith(ONE);
      const sealed = box.seal(text, OWNER);
      expect(box.open(sealed, OWNER)).toBe(text);
      expect(boxWith(ONE).open(sealed, OWNER)).toBe(text); // after a restart
    },
  );

  it('is another each time, in IV, tag and ciphertext', () => {
    const box = boxWith(ONE);
    const seals = Array.from({ length: 200 }, () => bytesOf(box.seal(TEXT, OWNER)));
    for (const [from, to] of [
      [0, IV_BYTES],
      [IV_BYTES, IV_BYTES + TAG_BYTES],
      [IV_BYTES + TAG_BYTES, undefined],
    ]) {
      expect(new Set(seals.map((bytes) => bytes.subarray(from, to).toString('hex'))).size).toBe(200);
    }
  });

  it('contains the text in no form, nor the key, and fits its column', () => {
    const text = `${TEXT}${randomBytes(90).toString('base64url')}${'z'.repeat(107)}`;
    expect(text).toHaveLength(255);
    const sealed = boxWith(ONE).seal(text, OWNER);
    const bytes = bytesOf(sealed);
    const stored = [sealed.secret, sealed.keyId, bytes.toString('latin1'), bytes.toString('hex')].join('\n');
    const parts = Array.from({ length: text.length - 5 }, (_, index) => text.slice(index, index + 6));
    for (const part of parts) {
      for (const form of ['latin1', 'hex', 'base64'] as const) {
        expect(stored).not.toContain(Buffer.from(part).toString(form));
      }
    }
    expect(stored).not.toMatch(/(ab){8}/i);
    expect(sealed.secret.length).toBeLessThanOrEqual(2_048);
    expect(sealed.keyId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('opens under the key before, while that is set, and is sealed anew under the one of now', () => {
    const old = boxWith(ONE).seal(TEXT, OWNER);
    const both = boxWith(TWO, ONE);
    expect(both.open(old, OWNER)).toBe(TEXT);
    const renewed = both.seal(TEXT, OWNER);
    expect(renewed.keyId).toBe(both.currentKeyId);
    expect(renewed.keyId).not.toBe(old.keyId);
    expect(boxWith(TWO).open(renewed, OWNER)).toBe(TEXT);
    expect(attempt(boxWith(ONE), renewed)).not.toContain('opened');
  });

  it('opens under the same key written in capitals, and where both keys are one', () => {
    const sealed = boxWith(ONE).seal(TEXT, OWNER);
    expect(boxWith(ONE.toUpperCase()).open(sealed, OWNER)).toBe(TEXT);
    expect(boxWith(ONE, ONE).open(sealed, OWNER)).toBe(TEXT);
  });

  it('does not open under another key, and says which settings would mend it', () => {
    const sealed = boxWith(ONE).seal(TEXT, OWNER);
    for (const box of [boxWith(TWO), boxWith(TWO, THREE), boxWith(), boxWith(undefined, TWO)]) {
      const message = attempt(box, sealed);
      expect(message).toContain(
        `under the key ${sealed.keyId}, which is neither SECRETS_KEY nor SECRETS_KEY_PREVIOUS`,
      );
      expect(message).toContain('Set the key it was encrypted under as SECRETS_KEY_PREVIOUS');
      expect(message).toContain('npm run secrets:encrypt');
      expect(message).not.toContain(TEXT);
    }
  });

  it('does not open under another key that takes the id of the right one', () => {
    const sealed = boxWith(ONE).seal(TEXT, OWNER);
    const other = boxWith(TWO);
    expect(attempt(other, { ...sealed, keyId: other.currentKeyId })).toBe(CHANGED);
  });

  it('does not open with any one bit of IV, tag or ciphertext changed', () => {
    const box = boxWith(ONE);
    const sealed = box.seal(TEXT, OWNER);
    const { length } = bytesOf(sealed);
    expect(length).toBe(IV_BYTES + TAG_BYTES + Buffer.byteLength(TEXT));
    const opened: number[] = [];
    for (let bit = 0; bit < length * 8; bit += 1) {
      const bytes = bytesOf(sealed);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      if (attempt(box, withBytes(sealed, bytes)) !== CHANGED) opened.push(bit);
    }
    expect(opened).toEqual([]);
    expect(attempt(box, sealed)).toBe(`opened: ${TEXT}`);
  });

  it('does not open where it is shorter or longer, at either end', () => {
    const box = boxWith(ONE);
    for (const text of [TEXT, '']) {
      const sealed = box.seal(text, OWNER);
      const bytes = bytesOf(sealed);
      const others = [
        ...Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length)),
        ...Array.from({ length: bytes.length - 1 }, (_, start) => bytes.subarray(start + 1)),
        Buffer.concat([bytes, Buffer.from([0])]),
        Buffer.concat([Buffer.from([0]), bytes]),
        Buffer.concat([bytes, bytes]),
      ];
      expect(others.map((other) => attempt(box, withBytes(sealed, other)))).toEqual(
        others.map(() => CHANGED),
      );
    }
    const { keyId } = box.seal(TEXT, OWNER);
    for (const secret of ['', TEXT, '%%%', 'null']) expect(attempt(box, { secret, keyId })).toBe(CHANGED);
  });

  it('does not open with the tag or the ciphertext of another', () => {
    const box = boxWith(ONE);
    const one = box.seal(TEXT, OWNER);
    const [a, b] = [bytesOf(one), bytesOf(box.seal(TEXT, OWNER))];
    const end = IV_BYTES + TAG_BYTES;
    for (const mixed of [
      [b.subarray(0, IV_BYTES), a.subarray(IV_BYTES)],
      [a.subarray(0, IV_BYTES), b.subarray(IV_BYTES, end), a.subarray(end)],
      [a.subarray(0, end), b.subarray(end)],
    ]) {
      expect(attempt(box, withBytes(one, Buffer.concat(mixed)))).toBe(CHANGED);
    }
  });

  it('does not open for another owner', () => {
    const box = boxWith(ONE);
    const sealed = box.seal(TEXT, OWNER);
    for (const owner of [
      '',
      OWNER.toUpperCase(),
      OWNER.slice(0, -1),
      `${OWNER} `,
      OWNER.replace(/2$/, '3'),
    ]) {
      expect(attempt(box, sealed, owner)).toBe(CHANGED);
    }
  });
});

describe('without SECRETS_KEY', () => {
  it('a secret is the text itself under no key, and every box reads it', () => {
    for (const box of [boxWith(), boxWith(undefined, ONE)]) {
      expect(box.currentKeyId).toBeNull();
      expect(box.seal(TEXT, OWNER)).toEqual({ secret: TEXT, keyId: null });
    }
    for (const box of [boxWith(), boxWith(ONE), boxWith(TWO, ONE)]) {
      expect(box.open({ secret: TEXT, keyId: null }, OWNER)).toBe(TEXT);
    }
  });

  it('SECRETS_KEY_PREVIOUS alone still opens, which is how secrets are decrypted for good', () => {
    expect(boxWith(undefined, ONE).open(boxWith(ONE).seal(TEXT, OWNER), OWNER)).toBe(TEXT);
  });
});

describe('the id of a key', () => {
  it('is the same after a restart, another for each key, and no part of the key', () => {
    const keys = Array.from({ length: 50 }, () => randomBytes(32).toString('hex'));
    const ids = keys.map((key) => boxWith(key).currentKeyId ?? '');
    expect(keys.map((key) => boxWith(key).currentKeyId)).toEqual(ids);
    expect(new Set(ids).size).toBe(50);
    keys.forEach((key, index) => expect(key).not.toContain(ids[index]));
  });
});
