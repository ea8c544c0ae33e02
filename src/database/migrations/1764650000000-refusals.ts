import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createIndices, dropIndices } from './steps.js';

const TABLE = 'reference_bindings';

/** What a wallet was refused, by reason and time: the entries of one reason stand in the order of their time. */
const REFUSAL = new TableIndex({
  name: 'ix_reference_bindings_refusal',
  columnNames: ['wallet_id', 'refusal', 'command_id'],
});

export class Refusals1764650000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndices(runner, TABLE, [REFUSAL]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, TABLE, [REFUSAL]);
  }
}
