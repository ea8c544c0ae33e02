import { randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../config/config.js';
import { DEMO } from '../demo/values.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';
import { type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import type { ParentSystem, ParentSystemStatus } from './parent-system.types.js';
import { ParentSystemsRegistry, SHORTEST_GRACE_MS } from './parent-systems.registry.js';
import { SecretBox } from './secret-box.js';
import { ownerOf } from './stored-secrets.js';

export interface NewParentSystem {
  readonly id: string;
  readonly name: string;
  /** Made where GPAS has not chosen one. */
  readonly secret?: string;
  readonly allowedAddresses: readonly string[] | null;
}

export interface ParentSystemChange {
  readonly name?: string;
  readonly status?: ParentSystemStatus;
  readonly allowedAddresses?: readonly string[] | null;
}

/** A new secret, told this once. */
export interface IssuedSecret {
  readonly secret: string;
  /** When the secret before it ends on every instance. */
  readonly previousValidUntil: Date;
}

/**
 * Owns the parent systems (protocol §4.1): which GPAS integrations there are, with which secrets, from which addresses.
 * Holds: one secret of each is in use without an end; a secret replaced works until its stated instant and not after;
 * secrets are stored as {@link SecretBox} seals them.
 */
@Injectable()
export class ParentSystemsService implements OnApplicationBootstrap {
  private readonly logger = new Logger('ParentSystems');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly registry: ParentSystemsRegistry,
    private readonly secretBox: SecretBox,
    private readonly config: Config,
  ) {}

  /** Registers the first parent system of the environment; a stored one counts more than the environment. */
  async onApplicationBootstrap(): Promise<void> {
    await this.checkSecrets();
    const { id, secretKey } = this.config.firstParentSystem;
    const stored = await this.unitOfWork.read((reader) => reader.findOneBy(ParentSystemEntity, { id }));
    if (!stored) await this.register(id, secretKey);
    const known = await this.registry.findAnew(id);
    if (known?.secrets.length === 0) {
      throw new UnsafeDatabaseError(
        `Parent system ${id} is stored with the demo's secret, which everybody knows: ` +
          'delete its rows of parent_systems and parent_system_secrets',
      );
    }
    if (known && !known.secrets.some(({ text }) => text === secretKey)) {
      this.logger.warn(
        `Parent system ${id} is stored with another secret than GPAS_SECRET_KEY; the stored one counts`,
      );
    }
  }

  /** @throws GpasError ALREADY_EXISTS; INVALID_REQUEST for the demo's secret */
  async create(
    transaction: Transaction,
    { id, name, secret = newSecret(), allowedAddresses }: NewParentSystem,
  ): Promise<{ parentSystem: ParentSystem; secret: string }> {
    this.refuseDemoSecret(secret);
    const createdAt = new Date();
    const parentSystem: ParentSystem = { id, name, status: 'ACTIVE', allowedAddresses, createdAt };
    try {
      await transaction.manager.insert(ParentSystemEntity, parentSystem);
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error;
      throw new GpasError('ALREADY_EXISTS', 'A parent system with this id already exists');
    }
    await this.store(transaction, id, secret, createdAt);
    return { parentSystem, secret };
  }

  /** @throws GpasError NOT_FOUND */
  async change(
    transaction: Transaction,
    id: string,
    { name, status, allowedAddresses }: ParentSystemChange,
  ): Promise<{ before: ParentSystem; after: ParentSystem }> {
    const before = await lock(transaction, id);
    const after = {
      ...before,
      name: name ?? before.name,
      status: status ?? before.status,
      allowedAddresses: allowedAddresses === undefined ? before.allowedAddresses : allowedAddresses,
    };
    await transaction.manager.update(ParentSystemEntity, { id }, after);
    return { before, after };
  }

  /**
   * Replaces the secret in use. The new one works at once on every instance; the old ones until
   * `previousValidUntil`, which is never sooner than other instances can know of it.
   * @throws GpasError NOT_FOUND; INVALID_REQUEST for the demo's secret
   */
  async rotateSecret(
    transaction: Transaction,
    id: string,
    { secret = newSecret(), graceSeconds }: { readonly secret?: string; readonly graceSeconds: number },
  ): Promise<IssuedSecret> {
    this.refuseDemoSecret(secret);
    await lock(transaction, id);
    const now = new Date();
    const previousValidUntil = new Date(now.getTime() + Math.max(graceSeconds * 1_000, SHORTEST_GRACE_MS));
    // A secret replaced earlier keeps its own, stated end, unless that is later than this one's.
    for (const validUntil of [IsNull(), MoreThan(previousValidUntil)]) {
      await transaction.manager.update(
        ParentSystemSecretEntity,
        { parentSystemId: id, validUntil },
        { validUntil: previousValidUntil },
      );
    }
    await this.store(transaction, id, secret, now);
    return { secret, previousValidUntil };
  }

  /** A page in the order of the ids. */
  list({ after, limit }: { readonly after?: string; readonly limit: number }): Promise<ParentSystem[]> {
    const where = after === undefined ? {} : { id: MoreThan(after) };
    return this.unitOfWork.read((reader) =>
      reader.find(ParentSystemEntity, { where, order: { id: 'ASC' }, take: limit }),
    );
  }

  private async checkSecrets(): Promise<void> {
    const rows = await this.unitOfWork.read((reader) => reader.find(ParentSystemSecretEntity));
    for (const row of rows) this.secretBox.open(row, ownerOf(row));
    if (rows.some(({ keyId }) => keyId !== this.secretBox.currentKeyId)) {
      this.logger.warn(
        'Secrets are stored under another key than SECRETS_KEY, or none: npm run secrets:encrypt',
      );
    }
  }

  private async register(id: string, secret: string): Promise<void> {
    try {
      await this.unitOfWork.write((transaction) =>
        this.create(transaction, { id, name: id, secret, allowedAddresses: null }),
      );
    } catch (error) {
      // Another instance may have been faster.
      if (!(error instanceof GpasError) || error.errorName !== 'ALREADY_EXISTS') throw error;
    }
  }

  private async store(
    { manager }: Transaction,
    parentSystemId: string,
    secret: string,
    createdAt: Date,
  ): Promise<void> {
    const id = uuidv7();
    const sealed = this.secretBox.seal(secret, ownerOf({ id, parentSystemId }));
    await manager.insert(ParentSystemSecretEntity, {
      id,
      parentSystemId,
      ...sealed,
      createdAt,
      validUntil: null,
    });
  }

  private refuseDemoSecret(secret: string): void {
    if (secret === DEMO.secretKey && !this.config.demo) {
      throw new GpasError('INVALID_REQUEST', "secret is the demo's, which everybody knows: choose another");
    }
  }
}

async function lock({ manager, rowLock }: Transaction, id: string): Promise<ParentSystem> {
  const parentSystem = await manager.findOne(ParentSystemEntity, { where: { id }, ...rowLock });
  if (!parentSystem) throw new GpasError('NOT_FOUND', 'There is no parent system with this id');
  return parentSystem;
}

/** 256 random bits. */
function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
