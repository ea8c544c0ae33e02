import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { keyColumn } from '../columns.js';
import { addColumns, dropColumns } from './steps.js';

const TABLE = 'incidents';

/** Incidents that are not of one movement: many failed signatures. */
export class SignatureFailures1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.changeColumn(TABLE, 'movement_kind', movementKind(runner, true));
    await addColumns(runner, TABLE, [
      new TableColumn(keyColumn(runner, { name: 'caller_address', length: 45, isNullable: true })),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM ${TABLE} WHERE movement_kind IS NULL`);
    await dropColumns(runner, TABLE, ['caller_address']);
    await runner.changeColumn(TABLE, 'movement_kind', movementKind(runner, false));
  }
}

function movementKind(runner: QueryRunner, isNullable: boolean): TableColumn {
  return new TableColumn(keyColumn(runner, { name: 'movement_kind', length: 10, isNullable }));
}
