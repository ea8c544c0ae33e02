import { type MigrationInterface, type QueryRunner, Table, TableCheck, TableColumn } from 'typeorm';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import { addCheck, addColumns, createTable, dropCheck, dropColumns, dropTable } from './steps.js';

const BALANCE_CHECK = new TableCheck({
  name: 'ck_wallets_balance',
  expression: 'real_minor >= 0 AND bonus_minor >= 0',
});

/** The tables behind bets and wins: balances, what each reference stands for, what moved, and the games. */
export class Movements1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'wallets', [
      new TableColumn({ name: 'real_minor', type: 'bigint', default: 0 }),
      new TableColumn({ name: 'bonus_minor', type: 'bigint', default: 0 }),
      new TableColumn({ name: 'seq', type: 'integer', default: 0 }),
    ]);
    await addCheck(runner, 'wallets', BALANCE_CHECK);
    await createTable(runner, referenceBindings(runner));
    await createTable(runner, movements(runner));
    await createTable(
      runner,
      new Table({
        name: 'games',
        columns: [
          keyColumn(runner, { name: 'id', length: 128, isPrimary: true }),
          textColumn(runner, { name: 'name', length: 255 }),
          keyColumn(runner, { name: 'provider_code', length: 64 }),
          { name: 'enabled', type: 'boolean' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'games');
    await dropTable(runner, 'movements');
    await dropTable(runner, 'reference_bindings');
    await dropCheck(runner, 'wallets', BALANCE_CHECK);
    await dropColumns(runner, 'wallets', ['real_minor', 'bonus_minor', 'seq']);
  }
}

function referenceBindings(runner: QueryRunner): Table {
  return new Table({
    name: 'reference_bindings',
    columns: [
      keyColumn(runner, { name: 'parent_system_id', length: 128, isPrimary: true }),
      keyColumn(runner, { name: 'external_reference', length: 128, isPrimary: true }),
      { name: 'ordinal', type: 'tinyint', isPrimary: true },
      keyColumn(runner, { name: 'kind', length: 10 }),
      keyColumn(runner, { name: 'wallet_id', length: 128, isNullable: true }),
      keyColumn(runner, { name: 'session_id', length: 128, isNullable: true }),
      { name: 'amount_minor', type: 'bigint', isNullable: true },
      keyColumn(runner, { name: 'sub_wallet', length: 5, isNullable: true }),
      keyColumn(runner, { name: 'target_reference', length: 128, isNullable: true }),
      keyColumn(runner, { name: 'refusal', length: 32, isNullable: true }),
      keyColumn(runner, { name: 'command_id', length: 36 }),
      instantColumn({ name: 'created_at' }),
    ],
  });
}

function movements(runner: QueryRunner): Table {
  return new Table({
    name: 'movements',
    columns: [
      keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
      keyColumn(runner, { name: 'parent_system_id', length: 128 }),
      keyColumn(runner, { name: 'external_reference', length: 128 }),
      keyColumn(runner, { name: 'kind', length: 10 }),
      keyColumn(runner, { name: 'wallet_id', length: 128 }),
      keyColumn(runner, { name: 'session_id', length: 36, isNullable: true }),
      { name: 'seq', type: 'integer' },
      { name: 'amount_minor', type: 'bigint' },
      { name: 'real_delta_minor', type: 'bigint' },
      { name: 'bonus_delta_minor', type: 'bigint' },
      { name: 'real_after_minor', type: 'bigint' },
      { name: 'bonus_after_minor', type: 'bigint' },
      keyColumn(runner, { name: 'target_movement_id', length: 36, isNullable: true }),
      keyColumn(runner, { name: 'game_id', length: 128, isNullable: true }),
      textColumn(runner, { name: 'description', length: 1000, isNullable: true }),
      textColumn(runner, { name: 'tags', length: 8192, isNullable: true }),
      instantColumn({ name: 'created_at' }),
    ],
    indices: [
      {
        name: 'uq_movements_reference',
        columnNames: ['parent_system_id', 'external_reference'],
        isUnique: true,
      },
      { name: 'uq_movements_wallet_seq', columnNames: ['wallet_id', 'seq'], isUnique: true },
      { name: 'uq_movements_target', columnNames: ['target_movement_id'], isUnique: true },
    ],
    checks: [
      {
        name: 'ck_movements_kind',
        expression: `kind IN ('DEBIT', 'CREDIT', 'ROLLBACK', 'DEPOSIT', 'WITHDRAWAL')`,
      },
      {
        name: 'ck_movements_amounts',
        expression: 'amount_minor >= 0 AND real_after_minor >= 0 AND bonus_after_minor >= 0',
      },
    ],
  });
}
