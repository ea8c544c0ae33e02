import { createSecretKey, randomBytes } from 'node:crypto';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';
import type { Reader, Transaction } from '../database/unit-of-work.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { LedgerKey } from './ledger-key.js';
import { LedgerKeyEntity } from './ledger-key.entity.js';

/** The first and only one so far: a seal names its key, so that there can be others. */
const ID = 1;
const KEY_BYTES = 32;

/**
 * The key of this ledger; null where it has none.
 * @throws UnsafeDatabaseError where SECRETS_KEY does not open it, and where it is not encrypted: who has the database alone could have
 * put it there, and have sealed with it what he likes
 */
export async function readLedgerKey(reader: Reader, secretBox: SecretBox): Promise<LedgerKey | null> {
  const row = await reader.findOneBy(LedgerKeyEntity, { id: ID });
  if (!row) return null;
  const secret = Buffer.from(openSealed(row, secretBox), 'base64');
  return new LedgerKey(row.id, row.createdAt, createSecretKey(secret));
}

/** Whether anything of this ledger has a seal. */
export async function isSealed(reader: Reader): Promise<boolean> {
  const rows = await reader.query<unknown[]>('SELECT id FROM wallets WHERE seal IS NOT NULL LIMIT 1');
  return rows.length > 0;
}

/** @throws UnsafeDatabaseError where there are seals, which another key could not follow on */
export async function refuseWhereSealed(reader: Reader): Promise<void> {
  if (!(await isSealed(reader))) return;
  throw new UnsafeDatabaseError(
    'The ledger is sealed and its key is not there: restore the row of ledger_keys.',
  );
}

/** Makes it. Fails where another process has just done so. */
export async function makeLedgerKey({ manager }: Transaction, secretBox: SecretBox): Promise<void> {
  const row = { id: ID, createdAt: new Date() };
  const secret = randomBytes(KEY_BYTES).toString('base64');
  await manager.insert(LedgerKeyEntity, { ...row, ...secretBox.seal(secret, ownerOf(row)) });
}

/**
 * Encrypts it under the SECRETS_KEY of now: the key itself stays, and so do the seals made with it. A schema that was taken back to one of
 * before has none.
 * @returns how many were under another one
 * @throws UnsafeDatabaseError as {@link readLedgerKey}, and where there is no SECRETS_KEY now
 */
export async function resealLedgerKeys(
  { manager, rowLock }: Transaction,
  secretBox: SecretBox,
): Promise<number> {
  if (!(await manager.queryRunner?.hasTable('ledger_keys'))) return 0;
  const rows = await manager.find(LedgerKeyEntity, { order: { id: 'ASC' }, ...rowLock });
  const outdated = rows.filter(({ keyId }) => keyId !== secretBox.currentKeyId);
  if (rows.length > 0 && secretBox.currentKeyId === null) {
    throw new UnsafeDatabaseError(
      'The ledger is sealed, and its key is never kept in the clear: set SECRETS_KEY.',
    );
  }
  for (const row of outdated) {
    const sealed = secretBox.seal(openSealed(row, secretBox), ownerOf(row));
    await manager.update(LedgerKeyEntity, { id: row.id }, sealed);
  }
  return outdated.length;
}

function openSealed(row: LedgerKeyEntity, secretBox: SecretBox): string {
  if (row.keyId === null) {
    throw new UnsafeDatabaseError(
      'The key of the ledger is not encrypted, so this server did not make it: restore the row of ledger_keys.',
    );
  }
  return secretBox.open(row, ownerOf(row));
}

/** It opens in its own row only, and with its own instant. Without a line break, which stands in the owner of every other secret. */
function ownerOf({ id, createdAt }: Pick<LedgerKeyEntity, 'id' | 'createdAt'>): string {
  return `ledger key ${id} of ${createdAt.toISOString()}`;
}
