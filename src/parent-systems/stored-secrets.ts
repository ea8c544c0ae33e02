import type { Transaction } from '../database/unit-of-work.js';
import { ParentSystemSecretEntity } from './parent-system.entity.js';
import type { SecretBox } from '../secrets/secret-box.js';

/**
 * Seals every stored secret under the SECRETS_KEY of now.
 * @returns how many were under another key, or under none
 * @throws UnsafeDatabaseError where one cannot be opened; then nothing is changed
 */
export async function resealSecrets(
  { manager, rowLock }: Transaction,
  secretBox: SecretBox,
): Promise<number> {
  const rows = await manager.find(ParentSystemSecretEntity, { order: { id: 'ASC' }, ...rowLock });
  const outdated = rows.filter(({ keyId }) => keyId !== secretBox.currentKeyId);
  for (const row of outdated) {
    await manager.update(
      ParentSystemSecretEntity,
      { id: row.id },
      secretBox.seal(secretBox.open(row, ownerOf(row)), ownerOf(row)),
    );
  }
  return outdated.length;
}

/** What a sealed secret is bound to: it opens in its own row and for its own parent system only. */
export function ownerOf({
  id,
  parentSystemId,
}: Pick<ParentSystemSecretEntity, 'id' | 'parentSystemId'>): string {
  return `${parentSystemId}\n${id}`;
}

/** A stored secret in the clear. */
export interface OpenSecret {
  readonly parentSystemId: string;
  readonly text: string;
  readonly validUntil: Date | null;
}

/** @throws UnsafeDatabaseError where one cannot be opened */
export function openSecrets(rows: readonly ParentSystemSecretEntity[], secretBox: SecretBox): OpenSecret[] {
  return rows.map((row) => ({
    parentSystemId: row.parentSystemId,
    text: secretBox.open(row, ownerOf(row)),
    validUntil: row.validUntil,
  }));
}

/** Whether it still signs. */
export function isUsable({ validUntil }: Pick<OpenSecret, 'validUntil'>, now: Date): boolean {
  return validUntil === null || validUntil > now;
}
