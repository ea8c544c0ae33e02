import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Draining } from '../http/draining.js';

/** Whether this instance should get calls. */
@Injectable()
export class HealthService {
  private migrated = false;

  constructor(
    private readonly draining: Draining,
    private readonly unitOfWork: UnitOfWork,
    private readonly dataSource: DataSource,
  ) {}

  /** What keeps this instance from serving, or undefined. */
  async findObstacle(): Promise<string | undefined> {
    if (this.draining.active) return 'This instance is shutting down';
    try {
      this.migrated ||= await this.isMigrated();
      await this.unitOfWork.read((reader) => reader.query('SELECT 1'));
    } catch {
      return 'The database is not reachable';
    }
    return this.migrated ? undefined : 'The database lacks migrations: run npm run migration:run';
  }

  private async isMigrated(): Promise<boolean> {
    const done = await this.unitOfWork.read((reader) =>
      reader.query<{ name: string }[]>('SELECT name FROM migrations'),
    );
    const names = new Set(done.map(({ name }) => name));
    return this.dataSource.migrations.every((migration) =>
      names.has(migration.name ?? migration.constructor.name),
    );
  }
}
