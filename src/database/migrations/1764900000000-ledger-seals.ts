import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { createTable, instantColumn, keyColumn, textColumn } from '../columns.js';

const SEAL_LENGTH = 64;
/** Without a copy of the table, however long it is: both engines add a nullable column at its end at once. */
const ADD = `seal varchar(${SEAL_LENGTH})`;

/** The key of the ledger, the seal of each movement and that of each wallet's last one. */
export class LedgerSeals1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['movements', 'wallets']) {
      if (await runner.hasColumn(table, 'seal')) continue;
      const bytewise =
        runner.dataSource.options.type === 'mysql' ? ' CHARACTER SET ascii COLLATE ascii_bin' : '';
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${ADD}${bytewise} NULL`);
    }
    if (await runner.hasTable('ledger_keys')) return;
    await createTable(
      runner,
      new Table({
        name: 'ledger_keys',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true },
          textColumn(runner, { name: 'secret', length: 512 }),
          keyColumn(runner, { name: 'key_id', length: 16, isNullable: true }),
          instantColumn({ name: 'created_at' }),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ledger_keys');
    for (const table of ['wallets', 'movements']) await runner.query(`ALTER TABLE ${table} DROP COLUMN seal`);
  }
}
