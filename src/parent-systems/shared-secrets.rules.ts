/** A secret in the clear, and whose it is or was. */
export interface OwnedSecret {
  readonly parentSystemId: string;
  readonly text: string;
}

/**
 * The secrets that several parent systems have or had, each with their ids. Nothing in a call says for whom it was
 * signed and nothing dates it (protocol §2.3), so what one of them captured, however long ago, would be good under the
 * others: an end of its grace, or a parent system that is disabled, makes a secret no less shared.
 */
export function sharedSecrets(secrets: readonly OwnedSecret[]): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, Set<string>>();
  for (const { text, parentSystemId } of secrets) {
    owners.set(text, (owners.get(text) ?? new Set()).add(parentSystemId));
  }
  return new Map([...owners].filter(([, ids]) => ids.size > 1).map(([text, ids]) => [text, [...ids]]));
}
