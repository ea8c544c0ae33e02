import type { Transaction } from '../database/unit-of-work.js';
import { ParentSystemSecretEntity } from './parent-system.entity.js';
import type { SecretBox } from './secret-box.js';

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
