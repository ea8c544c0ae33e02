import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import { createTable, dropTable } from './steps.js';

/** The tables behind Sessions and Close: who calls, whose money, which sessions. */
export class ParentSystemsWalletsSessions1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      new Table({
        name: 'parent_systems',
        columns: [
          keyColumn(runner, { name: 'id', length: 128, isPrimary: true }),
          textColumn(runner, { name: 'secret_key', length: 255 }),
          instantColumn({ name: 'created_at' }),
        ],
      }),
    );
    await createTable(
      runner,
      new Table({
        name: 'wallets',
        columns: [
          keyColumn(runner, { name: 'id', length: 128, isPrimary: true }),
          keyColumn(runner, { name: 'player_id', length: 128 }),
          keyColumn(runner, { name: 'code', length: 8 }),
          keyColumn(runner, { name: 'currency', length: 3 }),
          { name: 'decimals', type: 'tinyint' },
          keyColumn(runner, { name: 'status', length: 8 }),
          instantColumn({ name: 'created_at' }),
        ],
        indices: [{ name: 'ix_wallets_player', columnNames: ['player_id'] }],
        checks: [
          { name: 'ck_wallets_code', expression: `code IN ('BINGO', 'CASINO', 'SPORT')` },
          { name: 'ck_wallets_status', expression: `status IN ('ACTIVE', 'BLOCKED')` },
        ],
      }),
    );
    await createTable(
      runner,
      new Table({
        name: 'sessions',
        columns: [
          keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
          keyColumn(runner, { name: 'parent_system_id', length: 128 }),
          keyColumn(runner, { name: 'wallet_id', length: 128 }),
          keyColumn(runner, { name: 'status', length: 8 }),
          instantColumn({ name: 'created_at' }),
          instantColumn({ name: 'closed_at', isNullable: true }),
          keyColumn(runner, { name: 'closed_by', length: 36, isNullable: true }),
        ],
        indices: [{ name: 'ix_sessions_wallet', columnNames: ['wallet_id', 'id'] }],
        checks: [{ name: 'ck_sessions_status', expression: `status IN ('OPEN', 'CLOSE')` }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'sessions');
    await dropTable(runner, 'wallets');
    await dropTable(runner, 'parent_systems');
  }
}
