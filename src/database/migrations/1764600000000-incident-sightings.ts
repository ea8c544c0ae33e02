import { type MigrationInterface, type QueryRunner, Table, TableColumn } from 'typeorm';
import { instantColumn, keyColumn, textColumn } from '../columns.js';
import { addColumns, createTable, dropColumns, dropTable } from './steps.js';

const TABLE = 'incidents';

/** Each content that an incident came with, as it was sent; in which currency it is; and whether GPAS called it back. */
export class IncidentSightings1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, TABLE, columns(runner));
    // What was kept before is told in its currency too, and can be posted.
    for (const name of ['currency', 'decimals']) {
      await runner.query(
        `UPDATE ${TABLE} SET ${name} = (SELECT w.${name} FROM wallets w WHERE w.id = ${TABLE}.wallet_id)
         WHERE wallet_id IS NOT NULL AND ${name} IS NULL`,
      );
    }
    await createTable(
      runner,
      new Table({
        name: 'incident_sightings',
        columns: [
          keyColumn(runner, { name: 'id', length: 36, isPrimary: true }),
          keyColumn(runner, { name: 'incident_id', length: 36 }),
          keyColumn(runner, { name: 'content_hash', length: 64 }),
          keyColumn(runner, { name: 'wallet_id', length: 128, isNullable: true }),
          keyColumn(runner, { name: 'session_id', length: 128, isNullable: true }),
          { name: 'amount_minor', type: 'bigint', isNullable: true },
          keyColumn(runner, { name: 'caller_address', length: 45, isNullable: true }),
          keyColumn(runner, { name: 'answer', length: 32 }),
          textColumn(runner, { name: 'sent_query', length: 2048, isNullable: true }),
          textColumn(runner, { name: 'sent_body', length: 12288, isNullable: true }),
          instantColumn({ name: 'first_at' }),
          instantColumn({ name: 'last_at' }),
          { name: 'times', type: 'integer' },
        ],
        indices: [
          {
            name: 'uq_incident_sightings_content',
            columnNames: ['incident_id', 'content_hash'],
            isUnique: true,
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'incident_sightings');
    await dropColumns(
      runner,
      TABLE,
      columns(runner).map(({ name }) => name),
    );
  }
}

function columns(runner: QueryRunner): TableColumn[] {
  return [
    new TableColumn(keyColumn(runner, { name: 'currency', length: 3, isNullable: true })),
    new TableColumn({ name: 'decimals', type: 'tinyint', isNullable: true }),
    new TableColumn(instantColumn({ name: 'called_back_at', isNullable: true })),
  ];
}
