import { createSecretKey, randomBytes } from 'node:crypto';
import type { Reader, Transaction } from '../database/unit-of-work.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { LedgerKey } from './ledger-key.js';
import { LedgerKeyEntity } from './ledger-key.entity.js';

/** The first and only one so far: a seal names its key, so that there can be others. */
const ID = 1;
const KEY_BYTES = 32;

/**
 * The key of this ledger; null where it has none.
 * @throws UnsafeDatabaseError where SECRETS_KEY does not open it
 */
export async function readLedgerKey(reader: Reader, secretBox: SecretBox): Promise<LedgerKey | null> {
  const row = await reader.findOneBy(LedgerKeyEntity, { id: ID });
  if (!row) return null;
  const secret = Buffer.from(secretBox.open(row, ownerOf(row)), 'base64');
  return new LedgerKey(row.id, row.createdAt, createSecretKey(secret));
}

/** Whether there is one, whoever can open it. */
export async function hasLedgerKey(reader: Reader): Promise<boolean> {
  return (await reader.findOneBy(LedgerKeyEntity, { id: ID })) !== null;
}

/** Makes it. Fails where another process has just done so. */
export async function makeLedgerKey({ manager }: Transaction, secretBox: SecretBox): Promise<void> {
  const row = { id: ID, createdAt: new Date() };
  const secret = randomBytes(KEY_BYTES).toString('base64');
  await manager.insert(LedgerKeyEntity, { ...row, ...secretBox.seal(secret, ownerOf(row)) });
}

/**
 * Seals it under the SECRETS_KEY of now: the key itself stays, and so do the seals made with it. A schema that was taken back to one of
 * before has none.
 * @returns how many were under another one
 */
export async function resealLedgerKeys(
  { manager, rowLock }: Transaction,
  secretBox: SecretBox,
): Promise<number> {
  if (!(await manager.queryRunner?.hasTable('ledger_keys'))) return 0;
  const rows = await manager.find(LedgerKeyEntity, { order: { id: 'ASC' }, ...rowLock });
  const outdated = rows.filter(({ keyId }) => keyId !== secretBox.currentKeyId);
  for (const row of outdated) {
    const sealed = secretBox.seal(secretBox.open(row, ownerOf(row)), ownerOf(row));
    await manager.update(LedgerKeyEntity, { id: row.id }, sealed);
  }
  return outdated.length;
}

/** It opens in its own row only, and with its own instant. */
function ownerOf({ id, createdAt }: Pick<LedgerKeyEntity, 'id' | 'createdAt'>): string {
  return `ledger key\n${id}\n${createdAt.toISOString()}`;
}
