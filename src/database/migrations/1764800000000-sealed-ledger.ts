import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import { createTable, dropTable } from './steps.js';

const SEAL_LENGTH = 64;
const WALLETS_PER_STEP = 1_000;

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
    await setMovedAt(runner);
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
    await dropTable(runner, 'ledger_keys');
    await dropColumn(runner, 'movements', 'seal');
    await dropColumn(runner, 'wallets', 'seal');
    await dropColumn(runner, 'wallets', 'moved_at');
  }
}

/** In steps, so that nobody waits for more than one of them. */
async function setMovedAt(runner: QueryRunner): Promise<void> {
  let after = '';
  for (;;) {
    const [step] = (await runner.query(
      `SELECT MAX(id) AS up_to FROM
         (SELECT id FROM wallets WHERE id > ? ORDER BY id LIMIT ${WALLETS_PER_STEP}) AS step`,
      [after],
    )) as { up_to: string | null }[];
    const upTo = step?.up_to ?? null;
    if (upTo === null) return;
    await runner.query(
      `UPDATE wallets SET moved_at =
         (SELECT m.created_at FROM movements m WHERE m.wallet_id = wallets.id AND m.seq = wallets.seq)
       WHERE id > ? AND id <= ? AND seq > 0 AND moved_at IS NULL`,
      [after, upTo],
    );
    after = upTo;
  }
}

/** Without a copy of the table, however long it is: both engines add a nullable column at its end at once. */
async function addColumn(runner: QueryRunner, table: string, definition: string): Promise<void> {
  const [name = ''] = definition.split(' ');
  if (!(await runner.hasColumn(table, name)))
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${definition}`);
}

async function dropColumn(runner: QueryRunner, table: string, name: string): Promise<void> {
  if (await runner.hasColumn(table, name)) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
}
