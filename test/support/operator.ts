import { query } from './databases.js';
import { type Answer, callOperator, send } from './gpas.js';

/** A back-office call with this key. */
export function callWithKey(
  url: string,
  key: string,
  method: string,
  target: string,
  body?: unknown,
): Promise<Answer> {
  return send(url, {
    method,
    target,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export interface MadeKey {
  readonly keyId: string;
  readonly name: string;
  readonly key: string;
}

/** Makes an operator key; fails the test where it was not. */
export async function makeKey(url: string, roles: readonly string[], name = 'a key'): Promise<MadeKey> {
  const answer = await callOperator(url, 'POST', '/operator/keys', { name, roles });
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as MadeKey;
}

/** Makes a wallet in euros without money; fails the test where it was not. */
export async function makeWallet(url: string, walletId: string, playerId = 'a-player'): Promise<void> {
  const answer = await callOperator(url, 'POST', '/operator/wallets', {
    walletId,
    playerId,
    currency: 'EUR',
  });
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
}

/** Every row of every table, as the database has it now. */
export async function contentOf(databaseUrl: string): Promise<Record<string, readonly object[]>> {
  const tables = await query<{ name: string }>(
    databaseUrl,
    databaseUrl.startsWith('mysql:')
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1'
      : "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1",
  );
  const content: Record<string, readonly object[]> = {};
  for (const { name } of tables) content[name] = await query(databaseUrl, `SELECT * FROM ${name}`);
  return content;
}

/** A line of the audit trail, as the database has it. */
export interface StoredLine {
  readonly id: string;
  readonly operator_key_id: string;
  readonly operator_key_name: string;
  readonly request_id: string | null;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly before_change: string | null;
  readonly after_change: string | null;
}

/** The whole audit trail, oldest first. */
export function auditLinesOf(databaseUrl: string): Promise<StoredLine[]> {
  return query<StoredLine>(databaseUrl, 'SELECT * FROM audit_entries ORDER BY id');
}
