import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { keyColumn } from '../columns.js';
import { addColumns, dropColumns } from './steps.js';

const TABLE = 'operator_keys';
const COLUMN = 'parent_system_id';

/** An operator key of the role `audit` may be shown one parent system alone; those of before are shown all. */
export class BoundAuditKeys1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, TABLE, [
      new TableColumn(keyColumn(runner, { name: COLUMN, length: 128, isNullable: true })),
    ]);
  }

  /** Without the column a bound key would be shown everything: such keys are revoked. */
  async down(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn(TABLE, COLUMN))) return;
    await runner.query(
      `UPDATE ${TABLE} SET revoked_at = created_at WHERE ${COLUMN} IS NOT NULL AND revoked_at IS NULL`,
    );
    await dropColumns(runner, TABLE, [COLUMN]);
  }
}
