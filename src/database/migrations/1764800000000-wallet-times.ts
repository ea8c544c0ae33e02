import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { instantColumn } from '../columns.js';

const TABLE = 'wallets';
const COLUMN = new TableColumn(instantColumn({ name: 'moved_at', isNullable: true }));

/** When each wallet's last movement was booked: the next one is later. */
export class WalletTimes1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn(TABLE, COLUMN.name))) await runner.addColumn(TABLE, COLUMN);
    await runner.query(
      `UPDATE ${TABLE} SET ${COLUMN.name} =
         (SELECT m.created_at FROM movements m WHERE m.wallet_id = ${TABLE}.id AND m.seq = ${TABLE}.seq)
       WHERE seq > 0`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn(TABLE, COLUMN);
  }
}
