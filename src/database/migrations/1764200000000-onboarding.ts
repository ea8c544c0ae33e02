import {
  type MigrationInterface,
  type QueryRunner,
  Table,
  TableCheck,
  TableColumn,
  TableIndex,
} from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import {
  addCheck,
  addColumns,
  createIndices,
  createTable,
  dropCheck,
  dropColumns,
  dropIndices,
  dropTable,
} from './steps.js';

const STATUS_CHECK = new TableCheck({
  name: 'ck_parent_systems_status',
  expression: `status IN ('ACTIVE', 'DISABLED')`,
});

const OF_PLAYER_BEFORE = new TableIndex({ name: 'ix_wallets_player', columnNames: ['player_id'] });
const OF_PLAYER = new TableIndex({ name: 'ix_wallets_player', columnNames: ['player_id', 'id'] });
const OF_STATUS = new TableIndex({ name: 'ix_wallets_status', columnNames: ['status', 'id'] });

/**
 * The tables behind onboarding: several secrets of a parent system, operator keys, launches and the audit trail. The
 * one secret that a parent system had moves to the table of secrets, as it is; `npm run secrets:encrypt` encrypts it.
 */
export class Onboarding1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'parent_systems', [
      new TableColumn(textColumn(runner, { name: 'name', length: 255, default: `''` })),
      new TableColumn(keyColumn(runner, { name: 'status', length: 8, default: `'ACTIVE'` })),
      new TableColumn(textColumn(runner, { name: 'allowed_addresses', length: 8192, isNullable: true })),
    ]);
    await addCheck(runner, 'parent_systems', STATUS_CHECK);
    await createTable(runner, parentSystemSecrets(runner));
    if (await runner.hasColumn('parent_systems', 'secret_key')) await moveSecretsOut(runner);
    await dropColumns(runner, 'parent_systems', ['secret_key']);

    await createTable(runner, operatorKeys(runner));
    await createTable(runner, launches(runner));
    await createTable(runner, auditEntries(runner));
    await dropIndices(runner, 'wallets', [OF_PLAYER_BEFORE]);
    await createIndices(runner, 'wallets', [OF_PLAYER, OF_STATUS]);
  }

  async down(runner: QueryRunner): Promise<void> {
    const hasSecrets = await runner.hasTable('parent_system_secrets');
    if (hasSecrets) await refuseEncryptedSecrets(runner); // first: MySQL cannot take back a table that is dropped
    await dropIndices(runner, 'wallets', [OF_STATUS, OF_PLAYER]);
    await createIndices(runner, 'wallets', [OF_PLAYER_BEFORE]);
    for (const table of ['audit_entries', 'launches', 'operator_keys']) await dropTable(runner, table);
    if (hasSecrets) await moveSecretsBack(runner);
    await dropTable(runner, 'parent_system_secrets');
    await dropCheck(runner, 'parent_systems', STATUS_CHECK);
    await dropColumns(runner, 'parent_systems', ['name', 'status', 'allowed_addresses']);
  }
}

async function moveSecretsOut(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(
    `SELECT id, secret_key, created_at FROM parent_systems p
     WHERE NOT EXISTS (SELECT 1 FROM parent_system_secrets s WHERE s.parent_system_id = p.id)`,
  )) as {
    id: string;
    secret_key: string;
    created_at: unknown;
  }[];
  for (const { id, secret_key: secret, created_at: createdAt } of rows) {
    await runner.query(
      'INSERT INTO parent_system_secrets (id, parent_system_id, secret, created_at) VALUES (?, ?, ?, ?)',
      [uuidv7(), id, secret, createdAt],
    );
  }
}

/** The version before knows no encryption. */
async function refuseEncryptedSecrets(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(
    'SELECT id FROM parent_system_secrets WHERE key_id IS NOT NULL',
  )) as unknown[];
  if (rows.length === 0) return;
  throw new Error(
    'The secrets of parent systems are encrypted and the version before could not read them: ' +
      'run npm run secrets:encrypt without SECRETS_KEY and with SECRETS_KEY_PREVIOUS first, which decrypts them.',
  );
}

/** The version before knows one secret, the one in use. */
async function moveSecretsBack(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(
    'SELECT parent_system_id, secret FROM parent_system_secrets WHERE valid_until IS NULL',
  )) as { parent_system_id: string; secret: string }[];
  await addColumns(runner, 'parent_systems', [
    new TableColumn(textColumn(runner, { name: 'secret_key', length: 255, default: `''` })),
  ]);
  for (const { parent_system_id: id, secret } of rows) {
    await runner.query('UPDATE parent_systems SET secret_key = ? WHERE id = ?', [secret, id]);
  }
}

function parentSystemSecrets(runner: QueryRunner): Table {
  return new Table({
    name: 'parent_system_secrets',
    columns: [
      keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
      keyColumn(runner, { name: 'parent_system_id', length: 128 }),
      textColumn(runner, { name: 'secret', length: 2048 }),
      keyColumn(runner, { name: 'key_id', length: 16, isNullable: true }),
      instantColumn({ name: 'created_at' }),
      instantColumn({ name: 'valid_until', isNullable: true }),
    ],
    indices: [{ name: 'ix_parent_system_secrets_parent', columnNames: ['parent_system_id', 'id'] }],
  });
}

function operatorKeys(runner: QueryRunner): Table {
  return new Table({
    name: 'operator_keys',
    columns: [
      keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
      textColumn(runner, { name: 'name', length: 100 }),
      keyColumn(runner, { name: 'roles', length: 32 }),
      keyColumn(runner, { name: 'key_hash', length: 64 }),
      instantColumn({ name: 'created_at' }),
      instantColumn({ name: 'revoked_at', isNullable: true }),
    ],
    indices: [{ name: 'uq_operator_keys_hash', columnNames: ['key_hash'], isUnique: true }],
  });
}

function launches(runner: QueryRunner): Table {
  return new Table({
    name: 'launches',
    columns: [
      keyColumn(runner, { name: 'id', length: 16, isPrimary: true }),
      keyColumn(runner, { name: 'wallet_id', length: 128 }),
      keyColumn(runner, { name: 'game_id', length: 128 }),
      instantColumn({ name: 'created_at' }),
      instantColumn({ name: 'expires_at' }),
      instantColumn({ name: 'revoked_at', isNullable: true }),
    ],
  });
}

function auditEntries(runner: QueryRunner): Table {
  return new Table({
    name: 'audit_entries',
    columns: [
      keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
      instantColumn({ name: 'at' }),
      keyColumn(runner, { name: 'operator_key_id', length: 36 }),
      textColumn(runner, { name: 'operator_key_name', length: 100 }),
      keyColumn(runner, { name: 'request_id', length: 36, isNullable: true }),
      keyColumn(runner, { name: 'action', length: 40 }),
      keyColumn(runner, { name: 'subject_type', length: 20 }),
      keyColumn(runner, { name: 'subject_id', length: 128 }),
      { name: 'before_change', type: 'text', isNullable: true },
      { name: 'after_change', type: 'text', isNullable: true },
    ],
    indices: [
      { name: 'ix_audit_entries_subject', columnNames: ['subject_type', 'subject_id', 'id'] },
      { name: 'ix_audit_entries_key', columnNames: ['operator_key_id', 'id'] },
    ],
  });
}
