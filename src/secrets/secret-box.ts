import { createCipheriv, createDecipheriv, createHash, type KeyObject, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A secret as it is stored. */
export interface SealedSecret {
  /** base64 of IV, tag and ciphertext; the text itself where `keyId` is null. */
  readonly secret: string;
  /** Which SECRETS_KEY opens it; null where none was set, which production does not allow. */
  readonly keyId: string | null;
}

/**
 * Encrypts secrets at rest with AES-256-GCM under SECRETS_KEY, and reads those under SECRETS_KEY_PREVIOUS too. Each
 * is bound to its owner: moved to another row it does not open.
 */
@Injectable()
export class SecretBox {
  private readonly keys: ReadonlyMap<string, KeyObject>;
  /** Of the key that seals; null where there is none. */
  readonly currentKeyId: string | null;

  constructor({ secretsKeys: { current, previous } }: Config) {
    const keys = [current, previous].filter((key) => key !== undefined);
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
    this.currentKeyId = current ? keyIdOf(current) : null;
  }

  /** @param owner what the secret is bound to; must be given to {@link open} again */
  seal(text: string, owner: string): SealedSecret {
    const key = this.currentKeyId === null ? undefined : this.keys.get(this.currentKeyId);
    if (!key) return { secret: text, keyId: null };
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(owner, 'utf8'));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const secret = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64');
    return { secret, keyId: this.currentKeyId };
  }

  /** @throws UnsafeDatabaseError where neither key opens it, or it is not as it was sealed */
  open({ secret, keyId }: SealedSecret, owner: string): string {
    if (keyId === null) return secret;
    const key = this.keys.get(keyId);
    if (!key) {
      throw new UnsafeDatabaseError(
        `A stored secret is encrypted under the key ${keyId}, which is neither SECRETS_KEY nor SECRETS_KEY_PREVIOUS. ` +
          'Set the key it was encrypted under as SECRETS_KEY_PREVIOUS and run npm run secrets:encrypt.',
      );
    }
    const bytes = Buffer.from(secret, 'base64');
    try {
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(owner, 'utf8'))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return (
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      throw new UnsafeDatabaseError('A stored secret was changed after it was encrypted: restore its row.');
    }
  }
}

/** Tells keys apart and gives nothing of them away. */
function keyIdOf(key: KeyObject): string {
  return createHash('sha256').update('gpas-oas secrets key').update(key.export()).digest('hex').slice(0, 16);
}
