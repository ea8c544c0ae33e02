import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import { createTable, dropTable } from './steps.js';

/** What the operator should look at. */
export class Incidents1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      new Table({
        name: 'incidents',
        columns: [
          keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
          keyColumn(runner, { name: 'kind', length: 24 }),
          keyColumn(runner, { name: 'parent_system_id', length: 128 }),
          keyColumn(runner, { name: 'external_reference', length: 128 }),
          keyColumn(runner, { name: 'movement_kind', length: 10 }),
          keyColumn(runner, { name: 'wallet_id', length: 128, isNullable: true }),
          keyColumn(runner, { name: 'session_id', length: 128, isNullable: true }),
          { name: 'amount_minor', type: 'bigint', isNullable: true },
          keyColumn(runner, { name: 'game_id', length: 128, isNullable: true }),
          keyColumn(runner, { name: 'target_reference', length: 128, isNullable: true }),
          keyColumn(runner, { name: 'answer', length: 32 }),
          instantColumn({ name: 'first_at' }),
          instantColumn({ name: 'last_at' }),
          { name: 'times', type: 'integer' },
          keyColumn(runner, { name: 'status', length: 8 }),
          instantColumn({ name: 'resolved_at', isNullable: true }),
          keyColumn(runner, { name: 'resolved_by', length: 36, isNullable: true }),
          textColumn(runner, { name: 'note', length: 1000, isNullable: true }),
          keyColumn(runner, { name: 'movement_id', length: 36, isNullable: true }),
        ],
        indices: [
          {
            name: 'uq_incidents_reference',
            columnNames: ['parent_system_id', 'external_reference', 'kind'],
            isUnique: true,
          },
          { name: 'ix_incidents_status', columnNames: ['status', 'id'] },
        ],
        checks: [{ name: 'ck_incidents_status', expression: `status IN ('OPEN', 'RESOLVED')` }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'incidents');
  }
}
