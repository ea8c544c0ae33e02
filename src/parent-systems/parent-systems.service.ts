import { randomBytes } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { newId } from '../database/id.js';
import { Config } from '../config/config.js';
import { DEMO } from '../demo/values.js';
import { classifyDatabaseError } from '../database/database-errors.js';
import { UnsafeDatabaseError } from '../database/connection/startup-checks.js';
import { type Reader, type Transaction, UnitOfWork } from '../database/unit-of-work.js';
import { GpasError } from '../errors/gpas-error.js';
import { ParentSystemEntity, ParentSystemSecretEntity } from './parent-system.entity.js';
import type { ParentSystem, ParentSystemStatus } from './parent-system.types.js';
import { ParentSystemsRegistry, SHORTEST_GRACE_MS } from './parent-systems.registry.js';
import { SecretBox } from '../secrets/secret-box.js';
import { sharedSecrets } from './shared-secrets.rules.js';
import { isUsable, openSecrets, type OpenSecret, ownerOf } from './stored-secrets.js';

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
 * a secret is one parent system's and no other's, for ever; secrets are stored as {@link SecretBox} seals them, so whose
 * one is cannot be left to an index: whoever gives one out takes a turn ({@link takeTurn}) and compares.
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
    if (!stored) await this.registerFirst(id, secretKey);
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

  /** @throws GpasError ALREADY_EXISTS, also for a secret of another's; INVALID_REQUEST for the demo's secret */
  async create(
    transaction: Transaction,
    { id, name, secret = newSecret(), allowedAddresses }: NewParentSystem,
  ): Promise<{ parentSystem: ParentSystem; secret: string }> {
    this.refuseDemoSecret(secret);
    await takeTurn(transaction);
    const createdAt = new Date();
    const parentSystem: ParentSystem = { id, name, status: 'ACTIVE', allowedAddresses, createdAt };
    try {
      await transaction.manager.insert(ParentSystemEntity, parentSystem);
    } catch (error) {
      if (classifyDatabaseError(error) !== 'duplicate') throw error;
      throw new GpasError('ALREADY_EXISTS', 'A parent system with this id already exists');
    }
    // Where there was none before, nobody had a turn: now there is one whose row others meet.
    await takeTurn(transaction);
    await this.refuseAnothers(transaction, id, secret);
    await this.store(transaction, id, secret, createdAt);
    return { parentSystem, secret };
  }

  /** @throws GpasError NOT_FOUND; ALREADY_EXISTS where it is enabled with a secret of another's */
  async change(
    transaction: Transaction,
    id: string,
    { name, status, allowedAddresses }: ParentSystemChange,
  ): Promise<{ before: ParentSystem; after: ParentSystem }> {
    if (status === 'ACTIVE') await takeTurn(transaction);
    const before = await lock(transaction, id);
    if (status === 'ACTIVE') await this.refuseShared(transaction, id);
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
   * @throws GpasError NOT_FOUND; ALREADY_EXISTS for a secret of another's; INVALID_REQUEST for the demo's, and for the one
   * in use
   */
  async rotateSecret(
    transaction: Transaction,
    id: string,
    { secret = newSecret(), graceSeconds }: { readonly secret?: string; readonly graceSeconds: number },
  ): Promise<IssuedSecret> {
    this.refuseDemoSecret(secret);
    await takeTurn(transaction);
    await lock(transaction, id);
    await this.refuseAnothers(transaction, id, secret);
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

  /** What stands in the database: each secret opens, and none that could be signed with is another's. */
  private async checkSecrets(): Promise<void> {
    const { active, rows } = await this.unitOfWork.read(async (reader) => ({
      active: await reader.find(ParentSystemEntity, { where: { status: 'ACTIVE' }, order: { id: 'ASC' } }),
      rows: await reader.find(ParentSystemSecretEntity),
    }));
    const secrets = openSecrets(rows, this.secretBox);
    const shared = sharedSecrets(secrets);
    const now = new Date();
    const used = secrets.filter((each) => isUsable(each, now) && shared.has(each.text));
    const ids = used.map(({ parentSystemId }) => parentSystemId);
    const [taking] = active.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
    if (taking !== undefined) {
      const text = used.find(({ parentSystemId }) => parentSystemId === taking)?.text ?? '';
      throw new UnsafeDatabaseError(whatIsShared(shared.get(text) ?? []));
    }
    if (rows.some(({ keyId }) => keyId !== this.secretBox.currentKeyId)) {
      this.logger.warn(
        'Secrets are stored under another key than SECRETS_KEY, or none: npm run secrets:encrypt',
      );
    }
  }

  private async registerFirst(id: string, secret: string): Promise<void> {
    try {
      await this.unitOfWork.change((transaction) =>
        this.create(transaction, { id, name: id, secret, allowedAddresses: null }),
      );
    } catch (error) {
      if (!(error instanceof GpasError) || error.errorName !== 'ALREADY_EXISTS') throw error;
      // Another instance may have been faster.
      if (await this.unitOfWork.read((reader) => reader.findOneBy(ParentSystemEntity, { id }))) return;
      throw new UnsafeDatabaseError(
        `GPAS_SECRET_KEY is, or was, the secret of another parent system than ${id}, and each needs its own: a captured ` +
          'win would be paid under each. Set the secret that GPAS chose for this one, or the GPAS_PARENT_SYSTEM_ID that it is of.',
      );
    }
  }

  private async store(
    { manager }: Transaction,
    parentSystemId: string,
    secret: string,
    createdAt: Date,
  ): Promise<void> {
    const id = newId(createdAt);
    const sealed = this.secretBox.seal(secret, ownerOf({ id, parentSystemId }));
    await manager.insert(ParentSystemSecretEntity, {
      id,
      parentSystemId,
      ...sealed,
      createdAt,
      validUntil: null,
    });
  }

  /** In a turn. The one in use is refused too: nothing would change, and the answer would say that it ends. */
  private async refuseAnothers({ manager }: Transaction, id: string, text: string): Promise<void> {
    const secrets = await this.storedSecrets(manager);
    if (sharedSecrets([...secrets, { parentSystemId: id, text }]).has(text)) {
      throw new GpasError(
        'ALREADY_EXISTS',
        'secret is, or was, that of another parent system, and each needs its own: choose another',
      );
    }
    const inUse = secrets.find(
      ({ parentSystemId, validUntil }) => parentSystemId === id && validUntil === null,
    );
    if (inUse?.text === text) {
      throw new GpasError('INVALID_REQUEST', 'secret is the one in use: choose another');
    }
  }

  /** In a turn: of the secrets that this one can sign with, none may be another's. */
  private async refuseShared({ manager }: Transaction, id: string): Promise<void> {
    const secrets = await this.storedSecrets(manager);
    const shared = sharedSecrets(secrets);
    const now = new Date();
    const own = secrets.filter((each) => each.parentSystemId === id && isUsable(each, now));
    if (own.some(({ text }) => shared.has(text))) {
      throw new GpasError(
        'ALREADY_EXISTS',
        'Its secret is, or was, that of another parent system: replace it, and enable it when the one before has ended',
      );
    }
  }

  private async storedSecrets(reader: Pick<Reader, 'find'>): Promise<OpenSecret[]> {
    return openSecrets(await reader.find(ParentSystemSecretEntity), this.secretBox);
  }

  private refuseDemoSecret(secret: string): void {
    if (secret === DEMO.secretKey && !this.config.demo) {
      throw new GpasError('INVALID_REQUEST', "secret is the demo's, which everybody knows: choose another");
    }
  }
}

/**
 * One after the other, over all servers: who gives a secret out, or enables who has one, compares it with all that there
 * are, and what another is about to commit must be among them. Locks every parent system (there are few) in the order of
 * the ids, so that any two who take a turn meet at the oldest row.
 */
async function takeTurn({ manager, rowLock }: Transaction): Promise<void> {
  await manager.find(ParentSystemEntity, { select: { id: true }, order: { id: 'ASC' }, ...rowLock });
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

function whatIsShared(ids: readonly string[]): string {
  return (
    `Parent systems ${ids.join(' and ')} have, or had, one secret: a captured win would be paid under each. Set their status to ` +
    'DISABLED in parent_systems, start, give each of them a secret of its own ' +
    '(POST /operator/parent-systems/:id/secrets), and enable them.'
  );
}

/** Whether it is registered, disabled or not. */
export async function isParentSystem(reader: Reader, id: string): Promise<boolean> {
  return (await reader.findOneBy(ParentSystemEntity, { id })) !== null;
}
