import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { DEMO } from '../config/demo.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { UnsafeDatabaseError } from '../database/startup-checks.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { ParentSystem } from './parent-system.entity.js';

/** How long a change made by another instance may go unseen. */
const CACHE_LIFE_MS = 5_000;

interface Snapshot {
  readonly takenAt: number;
  readonly byId: Promise<ReadonlyMap<string, ParentSystem>>;
}

/**
 * Owns the parent systems (protocol §4): who may call, and with which secret. There are few of them, so all are kept
 * in memory for a short while: a flood of unknown ids costs no query and no memory.
 */
@Injectable()
export class ParentSystemsService implements OnApplicationBootstrap {
  private readonly logger = new Logger('ParentSystems');
  private snapshot: Snapshot | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** Registers the first parent system of the environment; a stored one counts more than the environment. */
  async onApplicationBootstrap(): Promise<void> {
    const { id, secretKey } = this.config.firstParentSystem;
    const stored = (await this.find(id)) ?? (await this.register(id, secretKey));
    if (stored.secretKey !== secretKey) {
      this.logger.warn(
        `Parent system ${id} is stored with another secret than GPAS_SECRET_KEY; the stored one counts`,
      );
    }
  }

  /** The parent system with this id, or undefined. */
  async find(id: string): Promise<ParentSystem | undefined> {
    if (!this.snapshot || performance.now() - this.snapshot.takenAt > CACHE_LIFE_MS) {
      const snapshot: Snapshot = { takenAt: performance.now(), byId: this.load() };
      this.snapshot = snapshot;
      snapshot.byId.catch(() => {
        if (this.snapshot === snapshot) this.snapshot = undefined; // the next call tries again
      });
    }
    return (await this.snapshot.byId).get(id);
  }

  private async load(): Promise<ReadonlyMap<string, ParentSystem>> {
    const all = await this.unitOfWork.read((reader) => reader.find(ParentSystem));
    // A public secret must not outlive the demo that stored it.
    const trusted = all.filter(({ secretKey }) => this.config.demo || secretKey !== DEMO.secretKey);
    return new Map(trusted.map((parentSystem) => [parentSystem.id, parentSystem]));
  }

  private async register(id: string, secretKey: string): Promise<ParentSystem> {
    const parentSystem: ParentSystem = { id, secretKey, createdAt: new Date() };
    try {
      await this.unitOfWork.write(({ manager }) => manager.insert(ParentSystem, parentSystem));
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error; // else another instance was faster
    }
    this.snapshot = undefined;
    const stored = await this.find(id);
    if (stored) return stored;
    throw new UnsafeDatabaseError(
      `Parent system ${id} is stored with the demo's secret, which everybody knows: delete its row of parent_systems`,
    );
  }
}
