import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SharedReading } from '../database/shared-reading.js';
import { type Reader, UnitOfWork } from '../database/unit-of-work.js';
import { Draining } from '../http/draining.js';

/** Whether this instance should get calls. Anybody may ask, so the database is asked for all of them together. */
@Injectable()
export class HealthService {
  private readonly ofDatabase = new SharedReading(() => this.findObstacleOfDatabase());
  private readonly logger = new Logger('Health');
  private migrated = false;
  /** Its cause is in the log. */
  private isUnreadable = false;

  constructor(
    private readonly draining: Draining,
    private readonly unitOfWork: UnitOfWork,
    private readonly dataSource: DataSource,
  ) {}

  /** What keeps this instance from serving, or undefined; of the database, what did at most a second ago. */
  async findObstacle(): Promise<string | undefined> {
    const obstacle = this.draining.active ? undefined : await this.ofDatabase.recent();
    return this.draining.active ? 'This instance is shutting down' : obstacle;
  }

  private async findObstacleOfDatabase(): Promise<string | undefined> {
    try {
      await this.unitOfWork.readAhead(async (reader) => {
        if (this.migrated) await reader.query('SELECT 1');
        else this.migrated = await this.isMigrated(reader);
      });
    } catch (error) {
      // Anybody may ask, so the answer says little.
      if (!this.isUnreadable) this.logger.error(`not ready: ${(error as Error).message}`);
      this.isUnreadable = true;
      return 'The database cannot be read';
    }
    this.isUnreadable = false;
    return this.migrated ? undefined : 'The database lacks migrations: run npm run migration:run';
  }

  private async isMigrated(reader: Reader): Promise<boolean> {
    const done = await reader.query<{ name: string }[]>('SELECT name FROM migrations');
    const names = new Set(done.map(({ name }) => name));
    return this.dataSource.migrations.every((migration) =>
      names.has(migration.name ?? migration.constructor.name),
    );
  }
}
