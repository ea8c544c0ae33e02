import { query } from './databases.js';
import { type Answer, callOperator } from './gpas.js';

/** A key that secrets are encrypted under. */
/** With it the ledger is sealed, as in production; a test that wants none sets an empty one. */
export const SECRETS_KEY = 'ab'.repeat(32);

export interface ShownSystem {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly allowedAddresses: readonly string[] | null;
  readonly created: string;
  readonly secret: string;
}

export interface SecretRow {
  readonly id: string;
  readonly parent_system_id: string;
  readonly secret: string;
  readonly key_id: string | null;
  readonly valid_until: string | null;
}

let systems = 0;
export const newSystemId = (): string => `PS-${++systems}`;

export function createParentSystem(url: string, body: object): Promise<Answer> {
  return callOperator(url, 'POST', '/operator/parent-systems', body);
}

export function changeParentSystem(url: string, id: string, body: object): Promise<Answer> {
  return callOperator(url, 'PATCH', `/operator/parent-systems/${id}`, body);
}

export function rotateSecret(url: string, id: string, body: object): Promise<Answer> {
  return callOperator(url, 'POST', `/operator/parent-systems/${id}/secrets`, body);
}

/** Registers a parent system of a new id; fails the test where it was not. */
export async function registerParentSystem(url: string, body: object = {}): Promise<ShownSystem> {
  const answer = await createParentSystem(url, { id: newSystemId(), name: 'GPAS, Uruguay', ...body });
  if (answer.status !== 201) throw new Error(`expected 201, got ${answer.status} ${answer.text}`);
  return answer.body as ShownSystem;
}

/** Options of a call that this parent system signs. */
export function signedBy({ id, secret }: ShownSystem): { parentSystemId: string; secretKey: string } {
  return { parentSystemId: id, secretKey: secret };
}

/** The stored secrets of a parent system, from outside the application. */
export function secretsOf(databaseUrl: string, id: string): Promise<SecretRow[]> {
  return query<SecretRow>(databaseUrl, 'SELECT * FROM parent_system_secrets WHERE parent_system_id = ?', [
    id,
  ]);
}
