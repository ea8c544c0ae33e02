import { Logger } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = ['before_change', 'after_change'];

/** The trail's text said no character set of its own: where the database's was latin1, a change with an emoji was refused. */
export class TextOfTheTrail1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'mysql') return;
    const others = (await runner.query(
      `SELECT column_name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = 'audit_entries' AND character_set_name <> 'utf8mb4'
         AND column_name IN ('${COLUMNS.join(`', '`)}')`,
    )) as unknown[];
    if (others.length === 0) return;
    new Logger('Database').warn('audit_entries is rewritten: changes in the back office wait meanwhile');
    const changes = COLUMNS.map((name) => `MODIFY ${name} text CHARACTER SET utf8mb4 NULL`);
    await runner.query(`ALTER TABLE audit_entries ${changes.join(', ')}`);
  }

  /** The version before reads and writes it as well. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
