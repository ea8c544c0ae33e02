import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createIndices, dropIndices } from './steps.js';

const MOVEMENTS = [
  new TableIndex({
    name: 'ix_movements_day',
    columnNames: [
      'created_at',
      'kind',
      'game_id',
      'wallet_id',
      'amount_minor',
      'real_delta_minor',
      'bonus_delta_minor',
    ],
  }),
  new TableIndex({ name: 'ix_movements_session', columnNames: ['session_id', 'id'] }),
  new TableIndex({ name: 'ix_movements_game', columnNames: ['game_id', 'id'] }),
];
const SESSIONS_BY_STATUS = new TableIndex({ name: 'ix_sessions_status', columnNames: ['status', 'id'] });

/** What people and GPAS ask for: a day from one index alone, which grows at its end; a session, a game, a status. */
export class ReportsAndSearch1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createIndices(runner, 'movements', MOVEMENTS);
    await createIndices(runner, 'sessions', [SESSIONS_BY_STATUS]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, 'sessions', [SESSIONS_BY_STATUS]);
    await dropIndices(runner, 'movements', MOVEMENTS);
  }
}
