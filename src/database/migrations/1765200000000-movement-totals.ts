import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instantColumn, keyColumn } from '../columns.js';
import { createTable, dropTable } from './steps.js';

/** The totals of hours that are over. Servers fill them after the fact: what is not there yet is summed from the movements. */
export class MovementTotals1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      new Table({
        name: 'movement_hours',
        columns: [
          instantColumn({ name: 'hour', isPrimary: true }),
          { name: 'movements', type: 'integer' },
          instantColumn({ name: 'checked_at', isNullable: true }),
          instantColumn({ name: 'due_at' }),
        ],
      }),
    );
    await createTable(
      runner,
      new Table({
        name: 'movement_totals',
        columns: [
          instantColumn({ name: 'hour', isPrimary: true }),
          { name: 'ordinal', type: 'integer', isPrimary: true },
          keyColumn(runner, { name: 'parent_system_id', length: 128 }),
          keyColumn(runner, { name: 'game_id', length: 128, isNullable: true }),
          keyColumn(runner, { name: 'currency', length: 3 }),
          { name: 'decimals', type: 'tinyint' },
          keyColumn(runner, { name: 'kind', length: 14 }),
          { name: 'amount_high', type: 'bigint' },
          { name: 'amount_low', type: 'bigint' },
          { name: 'movements', type: 'integer' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'movement_totals');
    await dropTable(runner, 'movement_hours');
  }
}
