import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { createTable, instantColumn, keyColumn, textColumn } from '../columns.js';

const SEAL_LENGTH = 64;

/**
 * The key of the ledger, the seal of each movement and that of each wallet's last one; and when that was booked, because the next
 * one is later.
 */
export class SealedLedger1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const isMysql = runner.dataSource.options.type === 'mysql';
    const seal = `seal varchar(${SEAL_LENGTH})${isMysql ? ' CHARACTER SET ascii COLLATE ascii_bin' : ''} NULL`;
    await addColumn(runner, 'wallets', 'moved_at datetime(3) NULL');
    await addColumn(runner, 'wallets', seal);
    await addColumn(runner, 'movements', seal);
    await runner.query(
      `UPDATE wallets SET moved_at =
         (SELECT m.created_at FROM movements m WHERE m.wallet_id = wallets.id AND m.seq = wallets.seq)
       WHERE seq > 0`,
    );
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
    await runner.query('ALTER TABLE movements DROP COLUMN seal');
    await runner.query('ALTER TABLE wallets DROP COLUMN seal');
    await runner.query('ALTER TABLE wallets DROP COLUMN moved_at');
  }
}

/** Without a copy of the table, however long it is: both engines add a nullable column at its end at once. */
async function addColumn(runner: QueryRunner, table: string, definition: string): Promise<void> {
  const [name = ''] = definition.split(' ');
  if (!(await runner.hasColumn(table, name)))
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${definition}`);
}
